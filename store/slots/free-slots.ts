import type { Audience } from '../../domain/scheduling/pool.ts';
import type { Caller } from '../caller.ts';
import { decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { nowOf } from './appointment.ts';
import { isForAudience, openPlaces } from './open-places.ts';
import { poolName, poolScope, type PoolName } from './pools.ts';

export interface FreeSlotQuery {
  /** As whom a place would be taken: decides what is open now. */
  readonly audience: Audience;
  readonly service?: string;
  /** Id or code. */
  readonly organisation?: string;
  /** UTC epoch milliseconds; slots that start from then on, and before `to`. */
  readonly from?: number;
  readonly to?: number;
  readonly cursor?: string;
  /** Default 50, at most 500. */
  readonly limit?: number;
}

/** A slot in which somebody of the audience may have a place now. Instants are UTC epoch milliseconds. */
export interface FreeSlotView {
  readonly id: string;
  readonly pool: PoolName;
  readonly service: string;
  /** Whom the pool is for; what was released is open to others too. */
  readonly audience: Audience;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly capacity: number;
  /** Places that the audience asked for may take now. */
  readonly free: number;
  readonly bookableUntil: number;
}

/**
 * Slots of the caller's district with a place for an audience, the earliest first. Paged by key. Each pool is read by its
 * index of free slots.
 * @throws CursorInvalid
 */
export async function freeSlots(
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  caller: Caller,
  query: FreeSlotQuery,
): Promise<Page<FreeSlotView>> {
  const limit = Math.min(query.limit ?? 50, 500);
  const values: unknown[] = [await nowOf(deps), caller.organisation, query.audience];
  const pools = ['p.active', poolScope(caller, '$2')];
  const slots = [
    's.pool_id = p.id',
    's.taken < s.capacity',
    's.bookable_until > t.now',
    's.starts_at > t.now',
  ];
  const put = (value: unknown): string => `$${values.push(value)}`;
  if (query.service !== undefined) pools.push(`p.service = ${put(query.service)}`);
  if (query.organisation !== undefined) {
    const which = put(query.organisation);
    pools.push(`exists (select 1 from organisation o where o.id = p.organisation_id
      and (o.code = ${which} or o.id::text = lower(${which})))`);
  }
  if (query.from !== undefined) slots.push(`s.starts_at >= ${put(instant(query.from))}::timestamptz`);
  if (query.to !== undefined) slots.push(`s.starts_at < ${put(instant(query.to))}::timestamptz`);
  if (query.cursor !== undefined) {
    const [startsAt, id] = decodeCursor(query.cursor, 2);
    const at = `${put(instant(Number(startsAt)))}::timestamptz`;
    slots.push(`s.starts_at >= ${at} and (s.starts_at, s.id) > (${at}, ${put(id)}::uuid)`);
  }
  const most = put(limit + 1);
  const found = await rows<FreeSlotView>(
    deps.pool,
    '',
    `with t as (select coalesce($1::timestamptz, clock_timestamp()) as now),
     found as (
       select s.* from t cross join slot_pool p cross join lateral (
         select s.id, s.pool_id, s.starts_at, s.ends_at, s.capacity, s.bookable_until, ${openPlaces('$3')} - s.taken as free
         from slot s where ${slots.join(' and ')} and s.taken < ${openPlaces('$3')} and ${isForAudience('$3')}
         order by s.starts_at limit ${most}) s
       where ${pools.join(' and ')} order by s.starts_at, s.id limit ${most})
     select s.id, ${poolName} as pool, p.service, p.audience, s.starts_at as "startsAt", s.ends_at as "endsAt",
       s.capacity, s.free, s.bookable_until as "bookableUntil"
     from found s join slot_pool p on p.id = s.pool_id order by s.starts_at, s.id`,
    values,
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor([last.startsAt, last.id]) : null };
}
