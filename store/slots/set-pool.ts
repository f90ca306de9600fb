import { civilDay, civilText } from '../../domain/calendar/civil-day.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { say, type Localized } from '../../domain/model/localized.ts';
import { expandPool, type PlannedSlot } from '../../domain/scheduling/expand-pool.ts';
import { lengthMs, type Pool } from '../../domain/scheduling/pool.ts';
import type { StoreDeps } from '../deps.ts';
import { NotFound } from '../errors.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { offerPlaces } from './offer-places.ts';

/** A pool's new week would leave residents without the place that they have. */
export class PlacesTaken extends Error {
  override readonly name = 'PlacesTaken';
  readonly localized: Localized;
  /** Slots with more places taken than are left; instants are UTC epoch milliseconds. */
  readonly slots: readonly { readonly startsAt: number; readonly capacity: number; readonly taken: number }[];
  constructor(slots: PlacesTaken['slots']) {
    const first = slots[0];
    const when = first ? new Date(first.startsAt).toISOString() : '';
    const localized = say(
      `${slots.length} 个号已约出的名额多于新的容量（最早 ${when}：已约 ${first?.taken}，新容量 ${first?.capacity}）；请先改约或增加容量。`,
      `${slots.length} slots have more places taken than would be left (first ${when}: ${first?.taken} taken, ${first?.capacity} left); move those appointments first, or leave more places.`,
    );
    super(`${localized.zh}\n${localized.en}`);
    this.localized = localized;
    this.slots = slots;
  }
}

export interface PoolSet {
  readonly pool: string;
  /** Slots that were made, changed or taken away. */
  readonly slots: number;
}

const upsert = `
  insert into slot_pool (code, organisation_id, district_id, site, service, audience, rules, expanded_until, hold_seconds,
    offer_seconds, updated_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (code) do update set organisation_id = excluded.organisation_id, district_id = excluded.district_id,
    site = excluded.site, service = excluded.service, audience = excluded.audience, rules = excluded.rules,
    expanded_until = greatest(slot_pool.expanded_until, excluded.expanded_until), hold_seconds = excluded.hold_seconds,
    offer_seconds = excluded.offer_seconds, updated_by = excluded.updated_by, updated_at = clock_timestamp(), active = true
  returning id, expanded_until as "expandedUntil"`;

/** Slots that the week does not have any more are kept with no places while somebody has had one there. */
const write = `
  with planned as (
    select * from unnest($2::timestamptz[], $3::timestamptz[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::int[])
      as p(starts_at, ends_at, capacity, bookable_until, green_until, released_at, green_places)),
  gone as (
    update slot s set capacity = 0 where s.pool_id = $1 and s.starts_at >= $9::timestamptz and s.capacity > 0
      and not exists (select 1 from planned p where p.starts_at = s.starts_at) returning s.id),
  made as (
    insert into slot as s (pool_id, starts_at, ends_at, capacity, bookable_until, green_until, released_at, green_places)
    select $1, p.* from (select starts_at, ends_at, capacity, bookable_until, green_until, released_at, green_places from planned) p
    on conflict (pool_id, starts_at) do update set ends_at = excluded.ends_at, capacity = excluded.capacity,
      bookable_until = excluded.bookable_until, green_until = excluded.green_until, released_at = excluded.released_at,
      green_places = excluded.green_places
      where (s.ends_at, s.capacity, s.bookable_until, s.green_until, s.released_at, s.green_places)
        is distinct from (excluded.ends_at, excluded.capacity, excluded.bookable_until, excluded.green_until,
          excluded.released_at, excluded.green_places)
    returning s.id)
  select id from gone union all select id from made`;

/**
 * Sets a pool to what its file says, and makes its week into slots, from now on and as far ahead as they may be booked;
 * what has been made before and is the same stays. Places that are new are offered to who waits.
 * @throws PlacesTaken when a slot would have fewer places than are taken
 * @throws NotFound when there is no such organisation
 */
export async function setPool(deps: StoreDeps, pool: Pool, by: string): Promise<PoolSet> {
  return inTransaction(deps.pool, async (client) => {
    const [place] = await rows<{ id: string; district: string }>(
      client,
      '',
      `with recursive up as (
         select id, id as from_id, parent_id, level from organisation where code = $1
         union all select o.id, up.from_id, o.parent_id, o.level from organisation o join up on o.id = up.parent_id)
       select from_id as id, id as district from up where level = 'district'`,
      [pool.organisation],
    );
    if (!place) throw new NotFound('organisation', pool.organisation);
    const now = await deps.clock.now(client);
    const calendar = compileCalendar(await deps.calendar(client, place.district));
    const today = calendar.clock.dayOf(now);
    const until = civilText(today + Math.ceil(lengthMs(pool.opensBefore) / 86_400_000) + 1);
    const [row] = await rows<{ id: string; expandedUntil: string }>(client, '', upsert, [
      ...[
        pool.code,
        place.id,
        place.district,
        pool.site,
        pool.service,
        pool.audience,
        JSON.stringify(pool),
        until,
      ],
      ...[lengthMs(pool.holdFor) / 1000, lengthMs(pool.offerFor) / 1000, by],
    ]);
    if (!row) throw new Error('one row was written, and none came back');
    const planned = expandPool(pool, calendar, { from: today, until: civilDay(row.expandedUntil) }).filter(
      ({ startsAt }) => startsAt > now,
    );
    await refuseIfTaken(client, row.id, planned, now);
    const changed = await rows<{ id: string }>(client, '', write, [
      row.id,
      ...columnsOf(pool, planned),
      instant(now),
    ]);
    await offerPlaces(
      client,
      changed.map(({ id }) => id),
      instant(now),
    );
    return { pool: row.id, slots: changed.length };
  });
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

/** Locks the slots, so that nobody takes a place while they are counted. */
async function refuseIfTaken(
  client: Parameters<typeof rows>[0],
  pool: string,
  planned: readonly PlannedSlot[],
  now: number,
): Promise<void> {
  const taken = await rows<{ startsAt: number; taken: number }>(
    client,
    '',
    `select starts_at as "startsAt", taken from slot
     where pool_id = $1 and starts_at >= $2::timestamptz and taken > 0 order by starts_at for update`,
    [pool, instant(now)],
  );
  const capacities = new Map(planned.map(({ startsAt, capacity }) => [startsAt, capacity]));
  const short = taken
    .map((slot) => ({ ...slot, capacity: capacities.get(slot.startsAt) ?? 0 }))
    .filter((slot) => slot.taken > slot.capacity);
  if (short.length > 0) throw new PlacesTaken(short);
}
