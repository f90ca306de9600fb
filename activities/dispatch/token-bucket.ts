import { setTimeout as sleep } from 'node:timers/promises';

/** Lets so many through in a second. */
export interface TokenBucket {
  /** Resolves when it is one's turn, in the order of asking. @throws AbortError when the signal comes first */
  take(signal: AbortSignal): Promise<void>;
}

/**
 * Two requests do not keep their distance on the way: a provider that counts by the second would now and then count
 * one too many, and ask for a pause.
 */
const MARGIN = 1.02;

/**
 * In no stretch of a second, wherever it begins, are there more than so many: a provider that counts finds nothing to
 * refuse. What was not used is no credit for later.
 * @param perSecond how many; below one, one in so many seconds
 * @param now milliseconds of a clock that never goes back
 */
export function createTokenBucket(perSecond: number, now = () => performance.now()): TokenBucket {
  const most = Math.max(1, Math.floor(perSecond));
  const windowMs = (most / perSecond) * 1000 * MARGIN;
  /** When the last ones were let through, the oldest at `oldest`. */
  const through = new Float64Array(most).fill(-Infinity);
  let oldest = 0;
  return {
    async take(signal) {
      signal.throwIfAborted();
      const at = Math.max(now(), (through[oldest] ?? -Infinity) + windowMs);
      through[oldest] = at;
      oldest = (oldest + 1) % most;
      const waitMs = at - now();
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    },
  };
}
