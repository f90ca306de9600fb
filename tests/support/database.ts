import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  url: string;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
}

async function asOwner(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A fresh, migrated database on the shared PostgreSQL of this run, for one test file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const url = new URL(inject('templateUrl'));
  const template = url.pathname.slice(1);
  url.pathname = '/postgres';
  const owner = url.href;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asOwner(owner, `create database ${name} template ${template}`);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asOwner(owner, `drop database if exists ${name} with (force)`) };
}
