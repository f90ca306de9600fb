import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';
import pg from 'pg';

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

const oid = { internalChar: 18, text: 25 } as const;

/** PostgreSQL's catalogue has columns of its internal type "char", which the published adapter does not know. */
function readInternalCharacters(adapter: Adapter): void {
  const characters = new WeakMap<object, number[]>();
  const database = adapter.underlyingDriver();
  const query = database.query.bind(database) as (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  const asText = async (config: pg.QueryConfig): Promise<pg.QueryResult> => {
    const result = await query(config);
    // A script of several statements answers with a list, which nobody reads.
    for (const [i, field] of Array.isArray(result) ? [] : result.fields.entries()) {
      if (field.dataTypeID !== oid.internalChar) continue;
      field.dataTypeID = oid.text;
      characters.set(result.rows, [...(characters.get(result.rows) ?? []), i]);
    }
    return result;
  };
  database.query = asText as typeof database.query;
  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (wanted) => {
    const result = await queryRaw(wanted);
    for (const i of characters.get(result.rows) ?? []) result.columnTypes[i] = ColumnTypeEnum.Character;
    return result;
  };
}

/**
 * An empty database beside the given one, in which the engine plays migrations to compare them; dropped when the
 * adapter is disposed of. The published adapter, given an address, would play them in the given database itself.
 */
export async function connectToShadowDatabase(url: string): Promise<Adapter> {
  const name = `shadow_${randomUUID().replaceAll('-', '')}`;
  const shadow = new URL(url);
  shadow.pathname = `/${name}`;
  await onServer(url, `create database ${name} template template0`);
  const adapter = await new PrismaPg(shadow.href).connect();
  readInternalCharacters(adapter);
  const disconnect = adapter.dispose.bind(adapter);
  adapter.dispose = async () => {
    await disconnect();
    await onServer(url, `drop database if exists ${name} with (force)`);
  };
  return adapter;
}
