import type pg from 'pg';
import type { EventId, JourneyId } from '../domain/model/ids.ts';
import { isRefusal, type Refusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { nextDeadline } from '../domain/transition/next-deadline.ts';
import { bodyHash } from './canonical-json.ts';
import { maySee, type Caller } from './caller.ts';
import { databaseClock } from './clock.ts';
import { commitStatement } from './commit-statement.ts';
import { decide } from './decide.ts';
import type { StoreDeps } from './deps.ts';
import { EventIdReused, isDuplicate, NotFound } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { readJourneyRow, type JourneyRow } from './journey-row.ts';
import { stateAfter } from './rebuild-state.ts';
import { rows } from './sql.ts';
import { inTransaction, withClient } from './transaction.ts';

export interface AdvanceAnswer {
  /**
   * `committed`: done now. `known`: the same event was committed before. `refused`: the rules do not accept it.
   * `ended`: refused, and the journey is over.
   */
  readonly status: 'committed' | 'known' | 'refused' | 'ended';
  /** Number of the event in the journey's log; of the latest one after a refusal. */
  readonly seq: number;
  /** As the event left it; as it is after a refusal. */
  readonly state: JourneyState;
  /** How long the clock waits now, at least a second; null when the journey has ended. */
  readonly waitMs: number | null;
  /** This commit raised `poke_seq`: whoever committed sends the poke. */
  readonly poke: boolean;
  readonly pokeSeq: number;
  readonly refusal?: Refusal;
}

export interface AdvanceOptions {
  /** A dated event, for adoption and demonstration: when it is taken to happen, UTC epoch milliseconds. */
  readonly at?: number;
  /** Adopted history: what it would have told or asked for is recorded, and nobody is told or asked. */
  readonly quiet?: boolean;
  /** Only if the caller may see the journey. */
  readonly caller?: Caller;
}

const shortestWaitMs = 1_000;
/** After that many lost races for a row, it is locked. */
const optimisticAttempts = 4;

/** @returns how long to wait for the journey's next deadline; null when it has ended */
export function waitMsOf(state: JourneyState, now: number): number | null {
  const next = nextDeadline(state);
  return next ? Math.max(shortestWaitMs, next.at - now) : null;
}

/** What an idempotency key stands for: the event as it was sent, and the instant it was given, if any. */
export const hashOf = (input: EventInput, { at }: AdvanceOptions): string =>
  bodyHash(at === undefined ? input : { input, at });

async function knownBefore(
  client: pg.PoolClient,
  row: JourneyRow,
  id: EventId,
  hash: string,
  now: number,
): Promise<AdvanceAnswer> {
  const { journey } = row.state;
  if (row.knownJourney !== journey || row.knownHash !== hash) throw new EventIdReused(id);
  const seq = row.knownSeq ?? row.state.seq;
  const state = seq === row.state.seq ? row.state : await stateAfter(client, journey, seq);
  return {
    status: 'known',
    seq,
    state: state ?? row.state,
    waitMs: waitMsOf(row.state, now),
    poke: false,
    pokeSeq: row.pokeSeq,
  };
}

/**
 * Reads, decides and writes once, in two round trips. Without a lock, the write compares the sequence number.
 * @returns null when another event came in between
 */
export async function advanceOnce(
  deps: StoreDeps,
  client: pg.PoolClient,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions,
  lock: boolean,
): Promise<AdvanceAnswer | null> {
  const id = 'id' in input ? input.id : null;
  const row = await readJourneyRow(client, journey, id, lock);
  if (!row || (options.caller && !maySee(options.caller, row))) throw new NotFound('journey', journey);
  const now = options.at ?? (deps.clock === databaseClock ? row.now : await deps.clock.now(client));
  const hash = hashOf(input, options);
  if (id !== null && row.knownSeq !== null) return knownBefore(client, row, id, hash, now);
  const before = row.state;
  const at = Math.max(before.at, now);
  const decision = await decide(deps, client, before, input, at);
  if (isRefusal(decision))
    return {
      status: before.ending ? 'ended' : 'refused',
      seq: before.seq,
      state: before,
      waitMs: waitMsOf(before, at),
      poke: false,
      pokeSeq: row.pokeSeq,
      refusal: decision,
    };
  const statement = commitStatement({
    journey,
    definition: decision.definition,
    before,
    after: decision.state,
    effects: decision.effects,
    event: decision.event,
    bodyHash: hash,
    release: deps.release,
    calendarVersion: decision.calendar.version,
    quiet: options.quiet ?? false,
  });
  const [written] = await rows<{ poke: boolean; poke_seq: number }>(
    client,
    statement.name,
    statement.text,
    statement.values,
  );
  if (!written) return null;
  return {
    status: 'committed',
    seq: decision.state.seq,
    state: decision.state,
    waitMs: waitMsOf(decision.state, at),
    poke: written.poke,
    pokeSeq: written.poke_seq,
  };
}

/**
 * The only door to a journey's state: decides an event and commits it with everything derived from it.
 * Idempotent by event id; a refusal changes nothing and is not remembered; what it returns is committed.
 *
 * @throws EventIdReused when the id was used with another body, NotFound, StateTooNew, StoreUnavailable
 */
export async function advance(
  deps: StoreDeps,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions = {},
): Promise<AdvanceAnswer> {
  return withClient(deps.pool, async (client) => {
    for (let attempt = 1; attempt <= optimisticAttempts; attempt += 1) {
      try {
        const answer = await advanceOnce(deps, client, journey, input, options, false);
        if (answer) return answer;
      } catch (error) {
        // The same id, at the same moment, by another connection: read again what it was.
        if (!isDuplicate(error, 'journey_event_event_id_key')) throw error;
      }
    }
    return null;
  }).then(
    (answer) =>
      answer ??
      inTransaction(deps.pool, async (client) => {
        // A statement of its own: one that waits for a lock sees the row as it is then, but the log as it was before.
        await rows(client, 'lock-journey', 'select 1 from journey where id = $1 for update', [journey]);
        const locked = await advanceOnce(deps, client, journey, input, options, true);
        if (!locked) throw new Error(`journey ${journey} moved on while it was locked`);
        return locked;
      }),
  );
}
