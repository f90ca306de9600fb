import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

/** A file of the server's own, in its data folder. */
function give(data: string, name: string, text: string): void {
  writeFileSync(join(data, name), text);
  const { uid, gid } = statSync(join(data, 'PG_VERSION'));
  chownSync(join(data, name), uid, gid);
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
    const before = { folder: join(folder, 'before'), logFile: join(folder, 'before.log') };
    const after = { folder: join(folder, 'after'), logFile: join(folder, 'after.log') };
    const server = await startEmbeddedPostgres({ ...before, settings: composeSettings() });
    const moment = await connected(server.url, async (client) => {
      await client.query('create table note (text text)');
      await client.query("insert into note values ('before the backup')");
      // What pg_basebackup does, which the embedded server comes without.
      await client.query("select pg_backup_start('test', true)");
      execFileSync('cp', ['-a', before.folder, after.folder]);
      const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop()');
      give(join(after.folder, 'data'), 'backup_label', rows[0]!.labelfile);
      await client.query("insert into note values ('after the backup')");
      const now = await client.query<{ now: string }>('select clock_timestamp()::text as now');
      await client.query("insert into note values ('the accident')");
      await untilArchived(client);
      return now.rows[0]!.now;
    });
    await server.stop();

    const data = join(after.folder, 'data');
    for (const left of ['postmaster.pid', 'postmaster.opts']) rmSync(join(data, left));
    // The copy's own segments were taken while the server wrote them: only the archive counts.
    execFileSync('find', [join(data, 'pg_wal'), '-type', 'f', '-delete']);
    give(data, 'recovery.signal', '');
    const restored = await startEmbeddedPostgres({
      ...after,
      settings: {
        restore_command: `sh ${scripts}/restore-wal.sh ${archive} %f %p`,
        recovery_target_time: moment,
        recovery_target_action: 'promote',
      },
    });
    try {
      const notes = await connected(restored.url, async (client) => {
        for (;;) {
          const { rows } = await client.query<{ recovering: boolean }>(
            'select pg_is_in_recovery() as recovering',
          );
          if (rows[0]?.recovering === false) break;
          await sleep(100);
        }
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
