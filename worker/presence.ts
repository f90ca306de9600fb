import { setTimeout as sleep } from 'node:timers/promises';

export interface PresenceDeps {
  /** Whether anybody asked the API for anything in the last second. */
  readonly seen: () => Promise<boolean>;
  /** Whether there is background work that would have to give way. */
  readonly atWork: () => boolean;
  readonly giveWay: () => void;
  readonly signal: AbortSignal;
  /** Between two looks; default a second. */
  readonly everyMs?: number;
}

/** One look in five is a program that asks after the API's health; people at work are seen in most of them. */
const LOOKS = 5;
const PEOPLE = 3;

/** Sees, until the signal, whether people are at work, and has background work give way as long as they are. */
export async function watchPresence({
  seen,
  atWork,
  giveWay,
  signal,
  everyMs = 1_000,
}: PresenceDeps): Promise<void> {
  const looks: boolean[] = [];
  while (!signal.aborted) {
    if (atWork()) {
      // What cannot be asked is away: then others are waiting for it, too.
      looks.push(await seen().catch(() => true));
      if (looks.length > LOOKS) looks.shift();
      if (looks.filter(Boolean).length >= PEOPLE) giveWay();
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined);
  }
}
