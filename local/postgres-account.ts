import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PlainError } from './plain-error.ts';

/** How PostgreSQL's programs are run: as whoever runs Yilu, or, since PostgreSQL refuses root, as another account. */
export interface PostgresAccount {
  run(program: string, args: string[], options: SpawnOptions): ChildProcess;
  /** Hands a folder or file over to the account. */
  give(path: string): Promise<void>;
}

const SETPRIV = '/usr/bin/setpriv';

function lookUp(): { uid: number; gid: number } {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  throw new PlainError(
    'PostgreSQL 不能以 root 运行，且本机没有 postgres 或 nobody 用户。请以普通用户运行 npm start，或设置 DATABASE_URL。',
    'PostgreSQL cannot run as root, and there is no user postgres or nobody here. Run npm start as an ordinary user, or set DATABASE_URL.',
  );
}

function reachable(path: string, uid: number, gid: number): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { mode, uid: owner, gid: group } = statSync(folder);
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * @param folders what the account must get at: the programs, and the folder that holds the data
 */
export function postgresAccount(folders: string[]): PostgresAccount {
  if (process.getuid?.() !== 0) return { run: spawn, give: () => Promise.resolve() };
  const { uid, gid } = lookUp();
  const give = (path: string): Promise<void> => chown(path, uid, gid);
  const hidden = folders.find((folder) => !reachable(folder, uid, gid));
  if (hidden === undefined)
    return { give, run: (program, args, options) => spawn(program, args, { ...options, uid, gid }) };
  // root's home is closed to others, and a clone often lives there. The one capability that lets the other
  // account walk through it is handed down; everything else of root is given up.
  try {
    accessSync(SETPRIV, constants.X_OK);
  } catch {
    throw new PlainError(
      `PostgreSQL 不能以 root 运行，而用户 ${uid} 无法进入 ${hidden}。请把项目放到其他用户可进入的目录（如 /opt），或设置 DATABASE_URL。`,
      `PostgreSQL cannot run as root, and user ${uid} cannot enter ${hidden}. Put the project into a folder that others may enter (such as /opt), or set DATABASE_URL.`,
    );
  }
  // (access(2) ignores capabilities of ordinary users unless the set-uid fix-up is off: capabilities(7).)
  const flags = ['--securebits=+no_setuid_fixup', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const pass = [
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
  ];
  return {
    give,
    run: (program, args, options) => spawn(SETPRIV, [...flags, ...pass, '--', program, ...args], options),
  };
}
