import { civilDay, dayMs, type CivilDay } from '../../domain/calendar/civil-day.ts';
import type { CompiledCalendar } from '../../domain/calendar/working-calendar.ts';
import { expandPool, type PlannedSlot } from '../../domain/scheduling/expand-pool.ts';
import { lengthMs, type Pool } from '../../domain/scheduling/pool.ts';
import { instant, rows, type Queryable } from '../sql.ts';
import type { CrowdedSlot } from './places-taken.ts';

/** @returns the day up to which, exclusive, the slots of a pool are made on a day: all that may be booked then */
export const madeUntil = (pool: Pick<Pool, 'opensBefore'>, today: CivilDay): CivilDay =>
  today + Math.ceil(lengthMs(pool.opensBefore) / dayMs) + 1;

/**
 * Slots that the week does not have any more are kept with no places while somebody has had one there; nobody loses
 * the place that they have.
 */
const write = `
  with planned as (
    select * from unnest($2::timestamptz[], $3::timestamptz[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::int[])
      as p(starts_at, ends_at, capacity, bookable_until, green_until, released_at, green_places)),
  gone as (
    update slot s set capacity = s.taken where s.pool_id = $1 and s.starts_at >= $9::timestamptz and s.capacity > s.taken
      and not exists (select 1 from planned p where p.starts_at = s.starts_at) returning 'closed' as what),
  made as (
    insert into slot as s (pool_id, starts_at, ends_at, capacity, bookable_until, green_until, released_at, green_places)
    select $1, p.* from (select starts_at, ends_at, capacity, bookable_until, green_until, released_at, green_places from planned) p
    on conflict (pool_id, starts_at) do update set ends_at = excluded.ends_at,
      capacity = greatest(excluded.capacity, s.taken), bookable_until = excluded.bookable_until,
      green_until = excluded.green_until, released_at = excluded.released_at, green_places = excluded.green_places
      where (s.ends_at, s.capacity, s.bookable_until, s.green_until, s.released_at, s.green_places)
        is distinct from (excluded.ends_at, greatest(excluded.capacity, s.taken), excluded.bookable_until,
          excluded.green_until, excluded.released_at, excluded.green_places)
    returning case when s.xmax = 0 then 'made' else 'changed' end as what)
  select what, count(*) as count from (select what from gone union all select what from made) w group by what`;

export interface WrittenSlots {
  readonly made: number;
  readonly changed: number;
  /** Without a place left for anybody. */
  readonly closed: number;
}

export interface PoolOnRecord {
  readonly id: string;
  readonly rules: Pool;
  /** Day, exclusive. */
  readonly expandedUntil: string;
}

/** @returns the slots of a pool from now on, as far as they are made */
export function plannedSlots(
  { rules, expandedUntil }: PoolOnRecord,
  calendar: CompiledCalendar,
  now: number,
): PlannedSlot[] {
  const from = calendar.clock.dayOf(now);
  return expandPool(rules, calendar, { from, until: civilDay(expandedUntil) }).filter(
    ({ startsAt }) => startsAt > now,
  );
}

/**
 * Locks the slots with somebody in them, so that nobody takes a place while they are counted.
 * @returns those with more places taken than are planned, in order of time
 */
export async function crowdedSlots(
  client: Queryable,
  pool: string,
  planned: readonly PlannedSlot[],
  now: number,
): Promise<CrowdedSlot[]> {
  const taken = await rows<{ startsAt: number; taken: number }>(
    client,
    '',
    `select starts_at as "startsAt", taken from slot
     where pool_id = $1 and starts_at >= $2::timestamptz and taken > 0 order by id for update`,
    [pool, instant(now)],
  );
  const capacities = new Map(planned.map(({ startsAt, capacity }) => [startsAt, capacity]));
  return taken
    .map((slot) => ({ ...slot, capacity: capacities.get(slot.startsAt) ?? 0 }))
    .filter((slot) => slot.taken > slot.capacity)
    .toSorted((a, b) => a.startsAt - b.startsAt);
}

/** Writes a pool's slots from now on; what is there and the same stays. */
export async function writeSlots(
  client: Queryable,
  { id, rules }: PoolOnRecord,
  planned: readonly PlannedSlot[],
  now: number,
): Promise<WrittenSlots> {
  const found = await rows<{ what: keyof WrittenSlots; count: number }>(client, '', write, [
    id,
    ...columnsOf(rules, planned),
    instant(now),
  ]);
  return {
    ...{ made: 0, changed: 0, closed: 0 },
    ...Object.fromEntries(found.map(({ what, count }) => [what, count])),
  };
}

function columnsOf(pool: Pool, planned: readonly PlannedSlot[]): unknown[] {
  const before = (length: string) => planned.map(({ startsAt }) => instant(startsAt - lengthMs(length)));
  const { greenChannel: green, releaseBefore, closesBefore } = pool;
  return [
    planned.map(({ startsAt }) => instant(startsAt)),
    planned.map(({ endsAt }) => instant(endsAt)),
    planned.map(({ capacity }) => capacity),
    before(closesBefore),
    green ? before(green.until) : planned.map(() => null),
    releaseBefore === undefined ? planned.map(() => null) : before(releaseBefore),
    planned.map(({ capacity }) => Math.min(capacity, green?.places ?? 0)),
  ];
}
