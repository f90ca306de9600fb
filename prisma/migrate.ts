import pg from 'pg';
import { createMissingDatabase } from './create-missing-database.ts';
import { DatabaseNewerError } from './database-newer-error.ts';
import { everything, migrationList, withEngine, shippedMigrations } from './migration-engine.ts';

/** Any number will do, as long as every release takes the same: "YILU" in ASCII. */
const lockKey = 0x59494c55;

async function recordedMigrations(client: pg.Client): Promise<string[]> {
  const table = await client.query<{ exists: boolean }>(
    `select to_regclass('_prisma_migrations') is not null as "exists"`,
  );
  if (table.rows[0]?.exists !== true) return [];
  // Left by a process that died before the script was committed: nothing of it is in the database.
  await client.query('delete from _prisma_migrations where finished_at is null');
  const { rows } = await client.query<{ migration_name: string }>(
    'select migration_name from _prisma_migrations where rolled_back_at is null order by 1',
  );
  return rows.map((row) => row.migration_name);
}

async function migrateLocked(client: pg.Client, url: string): Promise<string[]> {
  const shipped = shippedMigrations();
  const recorded = await recordedMigrations(client);
  const unknown = recorded.filter((name) => !shipped.includes(name));
  if (unknown.length > 0) throw new DatabaseNewerError(unknown);
  if (recorded.length === shipped.length) return [];
  let cause: unknown;
  try {
    const { appliedMigrationNames } = await withEngine(
      url,
      (engine) => engine.applyMigrations({ migrationsList: migrationList(), filters: everything }),
      (error) => (cause ??= error),
    );
    return appliedMigrationNames;
  } catch (error) {
    const said = String(cause ?? error);
    throw new Error(`数据库迁移失败，未作任何改动。A migration failed and changed nothing: ${said}`, {
      cause: error,
    });
  }
}

/**
 * Brings the database up to this program, creating it when it is missing. Processes that start at once wait for
 * each other; whoever comes second finds nothing to do.
 * @returns the names of the migrations that this call applied, oldest first
 * @throws DatabaseNewerError when the database has a migration that this program does not ship
 */
export async function migrate(url: string): Promise<{ applied: string[] }> {
  await createMissingDatabase(url);
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    return { applied: await migrateLocked(client, url) };
  } finally {
    await client.end();
  }
}
