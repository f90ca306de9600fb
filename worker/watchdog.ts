import type { JourneyId } from '../domain/model/ids.ts';
import type { UnservedAfter, UnservedRow } from '../store/pokes.ts';
import { inParallel } from './in-parallel.ts';

export interface WatchdogDeps {
  /** Open rows whose deadline, or armed timer, passed a minute ago. */
  readonly unserved: (limit: number, after: UnservedAfter | undefined) => Promise<readonly UnservedRow[]>;
  readonly raisePoke: (journey: JourneyId) => Promise<unknown>;
  /** May fail: Temporal may be what is wrong. */
  readonly poke: (journey: JourneyId) => Promise<void>;
  readonly reachDeadline: (journey: JourneyId) => Promise<unknown>;
  /** A technical alarm: a clock did not do its duty and a poke did not help. */
  readonly alarm: (rows: readonly UnservedRow[]) => void;
  readonly poked: (count: number) => void;
  /** How many rows are a minute late, at each look. */
  readonly late: (count: number) => void;
  /** How many rows are looked at together. */
  readonly batch?: number;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
}

const DEFAULT_BATCH = 300;
const AT_ONCE = 8;
/** How long a poke is given to help. */
const PATIENCE_MS = 30_000;

/** One life of a claim: while neither instant changes, nothing was done. */
const claimOf = (row: UnservedRow): string => `${row.nextDeadlineAt}/${row.armedUntil}`;

/**
 * Believes nothing without a look: a row that is a minute late is poked; if that did not help, the deadline is
 * reached here and now, without Temporal, and engineers are told.
 * @returns a round
 */
export function createWatchdog(deps: WatchdogDeps) {
  const {
    unserved,
    raisePoke,
    poke,
    reachDeadline,
    alarm,
    poked,
    late,
    batch = DEFAULT_BATCH,
    now = () => performance.now(),
  } = deps;
  /** From one look through all of them to the next. */
  let earlier = new Map<JourneyId, { claim: string; since: number }>();
  let seen: typeof earlier = new Map();
  let after: UnservedAfter | undefined;
  let count = 0;

  return async function watchdogRound(): Promise<'more' | 'done'> {
    const rows = await unserved(batch, after);
    count += rows.length;
    // The next page comes even when this one fails: rows that cannot be served must not hide those behind them.
    const last = rows.at(-1);
    after = rows.length === batch && last ? { journey: last.journey, since: last.since } : undefined;
    const before = earlier;
    const noted = seen;
    if (!after) {
      late(count);
      count = 0;
      earlier = seen;
      seen = new Map();
    }
    const fresh: UnservedRow[] = [];
    const stubborn: UnservedRow[] = [];
    for (const row of rows) {
      const claim = claimOf(row);
      const known = before.get(row.journey);
      if (known?.claim !== claim) {
        fresh.push(row);
        noted.set(row.journey, { claim, since: now() });
      } else {
        noted.set(row.journey, known);
        if (now() - known.since >= PATIENCE_MS) stubborn.push(row);
      }
    }
    let failed: { error: unknown } | undefined;
    let helped = 0;
    if (stubborn.length > 0) {
      alarm(stubborn);
      // Nothing is due where only the timer's claim has passed; then this does nothing, and the poke stays owed.
      await inParallel(AT_ONCE, stubborn, async ({ journey }) => {
        noted.delete(journey);
        try {
          await reachDeadline(journey);
          helped += 1;
        } catch (error) {
          failed ??= { error }; // one journey that cannot be advanced must not keep the others waiting
        }
        await raisePoke(journey);
      });
    }
    await inParallel(AT_ONCE, fresh, async ({ journey }) => {
      await raisePoke(journey);
      // The relay sends it again if this fails.
      await poke(journey).catch(() => undefined);
    });
    if (fresh.length > 0) poked(fresh.length);
    if (failed && helped === 0) throw failed.error;
    return after ? 'more' : 'done';
  };
}
