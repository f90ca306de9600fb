import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { codeOf } from '../activities/without-words.ts';

export interface LoopOptions {
  readonly name: string;
  readonly everyMs: number;
  /** Longest pause while it fails. */
  readonly longestMs?: number;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/**
 * Repeats a round until the signal, at once again when the round says that there is more to do. A round that fails
 * is repeated after a pause that doubles; one line says when it starts to fail, and one when it works again.
 */
export async function loop(options: LoopOptions, round: () => Promise<'more' | 'done'>): Promise<void> {
  const { name, everyMs, longestMs = 30_000, log, signal } = options;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const left = await round();
      if (failures > 0) log.info({ loop: name, failures }, 'works again');
      failures = 0;
      if (left === 'done') await pause(everyMs, signal);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      if (failures === 1)
        log.warn({ loop: name, code: codeOf(error) }, 'failed; being repeated until it works');
      await pause(Math.min(everyMs * 2 ** Math.min(failures, 16), longestMs), signal);
    }
  }
}

/** Does something once, however long it takes until it works. @returns undefined when the signal came first */
export async function untilItWorks<T>(
  options: Omit<LoopOptions, 'everyMs'> & { readonly fatal?: (error: unknown) => boolean },
  work: () => Promise<T>,
): Promise<T | undefined> {
  const { name, longestMs = 5_000, log, signal, fatal } = options;
  for (let failures = 0; !signal.aborted; failures++) {
    try {
      const result = await work();
      if (failures > 0) log.info({ waitedFor: name, failures }, 'is there');
      return result;
    } catch (error) {
      if (fatal?.(error)) throw error;
      if (failures === 0)
        log.warn({ waitsFor: name, code: codeOf(error) }, 'is not there yet; waiting for it');
      await pause(Math.min(250 * 2 ** Math.min(failures, 10), longestMs), signal);
    }
  }
  return undefined;
}
