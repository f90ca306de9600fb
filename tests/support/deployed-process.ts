import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dockerfileEnvironment, root, type ComposeService } from './compose-file.ts';

/** @returns a port that nobody listens on at this moment */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

export interface Deployed {
  /** All it has printed so far. */
  output(): string;
  /** Resolves when the output has this text; rejects when the process ends before. */
  says(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  readonly exitCode: Promise<number | null>;
}

/**
 * Runs a command as a container would: from the program's folder, with these settings and no others of this machine.
 */
export function runDeployed(command: readonly string[], env: Record<string, string>): Deployed {
  const [program, ...args] = command;
  // The image's `node` is the pinned one, and so is the one that runs the tests.
  const child = spawn(program === 'node' ? process.execPath : program!, args, {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...dockerfileEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const exitCode = new Promise<number | null>((exited) => child.on('close', exited));
  void exitCode.then(() => (ended = true));
  return {
    output: () => printed,
    async says(text) {
      while (!printed.includes(text)) {
        if (ended) throw new Error(`it ended without saying "${text}":\n${printed}`);
        await sleep(25);
      }
    },
    signal: (name) => child.kill(name),
    exitCode,
  };
}

export interface Secrets {
  /** The settings of a service, with its secrets in files here and its database at this address. */
  settingsOf(service: ComposeService, databaseUrl: string): Record<string, string>;
  remove(): void;
}

/** A folder in the place of `/run/secrets`. */
export function secretsFolder(): Secrets {
  const folder = mkdtempSync(join(tmpdir(), 'yilu-run-secrets-'));
  return {
    settingsOf({ environment = {}, secrets = [] }, databaseUrl) {
      const real = new URL(databaseUrl);
      const contents: Record<string, string> = {
        database_password: decodeURIComponent(real.password),
        link_secret: 'a secret for tests, long enough to be one',
      };
      for (const secret of secrets) writeFileSync(join(folder, secret), contents[secret] ?? '');
      const settings = Object.entries(environment).map(([name, value]): [string, string] => {
        if (name !== 'DATABASE_URL') return [name, value.replace('/run/secrets', folder)];
        const url = new URL(value);
        for (const part of ['username', 'hostname', 'port', 'pathname'] as const) url[part] = real[part];
        return [name, url.href];
      });
      return { ...Object.fromEntries(settings), YILU_HOME: join(folder, 'home') };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
