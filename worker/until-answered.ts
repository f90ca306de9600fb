import { setTimeout as sleep } from 'node:timers/promises';
import type { JourneyId } from '../domain/model/ids.ts';

export interface AnswerDeps {
  /** @returns how many of them are still owed their poke */
  readonly unanswered: (journeys: readonly JourneyId[]) => Promise<number>;
  readonly signal?: AbortSignal;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
  readonly pause?: (ms: number) => Promise<unknown>;
}

const LOOK_EVERY_MS = 10;
/** Whoever has not answered by then is asked again much later. */
const LONGEST_MS = 5_000;

/**
 * A poke costs Temporal and the worker more than whoever sends it; a lane that is to be gentle counts the time until
 * the clocks have been set.
 * @returns a function that waits until these journeys have answered, or a few seconds
 */
export function untilAnswered({
  unanswered,
  signal,
  now = () => performance.now(),
  pause = sleep,
}: AnswerDeps): (journeys: readonly JourneyId[]) => Promise<void> {
  return async (journeys) => {
    const end = now() + LONGEST_MS;
    while (!signal?.aborted && now() < end && (await unanswered(journeys)) > 0) await pause(LOOK_EVERY_MS);
  };
}
