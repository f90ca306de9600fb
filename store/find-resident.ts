import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

export interface FoundResident {
  readonly id: string;
  readonly name: string;
  readonly status: 'active' | 'died' | 'moved' | 'merged';
  readonly mergedInto: string | null;
  readonly centre: string;
  readonly doctor: string | null;
  /** Id of the district that the resident's centre belongs to. */
  readonly district: string;
}

/**
 * For an operator at the machine, whom no district limits.
 * @param who id or identity number
 * @returns the resident, or null
 */
export async function findResident(
  deps: Pick<StoreDeps, 'pool'>,
  who: string,
): Promise<FoundResident | null> {
  const [row] = await rows<FoundResident>(
    deps.pool,
    '',
    `select r.id, r.name, r.status, r.merged_into_id as "mergedInto", r.centre_id as centre,
       r.contract_doctor_id as doctor, c.parent_id as district
     from resident r join organisation c on c.id = r.centre_id
     where r.id::text = $1 or r.identity_number = upper($1)`,
    [who],
  );
  return row ?? null;
}

/** @returns the id of the district that a journey belongs to; null when there is no such journey */
export async function districtOfJourney(
  deps: Pick<StoreDeps, 'pool'>,
  journey: string,
): Promise<string | null> {
  const [row] = await rows<{ district: string }>(
    deps.pool,
    '',
    'select district_id as district from journey where id::text = $1',
    [journey],
  );
  return row?.district ?? null;
}
