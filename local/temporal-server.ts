import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { isRunning, processIdentity } from '../scripts/lock.mjs';
import { temporalPath } from './binaries.ts';
import { fullDisk, PlainError } from './plain-error.ts';
import { keptPort } from './ports.ts';
import { logTail, PortTakenError, sleep, withFreePorts, type Running } from './running.ts';
import { startServer } from './start-server.ts';

export interface TemporalServer extends Running {
  /** host:port of the gRPC frontend. */
  address: string;
  /** Temporal's own web page; undefined when headless. */
  uiUrl: string | undefined;
}

export interface TemporalServerOptions {
  /** Ports, process id and, unless `inMemory`, the store go here. */
  folder: string;
  logFile: string;
  /** Created when missing. Default `default`. */
  namespace?: string;
  inMemory?: boolean;
  headless?: boolean;
  /** Registered in every namespace, e.g. `{ stage: 'Keyword' }`. */
  searchAttributes?: Record<string, string>;
  /** Values are JSON, e.g. `{ 'limit.blobSize.error': '4000000' }`. */
  dynamicConfig?: Record<string, string>;
}

/** Ends the server of a killed run: two servers on one store would each believe they own it. */
async function clearLeftover(pidFile: string): Promise<void> {
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const [pid, identity] = text.split(' ');
  if (!pid || !identity) return;
  // At once: SQLite's write-ahead log loses nothing that was acknowledged, and nobody is left who waits for an answer.
  for (
    const until = Date.now() + 5_000;
    Date.now() < until && isRunning(Number(pid), identity);
    await sleep(20)
  )
    process.kill(Number(pid), 'SIGKILL');
}

async function describesNamespace(address: string, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    // The namespace is known a little before work for it is accepted.
    await connection.workflowService.countWorkflowExecutions({ namespace });
  } finally {
    await connection.close();
  }
}

function failure(options: TemporalServerOptions, how: string, logFrom: number): Error {
  const tail = logTail(options.logFile, logFrom);
  if (/address already in use/i.test(tail)) return new PortTakenError(tail);
  if (/no space left on device|database or disk is full/i.test(tail)) return fullDisk(options.folder);
  const why = /^Error: .*/im.exec(tail)?.[0] ?? how;
  return new PlainError(
    `Temporal 服务器未能启动：${why}。详见 ${options.logFile}。`,
    `The Temporal server did not start: ${why}. See ${options.logFile}.`,
  );
}

async function startOnce(options: TemporalServerOptions): Promise<TemporalServer> {
  const { folder, namespace = 'default' } = options;
  await mkdir(folder, { recursive: true });
  const pidFile = join(folder, 'pid');
  await clearLeftover(pidFile);
  const port = await keptPort(join(folder, 'port'), options.inMemory ? 0 : 7233);
  const uiPort = options.headless ? undefined : await keptPort(join(folder, 'ui-port'), 8233);
  const address = `127.0.0.1:${port}`;

  const pairs = (flag: string, values: Record<string, string> = {}): string[] =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  const args = [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace],
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    // The default pragmas wait for the disk at every write: these ran 2.6 times the journeys per second.
    ...(options.inMemory ? [] : ['--db-filename', join(folder, 'temporal.db')]),
    ...(options.inMemory ? [] : pairs('--sqlite-pragma', { journal_mode: 'wal', synchronous: '1' })),
    ...pairs('--search-attribute', options.searchAttributes),
    ...pairs('--dynamic-config-value', options.dynamicConfig),
    ...['--log-level', 'warn', '--log-format', 'json'],
  ];
  const server = await startServer({
    logFile: options.logFile,
    spawn(log) {
      const child = spawn(temporalPath(), args, {
        stdio: ['ignore', log, log],
        detached: true, // a terminal's Ctrl-C must not reach it before those that still use it
      });
      if (child.pid !== undefined) writeFileSync(pidFile, `${child.pid} ${processIdentity(child.pid)}`);
      return child;
    },
    ask: () => describesNamespace(address, namespace),
    pollMs: 50,
    stopWith: [
      ['SIGTERM', 10_000],
      ['SIGKILL', 5_000],
    ],
    failure: (how, logFrom) => failure(options, how, logFrom),
  });
  return { address, uiUrl: uiPort === undefined ? undefined : `http://127.0.0.1:${uiPort}`, ...server };
}

/**
 * Starts `temporal server start-dev` on 127.0.0.1, with its store on disk, and resolves when it answers for the
 * namespace. The caller must be the only user of `folder`. Throws a {@link PlainError} that names the remedy.
 */
export const startTemporalServer = (options: TemporalServerOptions): Promise<TemporalServer> =>
  withFreePorts(() => startOnce(options));
