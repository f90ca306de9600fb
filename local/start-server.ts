import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { exitOf, logSize, openLog, sleep, stopChild, type Running } from './running.ts';

const START_PATIENCE_MS = 60_000;

export interface ServerOptions {
  readonly logFile: string;
  /** Starts it, its output going to this open file; it is closed here afterwards. */
  spawn(log: number): ChildProcess;
  /** Resolves when it answers; rejects while it does not yet. */
  ask(): Promise<void>;
  /** Between two questions. */
  readonly pollMs: number;
  /** What ends it, in turn, each with its patience in milliseconds. */
  readonly stopWith: [NodeJS.Signals, number][];
  /**
   * @param how it ended, or what it answered last
   * @param logFrom where in the log file its own output begins
   */
  failure(how: string, logFrom: number): Error;
}

/** Starts a server that is not ours, and resolves when it answers. @throws what `failure` makes of its end */
export async function startServer(options: ServerOptions): Promise<Running> {
  const log = openLog(options.logFile);
  const logFrom = logSize(options.logFile);
  const child = options.spawn(log);
  closeSync(log);
  const exited = exitOf(child);
  const ended = { how: '' };
  void exited.then((how) => (ended.how = how));
  const stop = (): Promise<void> => stopChild(child, exited, options.stopWith);
  for (const until = Date.now() + START_PATIENCE_MS; ; await sleep(options.pollMs)) {
    if (ended.how) throw options.failure(ended.how, logFrom);
    try {
      await options.ask();
      return { pid: child.pid ?? 0, exited, stop };
    } catch (error) {
      if (ended.how || Date.now() < until) continue;
      await stop();
      throw options.failure(String(error), logFrom);
    }
  }
}
