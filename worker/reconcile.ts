import { setTimeout as sleep } from 'node:timers/promises';
import type { Clocks } from '../activities/poke-journey.ts';
import type { JourneyId, WorkId } from '../domain/model/ids.ts';
import type { StoreDeps } from '../store/deps.ts';
import { openOutsideWork } from '../store/outside-work.ts';
import { disarm, openJourneys } from '../store/reconcile.ts';
import { inParallel } from './in-parallel.ts';

export interface ReconcileOptions {
  readonly store: Pick<StoreDeps, 'pool'>;
  readonly clocks: Clocks;
  /**
   * Every clock looks at its row anew: after the Temporal store was lost, or PostgreSQL was restored to an earlier
   * moment. Otherwise clocks that run are not disturbed.
   */
  readonly all: boolean;
  /** Journeys a second at most. */
  readonly perSecond?: number;
  readonly onProgress?: (done: ReconcileProgress) => void;
  readonly signal?: AbortSignal;
}

export interface ReconcileProgress {
  readonly journeys: number;
  /** Journeys with outside work that is not finished, the ended ones among them. */
  readonly withOutsideWork: number;
}

const BATCH = 200;
const AT_ONCE = 16;

/**
 * Brings every clock and every unfinished outside work back from the rows, a batch at a time. May be interrupted and
 * repeated at any time.
 * @returns how many it went through
 * @throws what Temporal or PostgreSQL answered when one of them is away
 */
export async function reconcile(options: ReconcileOptions): Promise<ReconcileProgress> {
  const { store, clocks, all, perSecond = 400, onProgress, signal } = options;
  const done = { journeys: 0, withOutsideWork: 0 };

  async function bringBack(journeys: readonly JourneyId[]): Promise<void> {
    const began = performance.now();
    // The rows first: a look that comes before would set the claim that is forgotten here.
    if (all) await disarm(store, journeys);
    await inParallel(AT_ONCE, journeys, (journey) => (all ? clocks.poke(journey) : clocks.ensure(journey)));
    const leastMs = (journeys.length / perSecond) * 1_000;
    await sleep(Math.max(0, leastMs - (performance.now() - began)), undefined, signal ? { signal } : {});
  }

  for (let after: JourneyId | undefined; !signal?.aborted;) {
    const batch = await openJourneys(store, { limit: BATCH, ...(after ? { after } : {}) });
    const last = batch.at(-1);
    if (!last) break;
    await bringBack(batch.map(({ journey }) => journey));
    after = last.journey;
    done.journeys += batch.length;
    onProgress?.({ ...done });
  }
  for (let after: WorkId | undefined; !signal?.aborted;) {
    const batch = await openOutsideWork(store, { limit: BATCH, ...(after ? { after } : {}) });
    const last = batch.at(-1);
    if (!last) break;
    const journeys = [...new Set(batch.map(({ journey }) => journey))];
    await bringBack(journeys);
    after = last.id;
    done.withOutsideWork += journeys.length;
    onProgress?.({ ...done });
  }
  return done;
}
