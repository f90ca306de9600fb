import type pg from 'pg';
import { calendarReader } from './calendar.ts';
import { databaseClock, type Clock } from './clock.ts';
import { createPool, type PoolOptions } from './create-pool.ts';
import { DefinitionCache } from './definition-cache.ts';
import type { StoreDeps } from './deps.ts';

export interface StoreOptions extends PoolOptions {
  /** Release of this program, recorded with every event. */
  readonly release: string;
  /** Default: PostgreSQL's own clock. */
  readonly clock?: Clock;
}

/** @returns what the store's functions need, over a pool that is given */
export function storeOver(pool: pg.Pool, { release, clock = databaseClock }: StoreOptions): StoreDeps {
  return { pool, release, clock, definitions: new DefinitionCache(pool), calendar: calendarReader(pool) };
}

/**
 * @param url of a migrated database
 * @returns the store; end its pool (`store.pool.end()`) when done
 */
export const openStore = (url: string, options: StoreOptions): StoreDeps =>
  storeOver(createPool(url, options), options);
