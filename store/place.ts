import type { Assignment } from '../domain/model/state.ts';
import { Conflict, NotFound } from './errors.ts';
import { rows, type Queryable } from './sql.ts';

/** SQL: the hospital that the centre `c` refers to. */
export const hospitalOfCentre = `coalesce(c.referral_hospital_id, (select h.id from organisation h
  where h.parent_id = c.parent_id and h.level = 'hospital' order by h.code limit 1))`;

/**
 * @returns the organisations that a centre's journeys belong to
 * @throws NotFound when there is no such centre, Conflict when its district has no hospital
 */
export async function centrePlace(on: Queryable, centre: string): Promise<Omit<Assignment, 'doctor'>> {
  const [row] = await rows<{ district: string | null; hospital: string | null; centre: string }>(
    on,
    'centre-place',
    `select c.id as centre, c.parent_id as district, ${hospitalOfCentre} as hospital
     from organisation c where c.id = $1 and c.level = 'centre'`,
    [centre],
  );
  if (!row || row.district === null) throw new NotFound('centre', centre);
  if (row.hospital === null)
    throw new Conflict('该区没有医院；请先登记医院。The district has no hospital; register one first.');
  return { district: row.district, hospital: row.hospital, centre: row.centre };
}
