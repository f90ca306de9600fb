import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tryPort } from '../local/ports.ts';
import type { Figure } from './support/figure.ts';
import { spread, median } from './support/statistics.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 3;
const patienceMs = 120_000;

/** Settings of the person who measures must not reach the measured. */
const foreign = /^(YILU_|DATABASE_URL|TEMPORAL_|SMTP_URL|PORT$|npm_)/u;

/** Runs `npm start` until it says that it is ready. @returns seconds, and the process */
async function ready(home: string, port: number): Promise<{ seconds: number; child: ChildProcess }> {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const began = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...own, YILU_HOME: home, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let said = '';
  const seconds = await new Promise<number>((done, failed) => {
    const late = setTimeout(() => failed(new Error(`not ready within two minutes:\n${said}`)), patienceMs);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      // The line that people wait for; it comes once every part answers.
      if (!/就绪.*ready/u.test(said)) return;
      clearTimeout(late);
      done((performance.now() - began) / 1_000);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => failed(new Error(`npm start ended:\n${said}`)));
  });
  return { seconds, child };
}

/** Ctrl-C, as a terminal gives it: to the whole group. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null) return;
  const gone = once(child, 'exit');
  process.kill(-child.pid, 'SIGINT');
  await gone;
}

/** `npm start` with everything downloaded: on an empty data folder, and again on the one it left. */
export const start: Figure = {
  name: 'start',
  async run({ progress }) {
    const first: number[] = [];
    const second: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const home = await mkdtemp(join(tmpdir(), 'yilu-bench-home-'));
      try {
        for (const times of [first, second]) {
          const port = await tryPort(0);
          if (port === undefined) throw new Error('no port is free');
          const { seconds, child } = await ready(home, port);
          times.push(seconds);
          await stop(child);
        }
      } finally {
        await rm(home, { recursive: true, force: true });
      }
      progress(
        `round ${round} of ${rounds}: ${first.at(-1)?.toFixed(1)} s, then ${second.at(-1)?.toFixed(1)} s`,
      );
    }
    return [
      {
        figure: 'npm start on an empty data folder, seconds to ready',
        measured: spread(first),
        limit: { kind: 'atMost', value: 15 },
        value: median(first),
        note: 'the whole command; the demonstration district loads afterwards',
      },
      {
        figure: 'npm start again, seconds to ready',
        measured: spread(second),
        limit: { kind: 'atMost', value: 10 },
        value: median(second),
      },
    ];
  },
};
