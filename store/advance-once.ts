import type pg from 'pg';
import type { EventId, JourneyId } from '../domain/model/ids.ts';
import { isRefusal, refuse, type Refusal } from '../domain/model/refusal.ts';
import { endings, type JourneyState } from '../domain/model/state.ts';
import { nextDeadline } from '../domain/transition/next-deadline.ts';
import { bodyHash } from './canonical-json.ts';
import { maySee, type Caller } from './caller.ts';
import { databaseClock } from './clock.ts';
import { commitStatement } from './commit-statement.ts';
import { decide } from './decide.ts';
import type { StoreDeps } from './deps.ts';
import { EventIdReused, NotFound } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { readJourneyRow, type JourneyRow } from './journey-row.ts';
import { stateAfter } from './rebuild-state.ts';
import { rows } from './sql.ts';

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
  /** Part of what happens to a person, whose record this transaction has locked. */
  readonly ofPerson?: true;
}

/** What a death or a move ends, and what only the living come back from, is the person's and not one journey's alone. */
const concernsPerson = (before: JourneyState, after: JourneyState): boolean =>
  before.ending ? !after.ending : after.ending?.kind === 'died' || after.ending?.kind === 'moved';

const shortestWaitMs = 1_000;

/** @returns how long to wait for the journey's next deadline; null when it has ended */
export function waitMsOf(state: JourneyState, now: number): number | null {
  const next = nextDeadline(state);
  return next ? Math.max(shortestWaitMs, next.at - now) : null;
}

/** What an idempotency key stands for: the event as it was sent, and the instant it was given, if any. */
export const hashOf = (input: EventInput, { at }: AdvanceOptions): string =>
  bodyHash(at === undefined ? input : { input, at });

const notByCommand = refuse(
  'EndingUnknown',
  '“已合并”不能用来结束旅程；请合并两份居民档案。',
  'A journey is not ended as "merged" by itself; merge the two records of the resident.',
  { field: 'ending', accepted: endings.filter((ending) => ending !== 'merged') },
);

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
 * @returns null when another event came in between; `ofPerson`, with nothing written, when all of the person's journeys
 *   are concerned and this is not yet a part of that
 */
export async function advanceOnce(
  deps: StoreDeps,
  client: pg.PoolClient,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions,
  lock: boolean,
): Promise<AdvanceAnswer | 'ofPerson' | null> {
  const id = 'id' in input ? input.id : null;
  const row = await readJourneyRow(client, journey, id, lock);
  if (!row || (options.caller && !maySee(options.caller, row))) throw new NotFound('journey', journey);
  const now = options.at ?? (deps.clock === databaseClock ? row.now : await deps.clock.now(client));
  const hash = hashOf(input, options);
  if (id !== null && row.knownSeq !== null) return knownBefore(client, row, id, hash, now);
  const before = row.state;
  const at = Math.max(before.at, now);
  const decision =
    input.kind === 'Ended' && input.ending === 'merged' && !options.ofPerson
      ? notByCommand
      : await decide(deps, client, before, input, at);
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
  if (!options.ofPerson && concernsPerson(before, decision.state)) return 'ofPerson';
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
