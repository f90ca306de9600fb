import { setTimeout as sleep } from 'node:timers/promises';

/** Lets so many through in a second. */
export interface TokenBucket {
  /** Resolves when it is one's turn, in the order of asking. @throws AbortError when the signal comes first */
  take(signal: AbortSignal): Promise<void>;
}

/**
 * @param perSecond how many; as many at once, and no more, after a pause of a second or longer
 * @param now milliseconds of a clock that never goes back
 */
export function createTokenBucket(perSecond: number, now = () => performance.now()): TokenBucket {
  const everyMs = 1000 / perSecond;
  const most = Math.max(1, Math.floor(perSecond));
  /** When the next one is let through; it lies a bucketful back at most. */
  let next = -Infinity;
  return {
    async take(signal) {
      signal.throwIfAborted();
      next = Math.max(next, now() - (most - 1) * everyMs);
      const waitMs = next - now();
      next += everyMs;
      if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    },
  };
}
