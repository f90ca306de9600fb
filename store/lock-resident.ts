import type pg from 'pg';
import type { Caller } from './caller.ts';
import { NotFound } from './errors.ts';
import { residentScope } from './resident-scope.ts';
import { rows } from './sql.ts';

export interface LockedResident {
  readonly id: string;
  readonly status: 'active' | 'died' | 'moved' | 'merged';
  readonly mergedInto: string | null;
  readonly centre: string;
  readonly doctor: string | null;
}

/** Locks a person's record until the transaction ends. @throws NotFound when the caller may not see the person */
export async function lockResident(
  client: pg.PoolClient,
  caller: Caller,
  id: string,
): Promise<LockedResident> {
  const [row] = await rows<LockedResident>(
    client,
    '',
    `select r.id, r.status, r.merged_into_id as "mergedInto", r.centre_id as centre,
       r.contract_doctor_id as doctor
     from resident r
     where r.id = $1 and ${residentScope(caller, '$2')} for update of r`,
    [id, caller.organisation],
  );
  if (!row) throw new NotFound('resident', id);
  return row;
}
