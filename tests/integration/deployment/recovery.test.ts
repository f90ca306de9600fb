import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../local/embedded-postgres.ts';
import { outgoingHold } from '../../../store/outgoing.ts';
import { openStore } from '../../../store/open-store.ts';
import { commandOf, composeFile, root } from '../../support/compose-file.ts';
import { freePort, runDeployed, secretsFolder, type Deployed } from '../../support/deployed-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'yilu-recovery-'));
const scripts = join(folder, 'deploy');
const archive = join(folder, 'wal');
const secrets = secretsFolder();

beforeAll(() => {
  // PostgreSQL runs under an account of its own where the tests run as root.
  chmodSync(folder, 0o755);
  cpSync(join(root, 'deploy/postgres'), scripts, { recursive: true });
  mkdirSync(archive);
  chmodSync(archive, 0o777);
});
afterAll(() => {
  secrets.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The database's settings in docker-compose.yml, with this test's folders in place of the container's. */
function composeSettings(): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const word of composeFile().services['postgres']!.command ?? []) {
    const [, name, value] = /^([a-z_]+)=(.*)$/u.exec(word) ?? [];
    if (name && value && name !== 'shared_buffers')
      settings[name] = value.replace('/deploy/', `${scripts}/`).replace('/var/lib/yilu-wal', archive);
  }
  return settings;
}

/** What pg_basebackup does, which the embedded server comes without. */
async function baseBackup(client: pg.Client, data: string, base: string): Promise<void> {
  await client.query("select pg_backup_start('test', true)");
  const copy = join(base, 'copy');
  execFileSync('cp', ['-a', data, copy]);
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
  writeFileSync(join(copy, 'backup_label'), rows[0]!.labelfile);
  for (const left of ['postmaster.pid', 'postmaster.opts']) rmSync(join(copy, left));
  // The segments in the copy were taken while the server wrote them: only the archive counts.
  execFileSync('find', [join(copy, 'pg_wal'), '-type', 'f', '-delete']);
  execFileSync('tar', ['-czf', join(base, 'base.tar.gz'), '-C', copy, '.']);
}

async function untilPromoted(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ recovering: boolean }>('select pg_is_in_recovery() as recovering');
    if (rows[0]?.recovering === false) return;
    await sleep(100);
  }
}

async function untilRecorded(client: pg.Client): Promise<void> {
  while ((await client.query("select 1 from setting where key = 'database.lineage'")).rowCount === 0)
    await sleep(25);
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function untilArchived(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ segment: string }>(
    'select pg_walfile_name(pg_switch_wal()) as segment',
  );
  for (;;) {
    const archiver = await client.query<{ last: string | null; failed: string }>(
      'select last_archived_wal as last, failed_count::text as failed from pg_stat_archiver',
    );
    expect(archiver.rows[0]?.failed).toBe('0');
    if ((archiver.rows[0]?.last ?? '') >= rows[0]!.segment) return;
    await sleep(100);
  }
}

/** The worker of the compose file, without a Temporal, until something is so. */
async function workerUntil(url: string, so: (worker: Deployed) => Promise<void>): Promise<void> {
  const service = composeFile().services['worker']!;
  const worker = runDeployed(commandOf(service), {
    ...secrets.settingsOf(service, url),
    TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
    YILU_WORKER_METRICS_PORT: String(await freePort()),
  });
  try {
    await worker.says('waitsFor');
    await so(worker);
  } finally {
    worker.signal('SIGKILL');
    await worker.exitCode;
  }
}

/** What the API of the compose file says of what leaves. */
async function apiSays(url: string): Promise<{ ready: unknown; held: string | undefined }> {
  const port = await freePort();
  const service = composeFile().services['api']!;
  const api = runDeployed(commandOf(service), {
    ...secrets.settingsOf(service, url),
    TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}`,
    PORT: String(port),
  });
  try {
    await api.says('api ready');
    const at = `http://127.0.0.1:${port}`;
    const ready: unknown = await (await fetch(`${at}/readyz`)).json();
    const metrics = await (await fetch(`${at}/metrics`)).text();
    return { ready, held: /^yilu_outgoing_held (\S+)$/mu.exec(metrics)?.[1] };
  } finally {
    api.signal('SIGTERM');
    await api.exitCode;
  }
}

describe('point-in-time recovery', () => {
  it('brings the database back to the moment before the accident, and holds what leaves by itself', async () => {
    const home = { folder: join(folder, 'postgres'), logFile: join(folder, 'postgres.log') };
    const data = join(home.folder, 'data');
    const base = join(folder, 'base');
    mkdirSync(base);
    const server = await startEmbeddedPostgres({ ...home, settings: composeSettings() });
    // The first start records which database it is.
    await workerUntil(server.url, () => connected(server.url, untilRecorded));
    expect(await apiSays(server.url)).toMatchObject({ ready: { outgoing: 'leaving' }, held: '0' });
    const moment = await connected(server.url, async (client) => {
      await client.query('create table note (text text)');
      await client.query("insert into note values ('before the backup')");
      await baseBackup(client, data, base);
      await client.query("insert into note values ('after the backup')");
      const now = await client.query<{ now: string }>('select clock_timestamp()::text as now');
      await client.query("insert into note values ('the accident')");
      await untilArchived(client);
      return now.rows[0]!.now;
    });
    const restore = (): ReturnType<typeof spawnSync> =>
      spawnSync('sh', [join(scripts, 'restore.sh'), archive, base, moment], {
        encoding: 'utf8',
        env: { PATH: process.env['PATH'], PGDATA: data },
      });
    expect(restore()).toMatchObject({ status: 1, stderr: expect.stringContaining('stop it') as string });
    await server.stop();
    expect(restore()).toMatchObject({ status: 0 });

    const restored = await startEmbeddedPostgres({ ...home, settings: composeSettings() });
    try {
      const notes = await connected(restored.url, async (client) => {
        await untilPromoted(client);
        return (await client.query<{ text: string }>('select text from note order by ctid')).rows;
      });
      expect(notes.map(({ text }) => text)).toEqual(['before the backup', 'after the backup']);
      await workerUntil(restored.url, (worker) => worker.says('"alarm":"outgoing"'));
      const store = openStore(restored.url, { release: 'test' });
      try {
        expect(await outgoingHold(store)).toMatchObject({
          by: 'yilu',
          reason: expect.stringMatching(/时间线由 1 变为 2.*timeline went from 1 to 2/u) as string,
        });
      } finally {
        await store.pool.end();
      }
      expect(await apiSays(restored.url)).toMatchObject({ ready: { outgoing: 'held' }, held: '1' });
    } finally {
      await restored.stop();
    }
  });

  it('never overwrites a segment, and takes the same one again', () => {
    const own = join(folder, 'own');
    mkdirSync(own);
    const segment = join(folder, 'segment');
    const archiveIt = () =>
      spawnSync('sh', [join(scripts, 'archive-wal.sh'), segment, '0001', own], { encoding: 'utf8' });
    writeFileSync(segment, 'one');
    expect(archiveIt().status).toBe(0);
    expect(archiveIt().status).toBe(0);
    writeFileSync(segment, 'two');
    const refused = archiveIt();
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('exists with other content');
    expect(gunzipSync(readFileSync(join(own, '0001.gz'))).toString()).toBe('one');
  });
});
