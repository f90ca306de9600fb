import type { NamedColleague } from '../../domain/staff/check-absence.ts';
import type { Locale } from '../../domain/model/localized.ts';
import { rows, type Queryable } from '../sql.ts';

/** Somebody of the staff, and where messages reach them. */
export interface KnownColleague extends NamedColleague {
  readonly code: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly locale: Locale;
}

const select = `
  select s.id, s.code, s.name, s.role, s.email, s.phone, 'zh' as locale, s.active, s.deputy_id as deputy,
    case o.level when 'team' then o.parent_id else o.id end as place,
    case o.level when 'team' then 'centre' else o.level end as level,
    case o.level when 'district' then o.id when 'team' then c.parent_id else o.parent_id end as district
  from staff s join organisation o on o.id = s.organisation_id left join organisation c on c.id = o.parent_id`;

/** @returns the staff of the districts that some people work in, in the order of their codes */
export const colleaguesOf = (on: Queryable, staff: readonly string[]): Promise<KnownColleague[]> =>
  rows(
    on,
    'colleagues-of',
    `with everybody as (${select})
     select e.* from everybody e
     where e.district in (select w.district from everybody w where w.id = any($1::uuid[])) order by e.code`,
    [staff],
  );

/** @returns the member of staff with that id or code, active or not; undefined when there is none */
export async function colleagueBy(on: Queryable, who: string): Promise<KnownColleague | undefined> {
  const [found] = await rows<KnownColleague>(
    on,
    'colleague-by',
    `${select} where s.id::text = lower($1) or s.code = $1`,
    [who],
  );
  return found;
}
