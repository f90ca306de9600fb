import { asEventId, type JourneyId } from '../domain/model/ids.ts';
import { impossible, refusalJson, type InboxRefusal } from './inbox-refusal.ts';
import { advance } from './advance.ts';
import { bodyHash } from './canonical-json.ts';
import type { StoreDeps } from './deps.ts';
import { EventIdReused, NotFound, StoreUnavailable, waitingHelps } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { rows } from './sql.ts';

type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** An event from another system; its id is made of the source and the message's id. */
export type InboxBody = WithoutId<Exclude<EventInput, { kind: 'DeadlineReached' | 'Enrolled' }>>;

export interface InboxMessage {
  /** The system that sent it. */
  readonly source: string;
  /** As that system names the message; unique there. */
  readonly id: string;
  readonly journey: JourneyId;
  readonly body: InboxBody;
}

/**
 * Commits a fact before it is acknowledged.
 * @returns false when it was received before
 * @throws EventIdReused when the same message came with another body, NotFound for an unknown journey
 */
export async function receiveInbox(deps: Pick<StoreDeps, 'pool'>, message: InboxMessage): Promise<boolean> {
  const { source, id, journey, body } = message;
  const hash = bodyHash({ journey, body });
  const [row] = await rows<{ stored: boolean; known: string | null }>(
    deps.pool,
    'receive-inbox',
    `with stored as (
       insert into inbox (source, id, journey_id, body, body_hash)
       select $1, $2, j.id, $4::json, $5 from journey j where j.id = $3
       on conflict (source, id) do nothing returning id)
     select exists (select 1 from stored) as stored,
       (select body_hash from inbox where source = $1 and id = $2) as known`,
    [source, id, journey, JSON.stringify(body), hash],
  );
  if (row?.stored) return true;
  const known = row?.known ?? (await storedHash(deps, source, id));
  if (known === null) throw new NotFound('journey', journey);
  if (known !== hash) throw new EventIdReused(`inbox/${source}/${id}`);
  return false;
}

async function storedHash(deps: Pick<StoreDeps, 'pool'>, source: string, id: string): Promise<string | null> {
  const [row] = await rows<{ body_hash: string }>(
    deps.pool,
    '',
    'select body_hash from inbox where source = $1 and id = $2',
    [source, id],
  );
  return row?.body_hash ?? null;
}

export interface DrainedMessage {
  readonly source: string;
  readonly id: string;
  readonly journey: JourneyId;
  readonly status: 'done' | 'refused';
  readonly poke: boolean;
  readonly refusal?: InboxRefusal;
}

interface WaitingRow extends InboxMessage {
  readonly position: number;
}

/** @returns what the fact came to; null when only waiting helps, as for a state that a newer release wrote */
async function take(
  deps: StoreDeps,
  { source, id, journey, body }: InboxMessage,
): Promise<Pick<DrainedMessage, 'poke' | 'refusal'> | null> {
  try {
    const event = { ...body, id: asEventId(`inbox/${source}/${id}`) } as EventInput;
    const { poke, refusal } = await advance(deps, journey, event);
    return { poke, ...(refusal && { refusal }) };
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    return waitingHelps(error) ? null : { poke: false, refusal: impossible(error) };
  }
}

/**
 * Advances the journeys that received facts concern, in the order of arrival. A refusal is kept with its message, and
 * so is the reason why a fact can never be taken: what cannot be helped by waiting holds up nobody.
 * Two processes may drain at once: `advance` takes each fact once.
 * @returns what became of each message; empty when nothing waits
 * @throws StoreUnavailable
 */
export async function drainInbox(deps: StoreDeps, limit: number): Promise<DrainedMessage[]> {
  const drained: DrainedMessage[] = [];
  for (let after = 0; drained.length < limit;) {
    const waiting = await rows<WaitingRow>(
      deps.pool,
      'inbox-waiting',
      `select position, source, id, journey_id as journey, body from inbox
       where status = 'received' and position > $2 order by position limit $1`,
      [limit, after],
    );
    for (const message of waiting) {
      after = message.position;
      const { source, id, journey } = message;
      const answer = await take(deps, message);
      if (!answer) continue;
      const { refusal } = answer;
      const status = refusal ? 'refused' : 'done';
      await rows(
        deps.pool,
        'inbox-handled',
        `update inbox set status = $3, refusal = $4::jsonb, handled_at = clock_timestamp()
         where source = $1 and id = $2 and status = 'received'`,
        [source, id, status, refusal ? refusalJson(refusal) : null],
      );
      drained.push({ source, id, journey, status, ...answer });
    }
    if (waiting.length < limit) break;
  }
  return drained;
}
