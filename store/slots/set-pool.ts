import { civilText } from '../../domain/calendar/civil-day.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { lengthMs, type Pool } from '../../domain/scheduling/pool.ts';
import type { StoreDeps } from '../deps.ts';
import { Conflict, NotFound } from '../errors.ts';
import { instant, rows, type Queryable } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { offerFree } from './offer-places.ts';
import { PlacesTaken } from './places-taken.ts';
import {
  crowdedSlots,
  madeUntil,
  plannedSlots,
  writeSlots,
  type PoolOnRecord,
  type WrittenSlots,
} from './write-slots.ts';

export interface PoolSet extends WrittenSlots {
  /** Id. */
  readonly pool: string;
  readonly code: string;
  readonly isNew: boolean;
}

const upsert = `
  insert into slot_pool (code, organisation_id, district_id, site, service, audience, rules, expanded_until, hold_seconds,
    offer_seconds, updated_by)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  on conflict (code) do update set site = excluded.site, audience = excluded.audience, rules = excluded.rules,
    expanded_until = greatest(slot_pool.expanded_until, excluded.expanded_until), hold_seconds = excluded.hold_seconds,
    offer_seconds = excluded.offer_seconds, updated_by = excluded.updated_by, updated_at = clock_timestamp(), active = true
    where slot_pool.organisation_id = excluded.organisation_id and slot_pool.service = excluded.service
  returning id, rules, expanded_until as "expandedUntil", xmax = 0 as "isNew"`;

/** @returns the organisation of a pool and the district that it stands in */
async function placeOf(client: Queryable, code: string): Promise<{ id: string; district: string }> {
  const [place] = await rows<{ id: string; district: string }>(
    client,
    '',
    `with recursive up as (
       select id, id as from_id, parent_id, level from organisation where code = $1
       union all select o.id, up.from_id, o.parent_id, o.level from organisation o join up on o.id = up.parent_id)
     select from_id as id, id as district from up where level = 'district'`,
    [code],
  );
  if (!place) throw new NotFound('organisation', code);
  return place;
}

async function setOne(deps: StoreDeps, client: PoolClient, pool: Pool, by: string): Promise<PoolSet> {
  const place = await placeOf(client, pool.organisation);
  const now = await deps.clock.now(client);
  const calendar = compileCalendar(await deps.calendar(client, place.district));
  const until = civilText(madeUntil(pool, calendar.clock.dayOf(now)));
  const [row] = await rows<PoolOnRecord & { isNew: boolean }>(client, '', upsert, [
    ...[pool.code, place.id, place.district, pool.site, pool.service, pool.audience, JSON.stringify(pool)],
    ...[until, lengthMs(pool.holdFor) / 1000, lengthMs(pool.offerFor) / 1000, by],
  ]);
  if (!row)
    throw new Conflict(
      `号池 ${pool.code} 已用于另一机构或另一项目；请为新的号池另取代码。` +
        `Pool ${pool.code} is of another organisation or service; give the new pool a code of its own.`,
    );
  const planned = plannedSlots(row, calendar, now);
  const crowded = await crowdedSlots(client, row.id, planned, now);
  if (crowded.length > 0) throw new PlacesTaken(pool.code, crowded, calendar.clock);
  const written = await writeSlots(client, row, planned, now);
  await offerFree(client, instant(now), row.id);
  return { pool: row.id, code: pool.code, isNew: row.isNew, ...written };
}

type PoolClient = Parameters<Parameters<typeof inTransaction>[1]>[0];

/**
 * Sets pools to what their file says, all or none, and makes their week into slots, from now on and as far ahead as
 * they may be booked; what has been made before and is the same stays. Places that are new are offered to who waits.
 * @param trial says what it would do, and does nothing
 * @throws PlacesTaken when a slot would have fewer places than are taken
 * @throws NotFound when there is no such organisation, Conflict when a code is another organisation's or service's
 */
export const setPools = (
  deps: StoreDeps,
  pools: readonly Pool[],
  { by, trial = false }: { readonly by: string; readonly trial?: boolean },
): Promise<PoolSet[]> =>
  inTransaction(
    deps.pool,
    async (client) => {
      const done = new Map<string, PoolSet>();
      // In the same order whoever comes, or else two files with the same pools would wait for each other.
      for (const pool of pools.toSorted((a, b) => (a.code < b.code ? -1 : 1)))
        done.set(pool.code, await setOne(deps, client, pool, by));
      return pools.flatMap(({ code }) => done.get(code) ?? []);
    },
    { trial },
  );

/**
 * Changes what is on record of one pool, as {@link setPools} would; two who change it at once come one after the other.
 * @param pool id
 * @throws NotFound when there is no such pool; else as {@link setPools} and `edit` do
 */
export const editPool = (
  deps: StoreDeps,
  pool: string,
  edit: (rules: Pool) => Pool,
  { by, trial = false }: { readonly by: string; readonly trial?: boolean },
): Promise<PoolSet> =>
  inTransaction(
    deps.pool,
    async (client) => {
      const [row] = await rows<{ rules: Pool }>(
        client,
        '',
        'select rules from slot_pool where id = $1 for update',
        [pool],
      );
      if (!row) throw new NotFound('pool', pool);
      return setOne(deps, client, edit(row.rules), by);
    },
    { trial },
  );
