import type { JourneyId } from '../../domain/model/ids.ts';
import { ranksAt, type Urgency } from '../../domain/scheduling/waiting-order.ts';
import type { StoreDeps } from '../deps.ts';
import { NotFound } from '../errors.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { SlotRefused } from './appointment.ts';
import { offerFree, offerPlaces } from './offer-places.ts';

export interface JoinInput {
  /** Id. */
  readonly pool: string;
  readonly resident: string;
  readonly urgency: Urgency;
  readonly journey?: JourneyId;
  readonly step?: string;
  readonly by: string;
}

const join = `
  insert into waiting_entry (pool_id, resident_id, journey_id, step, urgency, joined_at, ranks_at, created_by)
  select p.id, $2, $3, $4, $5, $6, $7, $8 from slot_pool p
  where p.id = $1 and (p.audience <> 'green-channel' or $5 = 'green-channel')
  on conflict (pool_id, resident_id) where status in ('waiting', 'offered') do nothing returning id`;

const known = `
  select id from waiting_entry where pool_id = $1 and resident_id = $2 and status in ('waiting', 'offered')`;

/**
 * Puts a resident on the waiting list of a pool, once; a place that is free is offered at once to whoever is first.
 * @returns the id of the entry, the same when the resident waits there already
 * @throws SlotRefused when the pool is for the green channel and the resident is not
 */
export async function joinWaitingList(
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  { pool, resident, urgency, journey, step, by }: JoinInput,
): Promise<string> {
  return inTransaction(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const [made] = await rows<{ id: string }>(client, 'join-waiting-list', join, [
      ...[pool, resident, journey ?? null, step ?? null, urgency],
      ...[instant(now), instant(ranksAt(urgency, now)), by],
    ]);
    const [entry] = made ? [made] : await rows<{ id: string }>(client, 'waits', known, [pool, resident]);
    if (!entry) throw new SlotRefused('not-for-audience');
    await offerFree(client, instant(now), pool);
    return entry.id;
  });
}

const withdraw = `
  update waiting_entry set status = 'withdrawn', finished_at = $2
  where id = $1 and status in ('waiting', 'offered')`;
const giveBack = `
  update appointment set status = 'cancelled', finished_at = $2, reason = $3
  where waiting_id = $1 and status = 'offered' returning slot_id as slot`;

/**
 * Takes somebody off a waiting list; a place that was offered goes to the next, in the same transaction. Asked for
 * again, nothing changes.
 * @throws NotFound
 */
export async function leaveWaitingList(
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  entry: string,
  by: string,
): Promise<void> {
  await inTransaction(deps.pool, async (client) => {
    const now = instant(await deps.clock.now(client));
    // The appointment before the entry, as by whoever changes one.
    const freed = await rows<{ slot: string }>(client, '', giveBack, [entry, now, `withdrawn by ${by}`]);
    await rows(client, '', withdraw, [entry, now]);
    const found = await rows(client, '', 'select 1 from waiting_entry where id = $1', [entry]);
    if (found.length === 0) throw new NotFound('waiting-list entry', entry);
    await offerPlaces(
      client,
      freed.map(({ slot }) => slot),
      now,
    );
  });
}

/**
 * Offers places that nobody has taken to those who wait, whatever freed them: a larger capacity, new slots, a release.
 * @returns how many slots had a place while somebody waited
 */
export async function offerWhatIsFree(deps: Pick<StoreDeps, 'pool' | 'clock'>): Promise<number> {
  return inTransaction(deps.pool, async (client) =>
    offerFree(client, instant(await deps.clock.now(client)), null),
  );
}
