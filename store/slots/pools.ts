import type { Localized } from '../../domain/model/localized.ts';
import type { Audience, Pool } from '../../domain/scheduling/pool.ts';
import type { Caller } from '../caller.ts';
import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';

/** What is told of a pool beside a slot or an appointment. */
export interface PoolName {
  readonly id: string;
  readonly code: string;
  readonly title: Localized;
  /** Id of the organisation whose slots they are. */
  readonly organisation: string;
  readonly site: string;
}

/** SQL: {@link PoolName} of pool `p`, as JSON. */
export const poolName = `json_build_object('id', p.id, 'code', p.code, 'title', p.rules->'title',
  'organisation', p.organisation_id, 'site', p.site)`;

/**
 * Slots are for the whole district: a centre finds the places of its hospitals.
 * @param organisation placeholder of the caller's organisation
 * @returns an SQL condition on the pool `p`
 */
export const poolScope = ({ level }: Caller, organisation: string): string =>
  level === 'district'
    ? `p.district_id = ${organisation}::uuid`
    : `p.district_id = (select o.parent_id from organisation o where o.id = ${organisation}::uuid)`;

/** SQL: pool `p` by its id or its code. @param which placeholder */
export const isPool = (which: string): string => `(p.code = ${which} or p.id::text = lower(${which}))`;

export interface SlotPool extends PoolName {
  readonly service: string;
  readonly audience: Audience;
  readonly rules: Pool;
  /** Up to this day, exclusive, its slots are made: `YYYY-MM-DD`. */
  readonly expandedUntil: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

const columns = `p.id, p.code, p.rules->'title' as title, p.organisation_id as organisation, p.site, p.service,
  p.audience, p.rules, p.expanded_until as "expandedUntil", p.updated_at as "updatedAt", p.updated_by as "updatedBy"`;

/** @returns a pool of the caller's district, by id or code; null when there is none */
export async function poolByCode(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  which: string,
): Promise<SlotPool | null> {
  const [found] = await rows<SlotPool>(
    deps.pool,
    '',
    `select ${columns} from slot_pool p where ${isPool('$2')} and ${poolScope(caller, '$1')}`,
    [caller.organisation, which],
  );
  return found ?? null;
}

export interface PoolQuery {
  readonly service?: string;
  /** Id or code. */
  readonly organisation?: string;
  readonly audience?: Audience;
}

/** @returns the pools of the caller's district, by code */
export const poolsOf = (
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  { service, organisation, audience }: PoolQuery = {},
): Promise<SlotPool[]> =>
  rows(
    deps.pool,
    '',
    `select ${columns} from slot_pool p join organisation o on o.id = p.organisation_id
     where ${poolScope(caller, '$1')} and ($2::text is null or p.service = $2)
       and ($3::text is null or o.code = $3 or o.id::text = lower($3)) and ($4::text is null or p.audience = $4)
     order by p.code`,
    [caller.organisation, service ?? null, organisation ?? null, audience ?? null],
  );

/** @returns true when there is such a slot in the caller's district */
export async function isSlotWithin(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  slot: string,
): Promise<boolean> {
  const found = await rows(
    deps.pool,
    `slot-within-${caller.level}`,
    `select 1 from slot s join slot_pool p on p.id = s.pool_id where s.id = $2 and ${poolScope(caller, '$1')}`,
    [caller.organisation, slot],
  );
  return found.length > 0;
}
