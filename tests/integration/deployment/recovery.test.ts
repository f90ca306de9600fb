import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres } from '../../../local/embedded-postgres.ts';
import { composeFile, root } from '../../support/compose-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'yilu-recovery-'));
const scripts = join(folder, 'deploy');
const archive = join(folder, 'wal');

beforeAll(() => {
  // PostgreSQL runs under an account of its own where the tests run as root.
  chmodSync(folder, 0o755);
  cpSync(join(root, 'deploy/postgres'), scripts, { recursive: true });
  mkdirSync(archive);
  chmodSync(archive, 0o777);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

describe('point-in-time recovery', () => {
  it('brings the database back to the moment before the accident, with the settings of the compose file', async () => {
    const home = { folder: join(folder, 'postgres'), logFile: join(folder, 'postgres.log') };
    const data = join(home.folder, 'data');
    const base = join(folder, 'base');
    mkdirSync(base);
    const server = await startEmbeddedPostgres({ ...home, settings: composeSettings() });
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
