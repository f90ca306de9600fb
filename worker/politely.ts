import { setTimeout as sleep } from 'node:timers/promises';

export interface PoliteOptions {
  /** The part of the time that the work may take, above 0 and at most 1; asked after each piece of it. */
  readonly share?: () => number;
  /** Ends a rest early. */
  readonly signal?: AbortSignal;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
  readonly rest?: (ms: number) => Promise<unknown>;
}

/** The other two thirds are everybody else's. */
const DEFAULT_SHARE = 1 / 3;
/** One piece of work that hung says nothing about the next. */
const LONGEST_REST_MS = 10_000;

/**
 * For background work beside people who wait for answers: one piece at a time, and after each a rest in proportion to
 * how long it took. A busy machine makes the pieces longer and so the rests: the work slows down by itself.
 * @returns a function that waits for its turn, does a piece of work and gives back its answer or its failure
 */
export function politely(options: PoliteOptions = {}): <T>(work: () => Promise<T>) => Promise<T> {
  const { share = () => DEFAULT_SHARE, signal, now = () => performance.now() } = options;
  const rest =
    options.rest ?? ((ms: number) => sleep(ms, undefined, signal ? { signal } : {}).catch(() => undefined));
  let restUntil = Number.NEGATIVE_INFINITY;
  let last: Promise<unknown> = Promise.resolve();

  async function turn<T>(work: () => Promise<T>): Promise<T> {
    const restMs = restUntil - now();
    if (restMs > 0 && !signal?.aborted) await rest(restMs);
    const began = now();
    try {
      return await work();
    } finally {
      const end = now();
      restUntil = end + Math.min((end - began) * (1 / share() - 1), LONGEST_REST_MS);
    }
  }
  return (work) => {
    const mine = last.then(() => turn(work));
    last = mine.catch(() => undefined);
    return mine;
  };
}
