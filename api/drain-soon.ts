import type { Logger } from 'pino';
import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from '../store/deps.ts';
import { drainInbox } from '../store/inbox.ts';

const batch = 50;

/** @returns a function that takes up what the inbox holds, without anybody waiting; what fails is the worker's to repeat */
export function drainSoon(store: StoreDeps, poke: (journey: JourneyId) => void, logger: Logger): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      const drained = await drainInbox(store, batch);
      for (const { journey, poke: raised } of drained) if (raised) poke(journey);
      if (drained.length === batch) again = true;
    } while (again);
  };
  return () => {
    again = true;
    if (running) return;
    running = true;
    run()
      .catch((error: unknown) => logger.warn({ why: (error as Error).message }, 'inbox left to the worker'))
      .finally(() => (running = false));
  };
}
