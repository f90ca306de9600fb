import { setTimeout as sleep } from 'node:timers/promises';

const everyMs = 500;
/** Each window is a tenth of the whole, around a tenth, around the half, and before the end. */
const windows = [
  [0.05, 0.15],
  [0.45, 0.55],
  [0.9, 1],
] as const;

export interface MemoryWatch {
  /** @returns the lowest of each window, in MB: at a tenth, at the half, at the end; NaN without samples */
  stop(): Promise<readonly [number, number, number]>;
}

/**
 * Watches a process's resident memory. A collected heap goes up and down between collections, so that one sample tells
 * when it was taken and not what is held: of each window the lowest counts, which is what no collection gave back.
 * @param bytes resident memory; undefined once the process has ended
 */
export function watchMemory(bytes: () => number | undefined): MemoryWatch {
  const samples: number[] = [];
  let over = false;
  async function watch(): Promise<void> {
    while (!over) {
      const now = bytes();
      if (now !== undefined) samples.push(now / 2 ** 20);
      await sleep(everyMs);
    }
  }
  const watching = watch();
  const lowest = ([from, to]: readonly [number, number]): number => {
    const part = samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length));
    return part.length > 0 ? Math.min(...part) : Number.NaN;
  };
  return {
    async stop() {
      over = true;
      await watching;
      return [lowest(windows[0]), lowest(windows[1]), lowest(windows[2])];
    },
  };
}
