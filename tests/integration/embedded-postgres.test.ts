import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../local/embedded-postgres.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', () => {
  let home: string;
  let running: EmbeddedPostgres[];
  const start = async (): Promise<EmbeddedPostgres> => {
    const started = await startEmbeddedPostgres({
      folder: join(home, 'postgres'),
      logFile: join(home, 'postgres.log'),
    });
    running.push(started);
    return started;
  };

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'yilu-postgres-'));
    running = [];
  });
  afterEach(async () => {
    for (const server of running) await server.stop();
    await rm(home, { recursive: true, force: true });
  });

  it('is PostgreSQL 18 in UTF-8, ordering by code point, with its clock in UTC', async () => {
    const { url } = await start();
    expect(await query(url, `select current_setting('server_version_num')::int / 10000 as major`)).toEqual([
      { major: 18 },
    ]);
    expect(
      await query(url, `select current_setting('server_encoding') as e, current_setting('timezone') as tz`),
    ).toEqual([{ e: 'UTF8', tz: 'UTC' }]);
    expect(
      await query(url, `select array_agg(x order by x) as sorted from unnest(array['b','B','a','一']) x`),
    ).toEqual([{ sorted: ['B', 'a', 'b', '一'] }]);
  });

  it('has everything that was committed after kill -9, at the same address', async () => {
    const first = await start();
    await query(first.url, 'create table kept (n int)');
    await query(first.url, 'insert into kept values (42)');
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
  });

  it('takes over from a server whose owner was killed', async () => {
    const orphan = await start();
    await query(orphan.url, 'create table kept ()');
    const next = await start();
    await orphan.exited;
    expect(next.url).toBe(orphan.url);
    expect(await query(next.url, 'table kept')).toEqual([]);
  });

  it('heals a postmaster.pid whose number now belongs to another program', async () => {
    await (await start()).stop();
    const pidFile = join(home, 'postgres/data/postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n${join(home, 'postgres/data')}\n`);
    const { url, pid } = await start();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(Number.parseInt(await readFile(pidFile, 'utf8'), 10)).toBe(pid);
  });

  it('makes the cluster anew when its first making was interrupted', async () => {
    await mkdir(join(home, 'postgres/data.new/base'), { recursive: true });
    await writeFile(join(home, 'postgres/data.new/PG_VERSION'), '18');
    expect(await query((await start()).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('moves to another port when its own was taken meanwhile', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    try {
      const second = await start();
      expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
      expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    } finally {
      await new Promise((closed) => squatter.close(closed));
    }
  });

  it('says in one sentence, in both languages, what keeps it from starting', async () => {
    await (await start()).stop();
    await writeFile(join(home, 'postgres/data/PG_VERSION'), '9.6\n');
    await expect(start()).rejects.toThrow(
      /内置 PostgreSQL 未能启动：.*incompatible[\s\S]*did not start: .*incompatible/,
    );
  });
});
