import { spawn } from 'node:child_process';
import { closeSync, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { PlainError } from './plain-error.ts';
import { exitOf, logSize, logTail, openLog, sleep, stopChild, type Running } from './running.ts';

export interface NodeServiceOptions {
  /** As people call it. */
  name: string;
  /** Absolute path of the program. */
  entry: string;
  env: Record<string, string>;
  logFile: string;
  /** Ready when this URL answers 200, or when a JSON log line has this `msg`. */
  ready: { url: string } | { line: string };
  /** It is let run, though it is not ready yet, after this many milliseconds; both calls come at most once each. */
  mayWait?: { afterMs: number; onWaiting(): void; onReady(): void };
  /** Gives up waiting, and ends what was started. */
  signal?: AbortSignal;
}

const READY_PATIENCE_MS = 90_000;
const POLL_MS = 100;

function says(line: string, message: string): boolean {
  try {
    return (JSON.parse(line) as { msg?: unknown }).msg === message;
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

/** Runs one of Yilu's own programs as a process of its own, its output in a log file; resolves when it is ready. */
export async function startNodeService(options: NodeServiceOptions): Promise<Running> {
  const { ready, mayWait } = options;
  closeSync(openLog(options.logFile));
  const logFrom = logSize(options.logFile);
  const child = spawn(
    process.execPath,
    ['--import', new URL('./exit-with-parent.ts', import.meta.url).href, options.entry],
    {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // a terminal's Ctrl-C reaches only `npm start`, which stops its parts in order
      windowsHide: true,
    },
  );
  const exited = exitOf(child);
  const ended = { how: '' };
  void exited.then((how) => (ended.how = how));
  let lineSeen = false;
  let waits = false;
  for (const stream of [child.stdout, child.stderr])
    pipeline(stream!, createWriteStream(options.logFile, { flags: 'a' }), () => undefined);
  if ('line' in ready) {
    const lines = createInterface({ input: child.stdout! });
    lines.on('line', (line) => {
      if (!says(line, ready.line)) return;
      lineSeen = true;
      if (waits) mayWait?.onReady();
      lines.close();
      child.stdout!.resume();
    });
  }
  const stop = (): Promise<void> =>
    stopChild(child, exited, [
      ['SIGTERM', 15_000],
      ['SIGKILL', 5_000],
    ]);

  const from = Date.now();
  for (const until = from + READY_PATIENCE_MS; ; await sleep(POLL_MS)) {
    if (ended.how || Date.now() > until || options.signal?.aborted) {
      await stop();
      const why = ended.how || `not ready after ${READY_PATIENCE_MS / 1000} s`;
      throw new PlainError(
        `${options.name} 未能启动（${why}）。详见 ${options.logFile}：`,
        `${options.name} did not start (${why}). See ${options.logFile}:\n${logTail(options.logFile, logFrom, 2_000).trimEnd()}`,
      );
    }
    const isReady = 'line' in ready ? lineSeen : await answers(ready.url);
    if (!isReady && mayWait && Date.now() - from > mayWait.afterMs) {
      waits = true;
      mayWait.onWaiting();
    }
    if (isReady || waits) return { pid: child.pid ?? 0, exited, stop };
  }
}
