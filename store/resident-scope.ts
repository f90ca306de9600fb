import { assertNever } from '../domain/model/assert-never.ts';
import type { Caller } from './caller.ts';

/**
 * A centre sees its own residents, a district all of its centres' residents, a hospital those who are or were on a
 * journey with it.
 * @param organisation placeholder of the caller's organisation
 * @returns an SQL condition on the resident `r`
 */
export function residentScope({ level }: Caller, organisation: string): string {
  switch (level) {
    case 'centre':
      return `r.centre_id = ${organisation}::uuid`;
    case 'district':
      return `r.centre_id in (select id from organisation where parent_id = ${organisation}::uuid)`;
    case 'hospital':
      return `exists (select 1 from journey j where j.resident_id = r.id and j.hospital_id = ${organisation}::uuid)`;
    default:
      return assertNever(level);
  }
}
