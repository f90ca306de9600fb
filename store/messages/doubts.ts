import type pg from 'pg';
import { messageInDoubtId } from '../../domain/definition/message-in-doubt.ts';
import { asEventId, stepIdOf, type JourneyId, type StepRef } from '../../domain/model/ids.ts';
import type { Addressee, Channel } from '../../domain/model/message.ts';
import type { StoreDeps } from '../deps.ts';
import { advanceOnce } from '../advance-once.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction, withClient } from '../transaction.ts';
import { putOff } from './put-off.ts';

/** A message that may have been taken, and what its provider needs to find it. */
export interface Doubtful {
  readonly id: string;
  readonly attempts: number;
  readonly provider: string;
  readonly to: string;
  /** When it was claimed, shortly before it was handed over; UTC epoch milliseconds. */
  readonly sentAt: number;
}

const columns = `id, attempts, provider, address as "to", claimed_at as "sentAt"`;

/**
 * @param providers names of those that can be asked
 * @returns what a dispatcher of this channel that died was handing over to them
 */
export const leftSending = (
  deps: Pick<StoreDeps, 'pool'>,
  channel: Channel,
  providers: readonly string[],
): Promise<Doubtful[]> =>
  rows(
    deps.pool,
    'left-sending',
    `select ${columns} from message where channel = $1 and status = 'sending' and provider = any($2) order by id`,
    [channel, providers],
  );

/**
 * Until then a receipt may still tell, and a gateway that lists what it took has listed it (Aliyun: ten minutes).
 * Nobody is to call a resident about a message whose receipt is a minute late.
 */
export const DOUBT_WAIT_MS = 15 * 60_000;

/** @returns unknown messages of a channel that it is time to give to a person, the oldest first; no digests, as the next one says the same */
export async function dueDoubts(deps: StoreDeps, channel: Channel, limit: number): Promise<Doubtful[]> {
  const now = await withClient(deps.pool, (client) => deps.clock.now(client));
  return rows(
    deps.pool,
    'due-doubts',
    `select ${columns} from message
     where channel = $1 and status = 'unknown' and kind = 'notice' and doubt_raised_at is null
       and finished_at <= $2::timestamptz
     order by finished_at, id limit $3`,
    [channel, instant(now - DOUBT_WAIT_MS), limit],
  );
}

/** The journeys of which nothing but this message told, whatever else a step of them did since. */
const journeysOf = `
  select n.journey_id as journey, array_agg(distinct n.step order by n.step) as about
  from message_notice mn join notice n on n.key = mn.notice_key
  where mn.message_id = $1 and n.status = 'unknown' group by n.journey_id order by n.journey_id`;

async function raiseOn(
  deps: StoreDeps,
  client: pg.PoolClient,
  { id, channel, to }: { readonly id: string; readonly channel: Channel; readonly to: Addressee },
  { journey, about }: { readonly journey: JourneyId; readonly about: readonly StepRef[] },
): Promise<void> {
  // That somebody was not told of a doubt is no doubt of its own, or one would follow the other for ever.
  const matters = about.filter((ref) => stepIdOf(ref) !== messageInDoubtId);
  if (matters.length === 0) return;
  const answer = await advanceOnce(
    deps,
    client,
    journey,
    {
      kind: 'MessageInDoubt',
      id: asEventId(`doubt/${id}/${journey}`),
      by: { kind: 'system' },
      ...{ channel, message: id, to, about: matters },
    },
    { ofPerson: true },
    true,
  );
  // An ended journey tells nobody anything any more, and refuses it.
  if (!answer || answer === 'ofPerson') throw new Error(`journey ${journey} moved on while it was locked`);
}

const raiseOne = (deps: StoreDeps, id: string, at: string): Promise<void> =>
  inTransaction(deps.pool, async (client) => {
    const [message] = await rows<{ id: string; channel: Channel; to: Addressee }>(
      client,
      'lock-doubt',
      `update message set doubt_raised_at = $2::timestamptz
       where id = $1 and status = 'unknown' and doubt_raised_at is null
       returning id, channel, recipient_kind as "to"`,
      [id, at],
    );
    if (!message) return;
    const journeys = await rows<{ journey: JourneyId; about: StepRef[] }>(
      client,
      'doubted-journeys',
      journeysOf,
      [id],
    );
    for (const journey of journeys) await raiseOn(deps, client, message, journey);
  });

/** Makes tasks of messages that are still unknown, one on each journey that they told of; each message once. */
export async function raiseDoubts(deps: StoreDeps, ids: readonly string[]): Promise<void> {
  const now = await withClient(deps.pool, (client) => deps.clock.now(client));
  for (const id of ids)
    await putOff(
      () => raiseOne(deps, id, instant(now)),
      // It counts as given up later than it was: those behind it come first.
      (_why, afterMs) =>
        rows(
          deps.pool,
          '',
          `update message set finished_at = $2::timestamptz
           where id = $1 and status = 'unknown' and doubt_raised_at is null`,
          [id, instant(now - DOUBT_WAIT_MS + afterMs)],
        ),
    );
}
