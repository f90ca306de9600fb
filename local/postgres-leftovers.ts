import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../scripts/lock.mjs';
import { sleep } from './running.ts';

function postmasterPid(data: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8'), 10) || undefined;
  } catch {
    return undefined;
  }
}

/** Every PostgreSQL process has its data folder as working directory, whatever else it calls itself. */
function processesOf(data: string): number[] {
  if (process.platform === 'linux') {
    const real = realpathSync(data);
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => {
        try {
          return readlinkSync(`/proc/${pid}/cwd`) === real && isRunning(pid);
        } catch {
          return false;
        }
      });
  }
  const pid = postmasterPid(data);
  if (pid === undefined || !isRunning(pid)) return [];
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).includes(data)
      ? [pid]
      : [];
  } catch {
    return [];
  }
}

/** A fast shutdown ends sessions and writes a checkpoint; recovery from the log is quicker than waiting longer for it. */
const FAST_SHUTDOWN_MS = 3_000;

async function gone(data: string, withinMs: number): Promise<boolean> {
  for (const until = Date.now() + withinMs; Date.now() < until; await sleep(20))
    if (processesOf(data).length === 0) return true;
  return processesOf(data).length === 0;
}

function signal(pids: number[], name: NodeJS.Signals): void {
  for (const pid of pids)
    try {
      process.kill(pid, name);
    } catch {
      // it ended in between
    }
}

/**
 * Clears what a killed run left in a data folder that nobody else may be using (the caller holds the lock of
 * YILU_HOME): a server still running is shut down, stray backends are ended, a stale postmaster.pid is removed.
 * @returns whether a server was still running
 */
export async function clearLeftovers(data: string): Promise<boolean> {
  const postmaster = postmasterPid(data);
  const found = processesOf(data);
  if (found.length > 0) {
    if (postmaster !== undefined && found.includes(postmaster)) {
      signal([postmaster], 'SIGINT');
      if (!(await gone(data, FAST_SHUTDOWN_MS))) signal(processesOf(data), 'SIGQUIT');
    } else signal(found, 'SIGQUIT');
    if (!(await gone(data, 5_000))) signal(processesOf(data), 'SIGKILL');
    await gone(data, 5_000);
  }
  if (postmaster !== undefined) rmSync(join(data, 'postmaster.pid'), { force: true });
  return found.length > 0;
}
