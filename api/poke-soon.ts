import type { Logger } from 'pino';
import type { JourneyId } from '../domain/model/ids.ts';
import type { ClockPort } from './deps.ts';
import type { ApiMetrics } from './metrics.ts';

/** More than that under way means that Temporal does not keep up; the relay in the worker sends them, in its own time. */
const mostUnderWay = 256;

/** @returns a function that wakes a journey's clock without anybody waiting for it: what fails is owed, and the relay's */
export function pokeSoon(
  clocks: ClockPort,
  metrics: ApiMetrics,
  logger: Logger,
): (journey: JourneyId) => void {
  let underWay = 0;
  return (journey) => {
    if (underWay >= mostUnderWay) {
      metrics.poke('leftToRelay');
      return;
    }
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
