import type { OrganisationLevel } from '../domain/model/role.ts';

/** What the resident is told of it. */
export interface Place {
  readonly name: string;
  readonly phone: string | null;
}

const place = (level: OrganisationLevel): string => `(select json_build_object('phone', o.phone, 'name',
    coalesce((select m.name from organisation_name m where m.organisation_id = o.id order by m.position limit 1), o.code))
    from organisation o where o.id = j.${level}_id)`;

/** SQL: name and telephone of the places that journey `j` belongs to, by their level. */
export const placesOfJourney = `json_build_object('centre', ${place('centre')}, 'hospital', ${place('hospital')},
    'district', ${place('district')})`;
