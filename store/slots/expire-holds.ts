import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { nowOf } from './appointment.ts';
import { offerPlaces } from './offer-places.ts';

/** Somebody who did not answer an offer goes on waiting, as if joining now. */
const expire = `
  with t as (select coalesce($1::timestamptz, clock_timestamp()) as now),
  due as (
    select a.id from appointment a, t
    where a.status in ('held', 'offered') and a.held_until <= t.now
      and ($2::uuid is null or a.slot_id = $2) and ($3::uuid is null or a.resident_id = $3)
    order by a.held_until, a.id limit $4 for update skip locked),
  over as (
    update appointment a set status = 'expired', finished_at = t.now from due, t where a.id = due.id
    returning a.id, a.slot_id, a.waiting_id),
  passed as (
    update waiting_entry w set status = 'waiting', passed = w.passed + 1,
      ranks_at = t.now - (w.joined_at - w.ranks_at), joined_at = t.now
    from over, t where w.id = over.waiting_id and w.status = 'offered')
  select id, slot_id as slot from over`;

/**
 * Gives back the places of holds and offers that are over, and offers them to who waits, in the same transaction.
 * @returns the ids of the appointments that ended
 */
export async function expireHolds(
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  {
    slot,
    resident,
    limit = 200,
  }: { readonly slot?: string; readonly resident?: string; readonly limit?: number } = {},
): Promise<string[]> {
  const now = await nowOf(deps);
  return inTransaction(deps.pool, async (client) => {
    const over = await rows<{ id: string; slot: string }>(client, 'expire-holds', expire, [
      ...[now, slot ?? null, resident ?? null, limit],
    ]);
    await offerPlaces(client, [...new Set(over.map((one) => one.slot))], now);
    return over.map(({ id }) => id);
  });
}
