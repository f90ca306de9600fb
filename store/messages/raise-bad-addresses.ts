import type pg from 'pg';
import { waitsForContactDetails } from '../../domain/definition/contact-details.ts';
import { asEventId, type JourneyId } from '../../domain/model/ids.ts';
import type { Channel } from '../../domain/model/message.ts';
import type { JourneyState } from '../../domain/model/state.ts';
import type { StoreDeps } from '../deps.ts';
import { advanceLocked, openJourneys } from '../fan-out.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction, withClient } from '../transaction.ts';
import { addressOn } from './plan-context.ts';
import { putOff } from './put-off.ts';

interface Owed {
  readonly id: string;
  readonly channel: Channel;
  readonly address: string;
  readonly reason: string;
  readonly notice: string;
  readonly raised: number;
}

type Person = { readonly id: string; readonly phone: string | null; readonly email: string | null };
type Settled = { readonly outcome: string; readonly journey: JourneyId | null };

const owed = `
  select id, resident_id as resident from bad_address where raise_at <= $1::timestamptz order by raise_at, id limit $2`;

/**
 * @returns the journey whose task it becomes: the one that has it open already, so that a person has it once however
 *   many journeys there are; else one whose clock runs, that of the notice first
 */
function taskOf(
  journeys: readonly { readonly id: JourneyId; readonly state: JourneyState }[],
  notice: string,
): JourneyId | undefined {
  const running = journeys.filter(({ state }) => !state.pause);
  const chosen =
    journeys.find(({ state }) => waitsForContactDetails(state)) ??
    running.find(({ id }) => notice.startsWith(`${id}/`)) ??
    running[0] ??
    journeys[0];
  return chosen?.id;
}

async function settle(
  deps: StoreDeps,
  client: pg.PoolClient,
  person: Person,
  { id, channel, address, reason, notice, raised }: Owed,
  journeys: Awaited<ReturnType<typeof openJourneys>>,
): Promise<Settled> {
  // What failed was on its way while somebody corrected it.
  if ((addressOn(channel, person) ?? '') !== address) return { outcome: 'changed-since', journey: null };
  const journey = taskOf(journeys, notice);
  if (journey === undefined) return { outcome: 'no-open-journey', journey: null };
  await advanceLocked(deps, client, journey, {
    kind: 'ContactFailed',
    id: asEventId(`contact/${id}/${raised + 1}`),
    by: { kind: 'system' },
    ...{ channel, notice, reason },
  });
  return { outcome: 'raised', journey };
}

/** The person first, then the journeys, as whoever locks both does; then what is owed, which another may have settled. */
const raiseOne = (deps: StoreDeps, id: string, resident: string): Promise<void> =>
  inTransaction(deps.pool, async (client) => {
    const [person] = await rows<Person>(
      client,
      'lock-reached',
      'select id, phone, email from resident where id = $1 for no key update',
      [resident],
    );
    const journeys = person ? await openJourneys(client, person.id) : [];
    const [row] = await rows<Owed>(
      client,
      'lock-bad-address',
      `select id, channel, address, reason, notice_key as notice, raised from bad_address
       where id = $1 and raise_at is not null for update`,
      [id],
    );
    if (!row || !person) return;
    const { outcome, journey } = await settle(deps, client, person, row, journeys);
    await rows(
      client,
      'settle-bad-address',
      `update bad_address set raise_at = null, outcome = $2, journey_id = $3, raised = raised + ($2 = 'raised')::int
       where id = $1`,
      [id, outcome, journey],
    );
  });

/**
 * Makes tasks of the addresses that are known to be bad and that nobody was given yet. Event and settlement are one
 * transaction: whoever dies in between has done neither, and the next one does both.
 */
export async function raiseBadAddresses(deps: StoreDeps, limit = 100): Promise<void> {
  const now = await withClient(deps.pool, (client) => deps.clock.now(client));
  const found = await rows<{ id: string; resident: string }>(deps.pool, 'owed-bad-addresses', owed, [
    instant(now),
    limit,
  ]);
  for (const { id, resident } of found)
    await putOff(
      () => raiseOne(deps, id, resident),
      (why, afterMs) =>
        rows(
          deps.pool,
          '',
          `update bad_address set raise_at = $2::timestamptz, outcome = $3 where id = $1 and raise_at is not null`,
          [id, instant(now + afterMs), why],
        ),
    );
}
