import { rows, type Queryable } from '../sql.ts';
import { openPlaces } from './open-places.ts';

const openToAll = openPlaces(`'general'`);
/** SQL: resident `r` has or is offered a place of a service already. */
const hasOne = (resident: string, service: string): string => `exists (select 1 from appointment a
  where a.resident_id = ${resident} and a.service = ${service} and a.status in ('held', 'offered', 'booked', 'checked-in'))`;

/**
 * One place to the first who waits for the pool, has none of its service, and may have what is left; who let this very
 * slot go by unanswered comes after all who did not, however urgent. The slot is locked first, as by whoever takes a
 * place.
 */
const offer = `
  with t as (select coalesce($2::timestamptz, clock_timestamp()) as now),
  place as (
    select s.id, s.pool_id, s.bookable_until, p.service, p.audience, p.offer_seconds, s.taken < ${openToAll} as for_all
    from slot s join slot_pool p on p.id = s.pool_id cross join t
    where s.id = $1 and p.active and s.taken < s.capacity and s.bookable_until > t.now
    for update of s),
  next as (
    select w.id, w.resident_id, w.journey_id, w.step, w.urgency, place.id as slot_id, place.service, place.audience,
      least(t.now + place.offer_seconds * interval '1 second', place.bookable_until) as held_until, t.now
    from place cross join t join waiting_entry w on w.pool_id = place.pool_id
    where w.status = 'waiting' and (place.for_all or w.urgency = 'green-channel')
      and not ${hasOne('w.resident_id', 'place.service')}
    order by exists (select 1 from appointment a
        where a.slot_id = place.id and a.waiting_id = w.id and a.status = 'expired'),
      w.ranks_at, w.id limit 1 for update of w skip locked),
  made as (
    insert into appointment (slot_id, resident_id, service, audience, journey_id, step, status, held_until, waiting_id, created_by, created_at)
    select slot_id, resident_id, service, case urgency when 'green-channel' then urgency else audience end, journey_id,
      step, 'offered', held_until, id, 'waiting-list', now from next
    returning waiting_id)
  update waiting_entry w set status = 'offered' from made where w.id = made.waiting_id returning w.id`;

/**
 * Offers whatever is free in some slots to those who wait, in their order, the earliest slot first. Call it in the
 * transaction that freed the places, so that nobody else sees them first.
 */
export async function offerPlaces(
  client: Queryable,
  slots: readonly string[],
  now: string | null,
): Promise<void> {
  let inTime = slots;
  if (slots.length > 1) {
    // Locked in the same order whoever comes, or else two who free places would wait for each other.
    const locked = await rows<{ id: string; startsAt: number }>(
      client,
      'lock-slots',
      `select id, starts_at as "startsAt" from slot where id = any($1) order by id for update`,
      [slots],
    );
    inTime = locked.toSorted((a, b) => a.startsAt - b.startsAt).map(({ id }) => id);
  }
  for (const slot of inTime) while ((await rows(client, 'offer-place', offer, [slot, now])).length > 0);
}

/** As many of the earliest slots with a place as there are people who wait for one and may have it. */
const freeWhileWaitedFor = `
  with t as (select $1::timestamptz as now)
  select s.id from t, (
    select w.pool_id, count(*) as waiting, bool_or(w.urgency = 'green-channel') as green
    from waiting_entry w join slot_pool p on p.id = w.pool_id
    where w.status = 'waiting' and ($2::uuid is null or w.pool_id = $2) and p.active
      and not ${hasOne('w.resident_id', 'p.service')}
    group by 1) w,
  lateral (
    select s.id from slot s where s.pool_id = w.pool_id and s.taken < s.capacity and s.bookable_until > t.now
      and (w.green or s.taken < ${openToAll})
    order by s.starts_at limit w.waiting) s`;

/**
 * Offers what nobody has taken to those who wait, whatever freed it: a larger capacity, new slots, a release.
 * @param pool id; null: all of them
 * @returns how many slots had a place while somebody waited
 */
export async function offerFree(client: Queryable, now: string, pool: string | null): Promise<number> {
  const free = await rows<{ id: string }>(client, 'free-while-waited-for', freeWhileWaitedFor, [now, pool]);
  await offerPlaces(
    client,
    free.map(({ id }) => id),
    now,
  );
  return free.length;
}
