import type pg from 'pg';
import { rows } from './sql.ts';

/** By which a process of the API is known in PostgreSQL's list of connections. */
export const apiName = 'yilu api';

/**
 * @param withinMs how recent
 * @returns true when a process of the API had something to do with PostgreSQL so recently: people, or whoever asks
 *   after its health. Only connections of this program's own role are seen, unless that is a superuser
 */
export async function apiWasBusy(deps: { readonly pool: pg.Pool }, withinMs: number): Promise<boolean> {
  const [row] = await rows<{ busy: boolean }>(
    deps.pool,
    'api-was-busy',
    `select exists (select 1 from pg_stat_activity where datname = current_database() and application_name = $1
       and state_change > clock_timestamp() - $2::float8 * interval '1 millisecond') as busy`,
    [apiName, withinMs],
  );
  return row?.busy ?? false;
}
