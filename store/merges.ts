import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { residentScope } from './resident-scope.ts';
import { rows } from './sql.ts';

/** Two records that were found to be one person. */
export interface Merge {
  /** Begins the ids of the events that it led to. */
  readonly id: string;
  readonly duplicate: { readonly id: string; readonly name: string };
  readonly survivor: { readonly id: string; readonly name: string };
  /** Null for one of before reasons were kept. */
  readonly reason: string | null;
  /** UTC epoch milliseconds. */
  readonly at: number;
}

/** @returns the merges that a record took part in, on either side, oldest first; none that the caller may not see */
export const mergesOf = (deps: Pick<StoreDeps, 'pool'>, caller: Caller, resident: string): Promise<Merge[]> =>
  rows(
    deps.pool,
    '',
    // Merged again under another key, it answered that it was done: the first one counts.
    `select * from (
       select distinct on (gone.id) e.id, e.reason, e.recorded_at as at,
         json_build_object('id', gone.id, 'name', gone.name) as duplicate,
         json_build_object('id', kept.id, 'name', kept.name) as survivor
       from resident r
       join resident gone on gone.id = r.id or gone.merged_into_id = r.id
       join resident kept on kept.id = gone.merged_into_id
       join person_event e on e.resident_id = gone.id and e.kind = 'merged'
       where r.id = $1 and ${residentScope(caller, '$2')}
       order by gone.id, e.recorded_at) as merges
     order by at, id`,
    [resident, caller.organisation],
  );
