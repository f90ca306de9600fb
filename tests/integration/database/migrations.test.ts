import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { DatabaseNewerError } from '../../../prisma/database-newer-error.ts';
import { migrate } from '../../../prisma/migrate.ts';
import {
  everything,
  migrationList,
  schemaFiles,
  shippedMigrations,
  withEngine,
} from '../../../prisma/migration-engine.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase;
const made: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  for (const name of made) await onServer(`drop database if exists ${name} with (force)`);
  await database.drop();
});

const at = (name: string): string => {
  const url = new URL(inject('templateUrl'));
  url.pathname = `/${name}`;
  return url.href;
};
async function on(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
const onServer = (sql: string) => on(at('postgres'), sql);
const fresh = (): string => {
  const name = `migrations_${process.pid}_${made.length}`;
  made.push(name);
  return at(name);
};

describe('migrations', () => {
  it('agree with the schema', async () => {
    const diff = await withEngine(database.url, (engine) =>
      engine.diff({
        from: { tag: 'migrations', ...migrationList() },
        to: { tag: 'schemaDatamodel', files: schemaFiles() },
        script: true,
        exitCode: null,
        filters: everything,
      }),
    );
    expect(diff.stdout?.trim()).toBe('-- This is an empty migration.');
  });

  it('create a missing database, once, although several processes start at the same moment', async () => {
    const url = fresh();
    const answers = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(answers.flatMap(({ applied }) => applied)).toEqual(shippedMigrations());
    expect(await migrate(url)).toEqual({ applied: [] });
  });

  it('refuse a database that is newer than the program', async () => {
    await on(
      database.url,
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ('x', 'x', '9999_from_the_future', now(), 1)`,
    );
    const refused = migrate(database.url);
    await expect(refused).rejects.toBeInstanceOf(DatabaseNewerError);
    await expect(refused).rejects.toThrow('9999_from_the_future');
    await on(database.url, `delete from _prisma_migrations where id = 'x'`);
  });

  it('heal what a process left behind that died before its script was committed', async () => {
    const url = fresh();
    await migrate(url);
    await on(
      url,
      `drop schema public cascade; create schema public;
       create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null,
         finished_at timestamptz, migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
         started_at timestamptz not null default now(), applied_steps_count integer not null default 0);
       insert into _prisma_migrations (id, checksum, migration_name) values ('x', 'x', '${shippedMigrations()[0] ?? ''}')`,
    );
    expect(await migrate(url)).toEqual({ applied: shippedMigrations() });
  });

  it('change nothing when one of them fails, and say what PostgreSQL said', async () => {
    const url = fresh();
    await onServer(`create database ${made.at(-1) ?? ''}`);
    // In the way of what the first migration makes late.
    const inTheWay = 'function refuse_change()';
    await on(url, `create ${inTheWay} returns trigger language plpgsql as 'begin return new; end'`);
    await expect(migrate(url)).rejects.toThrow(/refuse_change.*already exists/u);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(`select to_regclass('journey') as journey`);
    await client.end();
    expect(rows).toEqual([{ journey: null }]);
    await on(url, `drop ${inTheWay}`);
    expect(await migrate(url)).toEqual({ applied: shippedMigrations() });
  });
});
