import type pg from 'pg';
import { rows } from './sql.ts';

/** Where the time comes from; asked once per event. */
export interface Clock {
  /** @returns UTC epoch milliseconds */
  now(client: pg.PoolClient): Promise<number>;
}

/** The live clock: PostgreSQL's, so that all processes agree. `advance` reads it in the same round trip as the row. */
export const databaseClock: Clock = {
  now: async (client) => {
    const [row] = await rows<{ now: number }>(client, 'clock', `select clock_timestamp() as now`);
    return row?.now ?? Number.NaN;
  },
};
