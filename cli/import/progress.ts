import { SingleBar } from 'cli-progress';

export interface Progress {
  /** @param done of the total, in the total's unit @param note what was counted so far */
  at(done: number, note: string): void;
  stop(): void;
}

/** Where no terminal shows a bar, a line now and then says that it goes on. */
const lineEveryMs = 3_000;

/** Progress on standard error: a bar on a terminal, a line every few seconds elsewhere, nothing for what is quick. */
export function progressOf(title: string, total: number): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({
      format: `${title} {bar} {percentage}% {note} {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
      clearOnComplete: true,
      etaBuffer: 50,
    });
    bar.start(Math.max(total, 1), 0, { note: '' });
    return { at: (done, note) => bar.update(Math.min(done, total), { note }), stop: () => bar.stop() };
  }
  let last = Date.now();
  return {
    at(done, note) {
      if (Date.now() - last < lineEveryMs) return;
      last = Date.now();
      process.stderr.write(`${title} ${Math.floor((100 * done) / Math.max(total, 1))}% ${note}\n`);
    },
    stop: () => undefined,
  };
}
