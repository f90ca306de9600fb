import type { JourneyId } from '../../domain/model/ids.ts';
import { ranksAt, type Urgency } from '../../domain/scheduling/waiting-order.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { offerPlaces } from './offer-places.ts';

export interface JoinInput {
  readonly pool: string;
  readonly resident: string;
  readonly urgency: Urgency;
  readonly journey?: JourneyId;
  readonly step?: string;
  readonly by: string;
}

/** Slots of a pool with a place, the earliest first, as many as may be needed. */
const withPlaces = `
  select s.id from slot s where s.pool_id = $1 and s.taken < s.capacity and s.bookable_until > $2::timestamptz
  order by s.starts_at limit $3`;

/**
 * Puts a resident on the waiting list of a pool, once; a place that is free is offered at once to whoever is first.
 * @returns the id of the entry, the same when the resident waits there already
 */
export async function joinWaitingList(
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  { pool, resident, urgency, journey, step, by }: JoinInput,
): Promise<string> {
  return inTransaction(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const [entry] = await rows<{ id: string }>(
      client,
      'join-waiting-list',
      `with made as (
         insert into waiting_entry (pool_id, resident_id, journey_id, step, urgency, joined_at, ranks_at, created_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (pool_id, resident_id) where status in ('waiting', 'offered') do nothing returning id)
       select id from made union all
       select id from waiting_entry where pool_id = $1 and resident_id = $2 and status in ('waiting', 'offered') limit 1`,
      [
        pool,
        resident,
        journey ?? null,
        step ?? null,
        urgency,
        instant(now),
        instant(ranksAt(urgency, now)),
        by,
      ],
    );
    const free = await rows<{ id: string }>(client, 'slots-with-places', withPlaces, [pool, instant(now), 1]);
    await offerPlaces(
      client,
      free.map(({ id }) => id),
      instant(now),
    );
    return entry?.id ?? '';
  });
}

/**
 * Offers places that nobody has taken to those who wait, whatever freed them: a larger capacity, new slots, a release.
 * @returns how many slots had a place while somebody waited
 */
export async function offerWhatIsFree(deps: Pick<StoreDeps, 'pool' | 'clock'>): Promise<number> {
  return inTransaction(deps.pool, async (client) => {
    const now = instant(await deps.clock.now(client));
    const free = await rows<{ id: string }>(
      client,
      'free-while-waited-for',
      `select s.id from (select pool_id, count(*) as waiting from waiting_entry where status = 'waiting' group by 1) w,
         lateral (select s.id from slot s where s.pool_id = w.pool_id and s.taken < s.capacity
           and s.bookable_until > $1::timestamptz order by s.starts_at limit w.waiting) s`,
      [now],
    );
    await offerPlaces(
      client,
      free.map(({ id }) => id),
      now,
    );
    return free.length;
  });
}
