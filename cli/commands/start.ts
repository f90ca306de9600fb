import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { openHome, type Home } from '../../local/home.ts';
import { asFolderError, PlainError } from '../../local/plain-error.ts';
import { tryPort } from '../../local/ports.ts';
import { exitOf } from '../../local/running.ts';
import { DatabaseNewerError } from '../../prisma/database-newer-error.ts';
import { migrate } from '../../prisma/migrate.ts';
import {
  ownTemporal,
  root,
  startGround,
  startServices,
  type Ground,
  type Stoppable,
} from '../start-parts.ts';
import { say } from '../run.ts';
import { alignedTable } from '../table.ts';

/** npm passes a terminal's Ctrl-C on although the terminal sent it here too: what follows this soon is the same one. */
const SAME_CTRL_C_MS = 1_000;

async function freePort(): Promise<number> {
  const port = Number(process.env['PORT'] ?? 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new PlainError(
      `PORT=${process.env['PORT']} 不是端口号；请用 1 到 65535 的整数。`,
      `PORT=${process.env['PORT']} is not a port; use a whole number from 1 to 65535.`,
    );
  if ((await tryPort(port)) !== undefined) return port;
  let other = port + 1;
  while ((await tryPort(other)) === undefined) other++;
  throw new PlainError(
    `端口 ${port} 已被其他程序占用。请改用：PORT=${other} npm start`,
    `Port ${port} is in use by another program. Try: PORT=${other} npm start`,
  );
}

/** As short as it is clear. */
function readable(folder: string): string {
  const short = relative('.', folder) || '.';
  return short.startsWith('..') ? folder : short;
}

function addresses(
  url: string,
  folder: string,
  { postgres, temporal, mail, sms }: Ground,
  clocksWait: boolean,
): string {
  const own = (name: string): string => `${name}（自备 / your own）`;
  const database = postgres ? new URL(postgres.first.url).host : own('DATABASE_URL');
  return alignedTable([
    ['应用', 'App', url],
    ['接口文档', 'API docs', `${url}/api/docs`],
    ['邮件', 'Mail', process.env['SMTP_URL'] ? own('SMTP_URL') : (mail?.url ?? '')],
    ['短信', 'SMS', sms && mail ? `${mail.url}/sms` : own('YILU_SMS')],
    ...(sms ? [['短信网关', 'SMS gateway', sms.gatewayUrl]] : []),
    ['Temporal', '', temporal?.first.uiUrl ?? own(ownTemporal() ?? '')],
    ...(clocksWait
      ? [['时钟', 'Clocks', '等待 Temporal，其余照常 / wait for Temporal; all else goes on']]
      : []),
    ['数据库', 'PostgreSQL', database],
    ['数据目录', 'Data folder', readable(folder)],
    ['日志', 'Logs', readable(join(folder, 'logs'))],
  ]);
}

/** The demonstration district goes into the embedded database only, once. */
function loadDemonstration(folder: string, env: Record<string, string>): Stoppable | undefined {
  const marker = join(folder, 'demonstration-loaded');
  if (existsSync(marker)) return undefined;
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), 'demo', 'load'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = exitOf(child);
  let stopping = false;
  void exited.then(async (how) => {
    if (how === 'exit code 0') await writeFile(marker, new Date().toISOString());
    else if (!stopping)
      say(
        '演示数据未载入；下次启动时再试，或运行 npx yilu demo load',
        `the demonstration district was not loaded (${how}); the next start tries again, or run npx yilu demo load`,
      );
  });
  const kill = (): void => void child.kill('SIGTERM');
  return {
    async stop() {
      stopping = true;
      kill();
      await exited;
    },
    kill,
  };
}

/** Which database it is, without the password. */
function databaseName(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

async function migrateOrSay(url: string, own: boolean): Promise<void> {
  try {
    await migrate(url);
  } catch (error) {
    if (!own || error instanceof DatabaseNewerError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = message || code || String(error);
    throw new PlainError(
      `无法使用 DATABASE_URL 指定的数据库（${databaseName(url)}）：${why}。请检查地址、用户和密码，以及 PostgreSQL 是否在运行；不设 DATABASE_URL 则使用内置的。`,
      `The database of DATABASE_URL (${databaseName(url)}) cannot be used: ${why}. Check address, user and password, and that PostgreSQL runs; without DATABASE_URL the embedded one is used.`,
    );
  }
}

async function bringUp(
  home: Home,
  keep: (parts: Stoppable[]) => void,
  stopping: AbortSignal,
  demonstration: boolean,
): Promise<void> {
  const from = Date.now();
  const port = await freePort();
  say('一路正在启动 …', 'Yilu is starting …');
  const url = `http://127.0.0.1:${port}`;
  const ground = await startGround(home.folder, url, say, keep);
  const databaseUrl = ground.environment['DATABASE_URL'] ?? process.env['DATABASE_URL'];
  if (databaseUrl) await migrateOrSay(databaseUrl, !ground.postgres);
  const env = { ...ground.environment, PORT: String(port), YILU_HOME: home.folder };
  const { clocksWait } = await startServices(home.folder, env, say, keep, stopping);
  await home.announce({
    pid: process.pid,
    url,
    ...(ground.mail && { mailUrl: ground.mail.url }),
    environment: env,
  });
  const seconds = ((Date.now() - from) / 1000).toFixed(1);
  say(`就绪，用时 ${seconds} 秒`, `ready after ${seconds} s`);
  console.log(addresses(url, home.folder, ground, clocksWait));
  say('按 Ctrl-C 停止', 'press Ctrl-C to stop');
  const loading = demonstration && ground.postgres ? loadDemonstration(home.folder, env) : undefined;
  if (loading) keep([loading]);
}

async function run({ demonstration }: { demonstration: boolean }): Promise<void> {
  const home = await openHome();
  /** In the order in which they stop: who uses comes before what is used. */
  const parts: Stoppable[] = [];
  const stopping = new AbortController();
  const keep = (more: Stoppable[]): void => {
    parts.unshift(...more);
    stopping.signal.throwIfAborted();
  };
  const stopAll = async (): Promise<void> => {
    for (const part of [...parts]) await part.stop().catch(console.error);
  };
  const starting = bringUp(home, keep, stopping.signal, demonstration);

  let firstSignalAt = 0;
  const onSignal = async (): Promise<void> => {
    if (firstSignalAt > 0) {
      if (Date.now() - firstSignalAt < SAME_CTRL_C_MS) return;
      for (const part of parts) part.kill?.();
      process.exit(1);
    }
    firstSignalAt = Date.now();
    say('正在停止 …（再按一次 Ctrl-C 强制结束）', 'stopping … (Ctrl-C again to force)');
    stopping.abort();
    await starting.catch(() => undefined);
    await stopAll();
    await home.release();
    say('已停止', 'stopped');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void onSignal());

  try {
    await starting;
  } catch (error) {
    if (stopping.signal.aborted) return; // the person's own doing; onSignal goes on from here
    await stopAll();
    await home.release();
    throw asFolderError(error, home.folder);
  }
}

/** `yilu start`: what `npm start` runs. */
export const startCommand = (): Command =>
  new Command('start')
    .description('在本机启动全部组件 / run everything on this machine')
    .option('--no-demonstration', '不载入演示数据 / without the demonstration district')
    .action(async (options: { demonstration: boolean }) => {
      try {
        await run(options);
      } catch (error) {
        console.error(
          error instanceof PlainError || error instanceof DatabaseNewerError ? error.message : error,
        );
        process.exit(1);
      }
    });
