import pg from 'pg';

const unknownDatabase = '3D000';
/** Another process was faster. */
const alreadyThere = new Set(['42P04', '23505']);

const codeOf = (error: unknown) => (error as { code?: string }).code ?? '';

/** Creates the database that the address names, unless it is there. */
export async function createMissingDatabase(url: string): Promise<void> {
  const probe = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await probe.connect();
    return;
  } catch (error) {
    if (codeOf(error) !== unknownDatabase) throw error;
  } finally {
    await probe.end().catch(() => undefined);
  }
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = '/postgres';
  const client = new pg.Client({ connectionString: server.href, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    await client.query(`create database ${pg.escapeIdentifier(name)} template template0 encoding 'UTF8'`);
  } catch (error) {
    if (!alreadyThere.has(codeOf(error))) throw error;
  } finally {
    await client.end();
  }
}
