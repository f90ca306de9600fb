import pg from 'pg';

export interface PoolOptions {
  /** Connections at most; default 10. */
  readonly max?: number;
  /** By which PostgreSQL lists the connections; default `yilu`. */
  readonly name?: string;
  /** Told of a connection that broke while idle; the pool replaces it by itself. */
  readonly onError?: (error: Error) => void;
}

/**
 * A pool that never waits for ever: 2 s to connect or to be given a connection, 10 s for a statement, 5 s for a lock.
 * @returns the pool; end it before PostgreSQL is stopped
 */
export function createPool(
  url: string,
  { max = 10, name = 'yilu', onError = () => undefined }: PoolOptions = {},
): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: 10_000,
    lock_timeout: 5_000,
    // On the client's side too, for a server that has vanished without closing the connection.
    query_timeout: 12_000,
    idle_in_transaction_session_timeout: 15_000,
    options: '-c timezone=UTC -c jit=off',
  });
  pool.on('error', onError);
  // A connection may also break while it is lent out and no query runs on it. Whoever has it learns of that with the
  // next query; without a listener the whole process would die of it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
