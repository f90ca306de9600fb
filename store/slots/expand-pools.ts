import { civilDay, civilText } from '../../domain/calendar/civil-day.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction, withClient } from '../transaction.ts';
import { offerFree } from './offer-places.ts';
import type { CrowdedSlot } from './places-taken.ts';
import {
  crowdedSlots,
  madeUntil,
  plannedSlots,
  writeSlots,
  type PoolOnRecord,
  type WrittenSlots,
} from './write-slots.ts';

export interface ExpandedPool extends WrittenSlots {
  readonly code: string;
  /** Slots that have come to have more places taken than there are, by a holiday that was announced since. */
  readonly crowded: readonly CrowdedSlot[];
}

interface Row extends PoolOnRecord {
  readonly code: string;
  readonly district: string;
}

const columns = `id, code, district_id as district, rules, expanded_until as "expandedUntil"`;

/**
 * Makes the slots of the days that have come near enough to be booked, once a day for each pool; days that are made
 * already follow the calendar, and nobody loses a place by it. Repeated, or done by two at once, it does nothing more.
 * @returns the pools for which there was something to do
 */
export async function expandPools(deps: StoreDeps): Promise<ExpandedPool[]> {
  const pools = await rows<Row>(deps.pool, '', `select ${columns} from slot_pool where active order by code`);
  const now = await withClient(deps.pool, (client) => deps.clock.now(client));
  const done: ExpandedPool[] = [];
  for (const pool of pools) {
    const { clock } = compileCalendar(await deps.calendar(deps.pool, pool.district));
    // A look without a lock: most of the time there is nothing to do.
    if (civilDay(pool.expandedUntil) >= madeUntil(pool.rules, clock.dayOf(now))) continue;
    const expanded = await expandOne(deps, pool.id);
    if (expanded) done.push(expanded);
  }
  return done;
}

async function expandOne(deps: StoreDeps, id: string): Promise<ExpandedPool | undefined> {
  return inTransaction(deps.pool, async (client) => {
    const [pool] = await rows<Row>(
      client,
      '',
      `select ${columns} from slot_pool where id = $1 and active for update skip locked`,
      [id],
    );
    if (!pool) return undefined;
    const now = await deps.clock.now(client);
    const calendar = compileCalendar(await deps.calendar(client, pool.district));
    const until = madeUntil(pool.rules, calendar.clock.dayOf(now));
    if (civilDay(pool.expandedUntil) >= until) return undefined;
    const expandedUntil = civilText(until);
    const planned = plannedSlots({ ...pool, expandedUntil }, calendar, now);
    const crowded = await crowdedSlots(client, id, planned, now);
    const written = await writeSlots(client, pool, planned, now);
    await rows(client, '', 'update slot_pool set expanded_until = $2 where id = $1', [id, expandedUntil]);
    await offerFree(client, instant(now), id);
    return { code: pool.code, crowded, ...written };
  });
}
