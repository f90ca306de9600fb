import { readFileSync } from 'node:fs';
import { PlainError } from '../local/plain-error.ts';
import { Conflict, NotFound, StateTooNew, StoreUnavailable } from '../store/errors.ts';
import type { StoreDeps } from '../store/deps.ts';
import { openStore } from '../store/open-store.ts';
import { databaseUrl, NoDatabase } from './database-url.ts';

/** How a command ends, beside 0: 1 something was not done or was found wanting, 2 called wrongly, 69 a server is away. */
export const exitCodes = { notDone: 1, wrongCall: 2, unavailable: 69 } as const;

/** @returns the program's version, recorded with every event that it writes */
export function release(): string {
  const set = process.env['YILU_RELEASE'];
  if (set) return set;
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Not the password. */
function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

/** @returns what to tell a person about an error that is not a fault of the program; undefined for one that is */
function plainly(error: unknown, url?: string): { message: string; code: number } | undefined {
  if (error instanceof StoreUnavailable) {
    const place = url === undefined ? '' : placeOf(url);
    return {
      message:
        `连不上数据库 ${place}；请先运行 npm start，或检查 DATABASE_URL 是否正确。\n` +
        `The database at ${place} cannot be reached; run npm start first, or check DATABASE_URL.`,
      code: exitCodes.unavailable,
    };
  }
  if (error instanceof NoDatabase) return { message: error.message, code: exitCodes.unavailable };
  const { code } = error as { code?: string };
  if (code === '42P01' || code === '42703')
    return {
      message:
        '数据库的表与本程序不符；请先用同一版本运行 npm start（或启动服务），它会更新数据库。\n' +
        'The tables of the database are not those of this program; start the services of this version once: they bring it up to date.',
      code: exitCodes.unavailable,
    };
  if (code === '28P01' || code === '28000' || code === '3D000')
    return {
      message:
        `数据库拒绝登录或不存在（${url === undefined ? '' : placeOf(url)}）；请检查 DATABASE_URL。\n` +
        `The database refuses the sign-in or does not exist (${url === undefined ? '' : placeOf(url)}); check DATABASE_URL.`,
      code: exitCodes.unavailable,
    };
  if (
    error instanceof PlainError ||
    error instanceof NotFound ||
    error instanceof Conflict ||
    error instanceof StateTooNew
  )
    return { message: error.message, code: exitCodes.notDone };
  return undefined;
}

/** Runs a command's work; what a person can put right is said in a sentence, without a stack. */
export async function plainErrors(work: () => Promise<void>, url?: string): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return;
    const told = plainly(error, url);
    if (!told) throw error;
    console.error(told.message);
    process.exitCode = told.code;
  }
}

/** Connections of a command: few, so that the running system keeps its own. */
const connections = 4;

/** Lends the store to a command, found where the running system or DATABASE_URL says. */
export async function withStore(work: (store: StoreDeps) => Promise<void>): Promise<void> {
  let url: string | undefined;
  await plainErrors(async () => {
    url = await databaseUrl();
    const at = url;
    await plainErrors(async () => {
      const store = openStore(at, { release: release(), max: connections });
      try {
        await work(store);
      } finally {
        await store.pool.end();
      }
    }, at);
  });
}

/** Says one thing in both languages, Chinese first. */
export const say = (zh: string, en: string): void => console.log(`${zh} / ${en}`);
