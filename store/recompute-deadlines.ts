import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import type { DeadlinesRecomputed } from '../domain/model/event.ts';
import type { JourneyId } from '../domain/model/ids.ts';
import { isRefusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import {
  addMoves,
  compareDeadlines,
  noMoves,
  type DeadlineMoves,
} from '../domain/transition/compare-deadlines.ts';
import { transition } from '../domain/transition/transition.ts';
import { advance } from './advance.ts';
import { currentCalendar } from './calendar.ts';
import type { StoreDeps } from './deps.ts';
import { StoreUnavailable } from './errors.ts';
import { eventIdOf } from './event-input.ts';
import { checkSchema } from './journey-row.ts';
import { rows } from './sql.ts';
import { withClient } from './transaction.ts';

export interface Recomputed {
  /** Open journeys that were looked at. */
  readonly journeys: number;
  /** Of those, how many it changes. */
  readonly changed: number;
  readonly moves: DeadlineMoves;
  /** Journeys that could not be computed; they are as they were. */
  readonly failed: readonly JourneyId[];
  /** Another calendar came into force meanwhile: what is left is computed by that one. */
  readonly overtaken: boolean;
}

export interface RecomputeOptions {
  readonly calendar: WorkingCalendar;
  /** Id of the district whose calendar it is. */
  readonly district: string;
  /** Only say what would move: for a calendar that is not in force yet. */
  readonly dryRun?: boolean;
  readonly onProgress?: (done: Recomputed) => void;
  /** Waits until these journeys' clocks were set anew, so that thousands of them do not stand before others. */
  readonly settled?: (poked: readonly JourneyId[]) => Promise<void>;
  readonly signal?: AbortSignal;
  /** Journeys that are read together. */
  readonly batch?: number;
}

interface Open {
  readonly journey: JourneyId;
  readonly state: JourneyState;
}

const defaultBatch = 200;
/** Several commits at a time; the pool of a command is small. */
const atOnce = 4;

/** @returns how many journeys are under way in the district */
export async function openJourneyCount(deps: Pick<StoreDeps, 'pool'>, district: string): Promise<number> {
  const [row] = await rows<{ count: number }>(
    deps.pool,
    '',
    'select count(*) as count from journey where district_id = $1 and ended_at is null',
    [district],
  );
  return row?.count ?? 0;
}

/**
 * Computes the deadlines of every open journey of a district with its calendar, a batch at a time, through the door
 * that every event takes (`DeadlinesRecomputed`). A journey on which the calendar changes nothing is not touched: so it
 * may be killed and repeated at any time, and goes on with what is left.
 * @returns what moved
 * @throws StoreUnavailable
 */
export async function recomputeDeadlines(deps: StoreDeps, options: RecomputeOptions): Promise<Recomputed> {
  const {
    calendar,
    district,
    dryRun = false,
    batch: limit = defaultBatch,
    onProgress,
    settled,
    signal,
  } = options;
  // What this process remembers may be older.
  const computing: StoreDeps = { ...deps, calendar: () => Promise.resolve(calendar) };
  let [journeys, changed, moves, overtaken] = [0, 0, noMoves, false];
  const failed: JourneyId[] = [];
  const done = (): Recomputed => ({ journeys, changed, moves, failed: [...failed], overtaken });

  for (let after: JourneyId | null = null; !signal?.aborted;) {
    overtaken = !dryRun && (await currentCalendar(deps.pool, district)).version !== calendar.version;
    const batch: Open[] = overtaken ? [] : await openAfter(deps, { district, after, limit });
    const last = batch.at(-1);
    if (!last) break;
    const now = await withClient(deps.pool, (client) => deps.clock.now(client));
    const poked: JourneyId[] = [];
    const one = async (open: Open): Promise<void> => {
      try {
        const found = await movesBy(computing, open, calendar, now);
        if (!found) return;
        changed += 1;
        moves = addMoves(moves, found);
        if (!dryRun && (await commit(computing, open, calendar))) poked.push(open.journey);
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        failed.push(open.journey); // one journey that cannot be computed must not keep the others waiting
      }
    };
    for (let i = 0; i < batch.length; i += atOnce) await Promise.all(batch.slice(i, i + atOnce).map(one));
    after = last.journey;
    journeys += batch.length;
    onProgress?.(done());
    if (poked.length > 0) await settled?.(poked);
  }
  return done();
}

const openAfter = (
  deps: Pick<StoreDeps, 'pool'>,
  {
    district,
    after,
    limit,
  }: { readonly district: string; readonly after: JourneyId | null; readonly limit: number },
): Promise<Open[]> =>
  rows(
    deps.pool,
    'open-states-of-district',
    `select id as journey, state from journey
     where district_id = $1 and ended_at is null and ($2::uuid is null or id > $2::uuid) order by id limit $3`,
    [district, after, limit],
  );

const eventFor = ({ state }: Open, { version }: WorkingCalendar): DeadlinesRecomputed => ({
  kind: 'DeadlinesRecomputed',
  // Two processes that do it at the same moment do it once.
  id: eventIdOf(`calendar/${version}`, `${state.journey}/${state.seq + 1}`),
  by: { kind: 'system' },
  calendar: version,
});

/** @returns what the calendar changes for the journey; null: nothing */
async function movesBy(
  deps: StoreDeps,
  open: Open,
  calendar: WorkingCalendar,
  now: number,
): Promise<DeadlineMoves | null> {
  const { state } = open;
  checkSchema(state);
  const definition = await deps.definitions.get(state.definition, state.version);
  const answer = transition(definition, state, eventFor(open, calendar), Math.max(state.at, now), calendar);
  return isRefusal(answer) ? null : compareDeadlines(state, answer.state);
}

/** @returns whether the clock is owed a poke, which the relay sends */
async function commit(deps: StoreDeps, open: Open, calendar: WorkingCalendar): Promise<boolean> {
  const { poke } = await advance(deps, open.journey, eventFor(open, calendar));
  return poke;
}
