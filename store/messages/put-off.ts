import { StoreUnavailable } from '../errors.ts';

/** A journey that a later release wrote, or whose definition is at fault, is mended by people. */
const AGAIN_AFTER_MS = 10 * 60_000;

/**
 * Does a piece of work that is owed. One that cannot be done waits, and holds up no other.
 * @param later writes down why, and that it is to be tried again after so many milliseconds
 * @throws StoreUnavailable, after which nothing else can be done either
 */
export async function putOff(
  work: () => Promise<unknown>,
  later: (why: string, afterMs: number) => Promise<unknown>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    await later(error instanceof Error ? error.name : 'Error', AGAIN_AFTER_MS);
  }
}
