import { readdirSync, readFileSync } from 'node:fs';

export const programs = ['api', 'worker', 'temporal', 'postgres'] as const;
export type Program = (typeof programs)[number];

/** Kernel ticks in a second; 100 on every Linux that Node.js runs on. */
const ticksPerSecond = 100;
const pageBytes = 4_096;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** CPU seconds of it and of its children that have ended. */
  readonly cpu: number;
  readonly memory: number;
}

function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks; the numbers come after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
    return {
      pid,
      parent: Number(fields[1]),
      command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
      cpu: (user + system + childUser + childSystem) / ticksPerSecond,
      memory: Number(fields[21]) * pageBytes,
    };
  } catch {
    // Ended between the listing and the look.
    return undefined;
  }
}

const signs: Readonly<Record<Program, RegExp>> = {
  api: /\/api\/main\.ts/u,
  worker: /\/worker\/main\.ts/u,
  temporal: /temporal\S* server start-dev/u,
  postgres: /postgres/u,
};

/** Every process that this one has started, directly or not, by the program it belongs to. */
function descendants(): Map<Program, Process[]> {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const found = new Map<Program, Process[]>(programs.map((program) => [program, []]));
  const ours = new Map<number, Program | undefined>([[process.pid, undefined]]);
  for (let grown = true; grown;) {
    grown = false;
    for (const one of all) {
      if (ours.has(one.pid) || !ours.has(one.parent)) continue;
      const program = ours.get(one.parent) ?? programs.find((name) => signs[name].test(one.command));
      ours.set(one.pid, program);
      if (program) found.get(program)?.push(one);
      grown = true;
    }
  }
  return found;
}

/** @returns resident memory in bytes of one process; undefined once it has ended, and where there is no /proc to ask */
export const memoryOf = (pid: number): number | undefined => read(pid)?.memory;

/** @returns CPU seconds of one process so far; undefined once it has ended, and where there is no /proc to ask */
export const cpuOf = (pid: number): number | undefined => read(pid)?.cpu;

export interface Use {
  /** CPU seconds since it was started, children included. */
  readonly cpu: number;
  /** Resident memory in bytes; shared pages of PostgreSQL's processes are counted for each. */
  readonly memory: number;
}

/** @returns what each program has used by now; undefined where there is no /proc to ask */
export function useOfPrograms(): Readonly<Record<Program, Use>> | undefined {
  if (process.platform !== 'linux') return undefined;
  const found = descendants();
  const use = (program: Program): Use => {
    const list = found.get(program) ?? [];
    return {
      cpu: list.reduce((total, one) => total + one.cpu, 0),
      memory: list.reduce((total, one) => total + one.memory, 0),
    };
  };
  return { api: use('api'), worker: use('worker'), temporal: use('temporal'), postgres: use('postgres') };
}
