import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A part that is up. */
export interface Running {
  pid: number;
  /** Resolves, with the reason, when the process ended by itself or was stopped. Never rejects. */
  exited: Promise<string>;
  /** Stops it and resolves when it is gone. Safe to call twice. */
  stop(): Promise<void>;
}

const MAX_LOG_BYTES = 20_000_000;

/** Opens a log file to append to; the previous one is kept as `.old` once it is large. */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_LOG_BYTES) renameSync(path, `${path}.old`);
  return openSync(path, 'a');
}

export const logSize = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The end of a log file, no further back than byte `from`, for saying why a program stopped. */
export function logTail(path: string, from = 0, bytes = 4_000): string {
  try {
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      const buffer = Buffer.alloc(Math.max(0, Math.min(bytes, size - from)));
      readSync(file, buffer, 0, buffer.length, size - buffer.length);
      return buffer.toString('utf8');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** Between finding a port free and a program's listening on it, another one took it. */
export class PortTakenError extends Error {
  override name = 'PortTakenError';
}

/** Tries again, with another port, when one was taken at the last moment. */
export async function withFreePorts<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof PortTakenError) || attempt === 5) throw error;
    }
}

/** Resolves with how a child ended; also when it could not be started at all. */
export function exitOf(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once('error', (error) => done(error.message));
    child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`));
  });
}

/** Sends the signals in turn, each with its patience in milliseconds, until the child is gone. */
export async function stopChild(
  child: ChildProcess,
  exited: Promise<string>,
  signals: [NodeJS.Signals, number][],
): Promise<void> {
  for (const [signal, patienceMs] of signals) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const impatient = new Promise((go) => (timer = setTimeout(go, patienceMs)));
    await Promise.race([exited, impatient]);
    clearTimeout(timer);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms));
