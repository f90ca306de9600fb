import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/find-binaries.mjs';

export interface CommandResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the command as a person would, in a process of its own, on the given database. */
export function startYilu(
  databaseUrl: string,
  ...args: string[]
): { readonly child: ChildProcess; readonly result: Promise<CommandResult> } {
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const result = new Promise<CommandResult>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, out, err }));
  });
  return { child, result };
}

/** Runs the command to its end, in the environment of the test. */
export const runYilu = (databaseUrl: string, ...args: string[]): Promise<CommandResult> =>
  startYilu(databaseUrl, ...args).result;
