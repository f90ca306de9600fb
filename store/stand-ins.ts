import type { Locale } from '../domain/model/localized.ts';
import { roleDescriptions, type StaffRole } from '../domain/model/role.ts';

/** A member of staff whom a notice may reach; the lower the rank, the sooner. */
export interface Ranked {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: Locale;
  readonly rank: number;
}

/** For the query: at which level each role works. */
export const levelsOfRoles = JSON.stringify(
  Object.fromEntries(
    Object.entries(roleDescriptions).map(([role, { level }]) => [role, level]),
  ) satisfies Record<string, string> as Record<StaffRole, string>,
);

/** SQL: the recipient of the notice `n` is this member of staff, whether active or not. */
const isRecipient = (staff: string): string =>
  `case when n.recipient_id is not null then ${staff}.id::text = n.recipient_id
     else ${staff}.role = n.recipient_role and ${staff}.organisation_id = any(place.ids) end`;

/**
 * SQL: the staff whom notice `n` of journey `j` may reach, as JSON with their rank. 0: whom it is addressed to, a
 * person or everybody of a role; 1: their deputies; 2: others of the role at that organisation; 3: its manager;
 * 4: the district's coordinator. `$2` is {@link levelsOfRoles}.
 */
export const rankedStaff = `coalesce((
  select json_agg(json_build_object('id', c.id, 'name', c.name, 'email', c.email, 'phone', c.phone,
      'locale', 'zh', 'rank', c.rank) order by c.rank, c.code)
  from (select $2::json->>n.recipient_role as name) as level,
    lateral (select array(select o.id from organisation o, (select case level.name
        when 'centre' then j.centre_id when 'hospital' then j.hospital_id else j.district_id end as id) as top
      where o.id = top.id or (o.parent_id = top.id and o.level = 'team')) as ids) as place,
    lateral (select array(select d.deputy_id from staff d
      where d.deputy_id is not null and ${isRecipient('d')}) as ids) as deputies,
    lateral (select s.*, case when ${isRecipient('s')} then 0
        when s.id = any(deputies.ids) then 1
        when s.organisation_id = any(place.ids) and s.role = n.recipient_role then 2
        when s.organisation_id = any(place.ids) and s.role = level.name || '-manager' then 3
        when s.organisation_id = j.district_id and s.role = 'district-coordinator' then 4 end as rank
      from staff s where s.active) as c
  where c.rank is not null), '[]'::json)`;
