import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Tells one life of a process from the next one that was given the same number (after a reboot, or in a
 * container, where numbers start again at 1). Empty where the system does not say.
 */
export function processIdentity(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${startTicks}`;
    }
    if (process.platform === 'darwin')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  } catch {
    return '';
  }
  return '';
}

/** True while a process with this number (and, if given, this identity) runs. A zombie does not run. */
export function isRunning(pid, identity) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== 'EPERM') return false;
  }
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return false;
    } catch {
      return false;
    }
  }
  return !identity || processIdentity(pid) === identity;
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Who holds the lock, or undefined when nobody alive does. */
export function lockHolder(path) {
  const text = read(path);
  if (text === undefined) return undefined;
  try {
    const holder = JSON.parse(text);
    return isRunning(holder.pid, holder.identity) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock, healing one left behind by a process that was killed.
 * @returns `{ release, update }`, or `{ holder }` when a living process has it
 */
export function takeLock(path, info = {}) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = (more) =>
    JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid), ...info, ...more });
  const draft = `${path}.${process.pid}`;
  for (let attempt = 0; attempt < 5; attempt++) {
    writeFileSync(draft, mine({}));
    try {
      linkSync(draft, path); // atomic, and the file is never seen half written
      rmSync(draft);
      return {
        release: () => {
          if (JSON.parse(read(path) ?? '{}').pid === process.pid) rmSync(path, { force: true });
        },
        update: (more) => {
          writeFileSync(draft, mine(more));
          renameSync(draft, path);
        },
      };
    } catch (error) {
      rmSync(draft, { force: true });
      if (error.code !== 'EEXIST') throw error;
    }
    const seen = read(path);
    const holder = lockHolder(path);
    if (holder) return { holder };
    if (seen === undefined) continue;
    const aside = `${path}.stale.${process.pid}`;
    try {
      renameSync(path, aside);
    } catch {
      continue;
    }
    // Another process may have healed and taken it between our look and our move: give it back.
    if (read(aside) !== seen) renameSync(aside, path);
    else rmSync(aside, { force: true });
  }
  return { holder: lockHolder(path) ?? { pid: 0 } };
}
