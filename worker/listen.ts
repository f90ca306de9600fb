import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from './pace.ts';

export interface ListenDeps {
  readonly pace: Pace;
  /** A small call, such as staff's commands consist of. */
  readonly call: () => Promise<unknown>;
  /** Whether there is background work to be done. */
  readonly atWork: () => boolean;
  readonly signal: AbortSignal;
}

const AT_WORK_MS = 25;
const IDLE_MS = 500;

/** Tells a pace how quickly small calls are answered, until the signal: often while it matters, now and then else. */
export async function listen({ pace, call, atWork, signal }: ListenDeps): Promise<void> {
  while (!signal.aborted) {
    const began = performance.now();
    await call().then(
      () => pace.heard(performance.now() - began),
      // What fails is away, or on its way there.
      () => pace.giveWay(),
    );
    await sleep(atWork() ? AT_WORK_MS : IDLE_MS, undefined, { signal }).catch(() => undefined);
  }
}
