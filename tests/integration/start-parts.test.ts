import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHome } from '../../local/home.ts';
import { startNodeService } from '../../local/node-service.ts';
import type { Running } from '../../local/running.ts';
import { supervise } from '../../local/supervisor.ts';
import { root } from '../../scripts/find-binaries.mjs';

describe('the parts of npm start', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yilu-start-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const service = async (program: string): Promise<() => Promise<Running>> => {
    const entry = join(folder, 'service.mjs');
    await writeFile(entry, program);
    return () =>
      startNodeService({
        name: 'worker',
        entry,
        env: {},
        logFile: join(folder, 'log'),
        ready: { line: 'worker ready' },
      });
  };
  const steady = `setInterval(() => {}, 1000); console.log('noise'); console.log(JSON.stringify({ msg: 'worker ready' }));`;

  it('starts a part again when it was killed, says so in both languages, and stops it when asked', async () => {
    const pids: number[] = [];
    const told: string[] = [];
    let back: (() => void) | undefined;
    const isBack = new Promise<void>((resolve) => (back = resolve));
    const begin = await service(steady);
    const supervised = await supervise(
      'worker',
      async () => {
        const running = await begin();
        pids.push(running.pid);
        return running;
      },
      (zh, en) => {
        told.push(`${zh} / ${en}`);
        if (en.endsWith('is back')) back?.();
      },
    );
    process.kill(pids[0] ?? 0, 'SIGKILL');
    await isBack;
    expect(pids).toHaveLength(2);
    expect(told[0]).toBe('worker 意外停止（SIGKILL），正在重启 / worker ended (SIGKILL), restarting');
    await supervised.stop();
    expect(() => process.kill(pids[1] ?? 0, 0)).toThrow('ESRCH');
  });

  it('shows the end of the log of a part that cannot start', async () => {
    const begin = await service(`console.error('no such table: journey'); process.exit(3);`);
    await expect(begin()).rejects.toThrow(/worker 未能启动（exit code 3）[\s\S]*no such table: journey/);
  });

  it('gives a data folder to one run at a time, and says who has it', async () => {
    const home = await openHome(folder);
    await home.announce({ pid: process.pid, url: 'http://127.0.0.1:8080', environment: {} });
    await expect(openHome(folder)).rejects.toThrow(
      `already running at http://127.0.0.1:8080 (process ${process.pid}`,
    );
    await home.release();
    await (await openHome(folder)).release();
  });

  it.each(['a file', 'a file/below', '/proc/no/such', '/proc/none'])(
    'says in one sentence that %s cannot be the data folder',
    async (place) => {
      await writeFile(join(folder, 'a file'), '');
      const impossible = resolve(folder, place);
      await expect(openHome(impossible)).rejects.toThrow(
        new RegExp(
          `^无法使用数据目录 ${impossible}.*YILU_HOME[^\n]*\nThe data folder ${impossible}.*YILU_HOME`,
        ),
      );
    },
  );

  it('lets a part run that waits for something else, and tells when it waits no longer', async () => {
    const begin = join(folder, 'begin');
    const entry = join(folder, 'service.mjs');
    await writeFile(
      entry,
      `import { existsSync } from 'node:fs';
       setInterval(() => existsSync(${JSON.stringify(begin)}) && console.log(JSON.stringify({ msg: 'worker ready' })), 20);`,
    );
    const told: string[] = [];
    let ready: (() => void) | undefined;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    const running = await startNodeService({
      name: 'worker',
      entry,
      env: {},
      logFile: join(folder, 'log'),
      ready: { line: 'worker ready' },
      mayWait: {
        afterMs: 100,
        onWaiting: () => told.push('waits'),
        onReady() {
          told.push('ready');
          ready?.();
        },
      },
    });
    expect(told).toEqual(['waits']);
    await writeFile(begin, '');
    await isReady;
    expect(told).toEqual(['waits', 'ready']);
    await running.stop();
  });

  it('names a free port when its own is in use, before anything is started', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => squatter.once('listening', listening));
    const address = squatter.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const start = spawn(process.execPath, [join(root, 'cli/main.ts'), 'start'], {
      env: { ...process.env, PORT: String(port), YILU_HOME: folder },
    });
    let said = '';
    for (const stream of [start.stdout, start.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
    const code = await new Promise((exit) => start.once('close', exit));
    squatter.close();
    expect(code).toBe(1);
    expect(said).toMatch(
      new RegExp(`^端口 ${port} 已被其他程序占用。请改用：PORT=\\d+ npm start\nPort ${port} is in use`),
    );
  });
});
