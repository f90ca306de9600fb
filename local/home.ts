import { existsSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { root } from '../scripts/find-binaries.mjs';
import { takeLock } from '../scripts/lock.mjs';
import { asFolderError, fullDisk, PlainError } from './plain-error.ts';

/** Below this, PostgreSQL and Temporal would soon fail in less readable ways. */
const LEAST_FREE_BYTES = 500_000_000;

/** What a running `npm start` serves, for other commands on the same machine. */
export interface RunningYilu {
  pid: number;
  url: string;
  mailUrl?: string;
  environment: Record<string, string>;
}

export interface Home {
  folder: string;
  announce(running: RunningYilu): Promise<void>;
  release(): Promise<void>;
}

/** The data folder: YILU_HOME, else `.yilu` in the repository, from wherever a command is called. */
export const homeFolder = (): string => resolve(process.env['YILU_HOME'] || join(root, '.yilu'));

const runningFile = (folder: string): string => join(folder, 'running.json');

/** What runs on this data folder now, as it announced itself; undefined when nothing did. */
export async function readRunning(folder = homeFolder()): Promise<RunningYilu | undefined> {
  try {
    return JSON.parse(await readFile(runningFile(folder), 'utf8')) as RunningYilu;
  } catch {
    return undefined;
  }
}

/** As `mkdir` with `recursive`, which never comes back from places such as `/proc/x` that cannot be made. */
async function makeFolder(folder: string): Promise<void> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(folder);
  if (!existsSync(parent)) await makeFolder(parent);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Another start may have made it in between.
    if (error.code !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  });
}

/** Takes the data folder for this process alone. Throws a {@link PlainError} when another has it, or it has no room. */
export async function openHome(folder = homeFolder()): Promise<Home> {
  try {
    await makeFolder(folder);
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < LEAST_FREE_BYTES) throw fullDisk(folder);
    const lock = takeLock(join(folder, 'lock'));
    if (lock.holder) {
      const at = (await readRunning(folder))?.url;
      throw new PlainError(
        `一路已在运行${at ? `：${at}` : ''}（进程 ${lock.holder.pid}，数据目录 ${folder}）。如需再开一份，请另设 YILU_HOME 和 PORT。`,
        `Yilu is already running${at ? ` at ${at}` : ''} (process ${lock.holder.pid}, data folder ${folder}). For a second one, set another YILU_HOME and PORT.`,
      );
    }
    await rm(runningFile(folder), { force: true });
    return {
      folder,
      // It holds the database's password.
      announce: (running) =>
        writeFile(runningFile(folder), JSON.stringify(running, null, 2), { mode: 0o600 }),
      async release() {
        await rm(runningFile(folder), { force: true });
        lock.release();
      },
    };
  } catch (error) {
    throw asFolderError(error, folder);
  }
}
