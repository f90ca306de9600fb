import type pg from 'pg';
import type { EventId, JourneyId } from '../domain/model/ids.ts';
import { waitMsOf } from './advance-once.ts';
import type { Caller } from './caller.ts';
import { bodyHash } from './canonical-json.ts';
import type { StoreDeps } from './deps.ts';
import { EventIdReused, NotFound } from './errors.ts';
import { eventIdOf } from './event-input.ts';
import type { FanOut } from './fan-out.ts';
import { stateAfter } from './rebuild-state.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** Something that happens to a person, not to one journey. */
export interface PersonEvent {
  /** Id of the resident. */
  readonly resident: string;
  /** Unique for the caller: the same again is answered as before, another event under the same key is refused. */
  readonly idempotencyKey: string;
  /** Why; kept with the event. */
  readonly reason?: string;
}

/** What is remembered of an answer; the state is in the journey's log. */
interface Remembered {
  readonly journey: JourneyId;
  readonly seq: number;
}

/** @returns true when the id is new, and from now on taken; false when it is known @throws EventIdReused, NotFound */
async function claim(
  client: pg.PoolClient,
  { id, kind, hash, event }: { id: EventId; kind: string; hash: string; event: PersonEvent },
): Promise<readonly Remembered[] | null> {
  const claimed = await rows(
    client,
    '',
    `insert into person_event (id, kind, body_hash, resident_id, reason, answer)
     select $1, $2, $3, r.id, $5, '[]' from resident r where r.id = $4 on conflict (id) do nothing returning id`,
    [id, kind, hash, event.resident, event.reason ?? null],
  );
  if (claimed.length > 0) return null;
  // A statement of its own: it sees what whoever held the id has committed meanwhile.
  const [known] = await rows<{ hash: string; answer: readonly Remembered[] }>(
    client,
    '',
    'select body_hash as hash, answer from person_event where id = $1',
    [id],
  );
  if (!known) throw new NotFound('resident', event.resident);
  if (known.hash !== hash) throw new EventIdReused(id);
  return known.answer;
}

async function recall(
  deps: StoreDeps,
  client: pg.PoolClient,
  answer: readonly Remembered[],
): Promise<FanOut[]> {
  const now = await deps.clock.now(client);
  const recalled: FanOut[] = [];
  for (const { journey, seq } of answer) {
    const state = await stateAfter(client, journey, seq);
    if (!state) throw new NotFound('journey', journey);
    const waitMs = waitMsOf(state, now);
    recalled.push({ journey, status: 'known', seq, state, waitMs, poke: false, pokeSeq: 0 });
  }
  return recalled;
}

/**
 * Does something to a person once per key: the key is taken first, in the transaction that does it.
 * @param work is given the prefix of the event ids that it makes
 * @returns what `work` answered, or what it had answered under this key
 * @throws EventIdReused when the key was used for something else
 */
export async function oncePerKey<E extends PersonEvent>(
  deps: StoreDeps,
  caller: Caller,
  kind: string,
  event: E,
  work: (client: pg.PoolClient, idPrefix: string) => Promise<FanOut[]>,
): Promise<FanOut[]> {
  const { idempotencyKey, ...body } = event;
  const id = eventIdOf(`staff/${caller.staff}`, idempotencyKey);
  return inTransaction(deps.pool, async (client) => {
    const hash = bodyHash({ kind, ...body });
    const known = await claim(client, { id, kind, hash, event });
    if (known) return recall(deps, client, known);
    const answers = await work(client, `${id}/${kind}`);
    const remembered: Remembered[] = answers.map(({ journey, seq }) => ({ journey, seq }));
    await rows(client, '', 'update person_event set answer = $2::jsonb where id = $1', [
      id,
      JSON.stringify(remembered),
    ]);
    return answers;
  });
}
