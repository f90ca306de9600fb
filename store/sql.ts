import pg from 'pg';
import { asStoreError } from './errors.ts';

/** Something that runs a query: the pool, or one client inside a transaction. */
export type Queryable = Pick<pg.PoolClient, 'query'> | Pick<pg.Pool, 'query'>;

const oid = { int8: 20, date: 1082, timestamptz: 1184 } as const;
const toDate = pg.types.getTypeParser(oid.timestamptz) as (text: string) => Date;

/** Instants come back as epoch milliseconds, days as `YYYY-MM-DD`, counts as numbers; the rest as `pg` does. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format: 'text' | 'binary') => {
    if (id === oid.timestamptz) return (text: string) => toDate(text).getTime();
    if (id === oid.int8) return Number;
    if (id === oid.date) return (text: string) => text;
    return pg.types.getTypeParser(id, format);
  }) as typeof pg.types.getTypeParser,
};

/** An instant as a parameter. */
export const instant = (ms: number): string => new Date(ms).toISOString();
export const instantOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : instant(ms);

/**
 * Runs one statement.
 * @param name of the prepared statement; empty for one that is not worth preparing
 * @returns the rows, instants as epoch milliseconds
 * @throws StoreUnavailable when PostgreSQL cannot be reached in time
 */
export async function rows<Row extends object>(
  on: Queryable,
  name: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    const config: pg.QueryConfig = { text, values: [...values], types };
    if (name !== '') config.name = name;
    const result = await on.query<Row>(config);
    return result.rows;
  } catch (error) {
    throw asStoreError(error);
  }
}
