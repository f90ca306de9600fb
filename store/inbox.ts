import { asEventId, type JourneyId } from '../domain/model/ids.ts';
import type { Refusal } from '../domain/model/refusal.ts';
import { advance } from './advance.ts';
import { bodyHash } from './canonical-json.ts';
import type { StoreDeps } from './deps.ts';
import { EventIdReused, NotFound, StoreUnavailable } from './errors.ts';
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

interface InboxRow extends InboxMessage {
  readonly bodyHash: string;
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
  readonly refusal?: Refusal;
}

/**
 * Advances the journeys that received facts concern, in the order of arrival. A refusal is kept with its message.
 * Two processes may drain at once: `advance` takes each fact once.
 * @returns what became of each message; empty when nothing waits
 * @throws what went wrong when no message at all could be handled, StoreUnavailable
 */
export async function drainInbox(deps: StoreDeps, limit: number): Promise<DrainedMessage[]> {
  const waiting = await rows<InboxRow>(
    deps.pool,
    'inbox-waiting',
    `select source, id, journey_id as journey, body, body_hash as "bodyHash" from inbox
     where status = 'received' order by position limit $1`,
    [limit],
  );
  const drained: DrainedMessage[] = [];
  let failure: unknown;
  for (const { source, id, journey, body } of waiting) {
    const event = { ...body, id: asEventId(`inbox/${source}/${id}`) } as EventInput;
    const answer = await advance(deps, journey, event).catch((error: unknown) => {
      if (error instanceof StoreUnavailable) throw error;
      failure ??= error;
      return null;
    });
    // It stays received, and does not hold up those behind it.
    if (!answer) continue;
    const status = answer.refusal ? 'refused' : 'done';
    await rows(
      deps.pool,
      'inbox-handled',
      `update inbox set status = $3, refusal = $4::jsonb, handled_at = clock_timestamp()
       where source = $1 and id = $2 and status = 'received'`,
      [source, id, status, answer.refusal ? JSON.stringify(answer.refusal) : null],
    );
    drained.push({
      source,
      id,
      journey,
      status,
      poke: answer.poke,
      ...(answer.refusal && { refusal: answer.refusal }),
    });
  }
  if (failure !== undefined && drained.length === 0) throw failure;
  return drained;
}
