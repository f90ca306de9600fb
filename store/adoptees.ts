import type { Assignment, ResidentFacts } from '../domain/model/state.ts';
import type { StoreDeps } from './deps.ts';
import { hospitalOfCentre } from './place.ts';
import { rows } from './sql.ts';

/** A resident whose journeys are taken over. */
export interface Adoptee extends ResidentFacts {
  readonly id: string;
  readonly identityNumber: string;
  readonly status: 'active' | 'died' | 'moved' | 'merged';
  /** Null when the district of the resident's centre has no hospital. */
  readonly assignment: Assignment | null;
}

interface Row extends Omit<Adoptee, 'assignment'> {
  readonly district: string;
  readonly hospital: string | null;
  readonly centre: string;
  readonly doctor: string | null;
}

/** @returns residents by the identity numbers asked for; in place of a record that was merged, the one that was kept */
export async function adoptees(
  deps: Pick<StoreDeps, 'pool'>,
  identityNumbers: readonly string[],
): Promise<Map<string, Adoptee>> {
  const found = await rows<Row>(
    deps.pool,
    'adoptees',
    `select r.id, asked.identity_number as "identityNumber", r.status, r.birth_date as "birthDate", r.sex,
       c.parent_id as district, ${hospitalOfCentre} as hospital, c.id as centre, r.contract_doctor_id as doctor
     from resident asked
     join resident r on r.id = coalesce(asked.merged_into_id, asked.id)
     join organisation c on c.id = r.centre_id
     where asked.identity_number = any($1::text[])`,
    [identityNumbers],
  );
  return new Map(
    found.map(({ district, hospital, centre, doctor, ...rest }) => [
      rest.identityNumber,
      {
        ...rest,
        assignment:
          hospital === null ? null : { district, hospital, centre, ...(doctor !== null && { doctor }) },
      },
    ]),
  );
}
