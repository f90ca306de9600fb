import { rows, type Queryable } from '../sql.ts';

/**
 * One place to the first who waits for the pool and has none of its service. The slot is locked first, as by whoever
 * takes a place.
 */
const offer = `
  with t as (select coalesce($2::timestamptz, clock_timestamp()) as now),
  place as (
    select s.id, s.pool_id, s.starts_at, s.bookable_until, p.service, p.offer_seconds
    from slot s join slot_pool p on p.id = s.pool_id cross join t
    where s.id = $1 and p.active and s.taken < s.capacity and s.bookable_until > t.now
    for update of s),
  next as (
    select w.id, w.resident_id, w.journey_id, w.step, w.urgency, place.id as slot_id, place.service,
      least(t.now + place.offer_seconds * interval '1 second', place.bookable_until) as held_until, t.now
    from place cross join t join waiting_entry w on w.pool_id = place.pool_id
    where w.status = 'waiting' and not exists (select 1 from appointment a
      where a.resident_id = w.resident_id and a.service = place.service
        and a.status in ('held', 'offered', 'booked', 'checked-in'))
    order by w.ranks_at, w.id limit 1 for update of w skip locked),
  made as (
    insert into appointment (slot_id, resident_id, service, audience, journey_id, step, status, held_until, waiting_id, created_by, created_at)
    select slot_id, resident_id, service, case urgency when 'green-channel' then urgency else 'general' end, journey_id,
      step, 'offered', held_until, id, 'waiting-list', now from next
    returning waiting_id)
  update waiting_entry w set status = 'offered' from made where w.id = made.waiting_id returning w.id`;

/**
 * Offers whatever is free in some slots to those who wait, in their order. Call it in the transaction that freed the
 * places, so that nobody else sees them first.
 */
export async function offerPlaces(
  client: Queryable,
  slots: readonly string[],
  now: string | null,
): Promise<void> {
  for (const slot of slots.toSorted((a, b) => a.localeCompare(b)))
    while ((await rows(client, 'offer-place', offer, [slot, now])).length > 0);
}
