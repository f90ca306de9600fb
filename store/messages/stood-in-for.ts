import type { OrganisationLevel } from '../../domain/model/role.ts';
import { roleDescriptions, type StaffRole } from '../../domain/model/role.ts';
import type { StoodInFor } from '../../domain/messaging/stood-in-for.ts';
import type { StaffCover } from '../absences/staff-cover.ts';
import { rows, type Queryable } from '../sql.ts';

/** Whom a notice to staff is for: one person, or everybody of a role in the journey's organisation of its level. */
export interface Addressed extends Readonly<Record<OrganisationLevel, string>> {
  readonly person: string | null;
  readonly role: StaffRole | null;
}

/** SQL: notice `n` of journey `j` as {@link Addressed}. */
export const addressed = `json_build_object('person', n.recipient_id, 'role', n.recipient_role, 'centre', j.centre_id,
    'hospital', j.hospital_id, 'district', j.district_id)`;

function isFor(staff: string, cover: StaffCover, to: Addressed): boolean {
  if (to.person !== null) return to.person === staff;
  const person = cover.person(staff);
  return to.role !== null && person?.role === to.role && person.place === to[roleDescriptions[to.role].level];
}

/** @returns who is away, as those who are told in their place are to read it */
export function namedAway(cover: StaffCover, staff: string): StoodInFor | undefined {
  const away = cover.away.get(staff);
  const person = cover.person(staff);
  return away && person && { name: person.name, until: away.until };
}

/** @returns in whose place somebody is told of a notice; undefined when it is for them anyway */
export function stoodInFor(cover: StaffCover, standIn: string, to: Addressed): StoodInFor | undefined {
  if (cover.away.size === 0 || isFor(standIn, cover, to)) return undefined;
  const absent = [...cover.away.keys()].find(
    (staff) => isFor(staff, cover, to) && cover.standInsOf(staff)?.staff.includes(standIn),
  );
  return absent === undefined ? undefined : namedAway(cover, absent);
}

/** @returns by the key of each notice, to whom it is addressed */
export async function addressedOf(
  client: Queryable,
  keys: readonly string[],
): Promise<ReadonlyMap<string, Addressed>> {
  const found = await rows<{ key: string; to: Addressed }>(
    client,
    'addressed-of',
    `select n.key, ${addressed} as "to" from notice n join journey j on j.id = n.journey_id
     where n.key = any($1) and n.recipient_kind = 'staff'`,
    [keys],
  );
  return new Map(found.map(({ key, to }) => [key, to]));
}
