import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';

/** How a slot is occupied. Instants are UTC epoch milliseconds. */
export interface SlotOccupancy {
  readonly id: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly capacity: number;
  /** Places that are held, offered, booked, or were used. */
  readonly taken: number;
  /** Of these, held or offered: not confirmed yet. */
  readonly held: number;
}

/** @returns the slots of a pool that start in a stretch of time and have or had places, in order of time */
export const slotsOfPool = (
  deps: Pick<StoreDeps, 'pool'>,
  /** Id, as a read that is limited to the caller gave it. */
  pool: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<SlotOccupancy[]> =>
  rows(
    deps.pool,
    '',
    `select s.id, s.starts_at as "startsAt", s.ends_at as "endsAt", s.capacity, s.taken,
       (select count(*) from appointment a where a.slot_id = s.id and a.status in ('held', 'offered')) as held
     from slot s where s.pool_id = $1 and s.starts_at >= $2::timestamptz and s.starts_at < $3::timestamptz
       and (s.capacity > 0 or s.taken > 0)
     order by s.starts_at`,
    [pool, instant(from), instant(to)],
  );
