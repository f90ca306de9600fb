import type pg from 'pg';
import { asStoreError } from './errors.ts';

/** Lends a client for the time of `work`; a client that failed is not used again. */
export async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw asStoreError(error);
  }
  let broken: boolean = false;
  try {
    return await work(client);
  } catch (error) {
    const known = asStoreError(error);
    broken = known !== error || (error as Error).name === 'StoreUnavailable';
    throw known;
  } finally {
    client.release(broken);
  }
}

/** Runs `work` in one transaction: committed when it returns, or undone as a trial is; rolled back when it throws. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  { trial = false }: { readonly trial?: boolean } = {},
): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('begin');
    try {
      const answer = await work(client);
      await client.query(trial ? 'rollback' : 'commit');
      return answer;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}
