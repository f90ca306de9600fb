import type { Logger } from 'pino';
import type { JourneyId } from '../domain/model/ids.ts';
import type { ClockPort } from './deps.ts';
import type { ApiMetrics } from './metrics.ts';

/** More than that under way means that Temporal does not keep up; the relay in the worker sends them, in its own time. */
const mostUnderWay = 256;
/** One person enrolling residents sees their clocks set at once; a program that enrols thousands leaves them to the relay. */
const calmEveryMs = 1_000;

/** `calm`: a first clock whose deadline is far away. */
export type PokeLane = 'urgent' | 'calm';

/**
 * @param now a steady clock, milliseconds
 * @returns a function that wakes a journey's clock without anybody waiting for it: what fails is owed, and the relay's
 */
export function pokeSoon(
  clocks: Pick<ClockPort, 'poke'>,
  metrics: Pick<ApiMetrics, 'poke'>,
  logger: Logger,
  now: () => number = () => performance.now(),
): (journey: JourneyId, lane?: PokeLane) => void {
  let underWay = 0;
  let calmAgain = Number.NEGATIVE_INFINITY;
  return (journey, lane = 'urgent') => {
    if (underWay >= mostUnderWay || (lane === 'calm' && now() < calmAgain)) {
      metrics.poke('leftToRelay');
      return;
    }
    if (lane === 'calm') calmAgain = now() + calmEveryMs;
    underWay += 1;
    clocks
      .poke(journey)
      .then(
        () => metrics.poke('sent'),
        (error: unknown) => {
          metrics.poke('failed');
          logger.debug({ journey, err: error }, 'poke left to the relay');
        },
      )
      .finally(() => (underWay -= 1));
  };
}
