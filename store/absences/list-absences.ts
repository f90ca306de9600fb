import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';
import { withClient } from '../transaction.ts';
import { selectAbsence, type Absence } from './absence.ts';
import { todayOf } from './staff-cover.ts';

export interface AbsenceQuery {
  /** Id: of those who work there or below it. Left out: everywhere. */
  readonly organisation?: string;
  /** Id of a member of staff. */
  readonly staff?: string;
  /** Also those that are over or cancelled; of these, the newest 200. */
  readonly past?: boolean;
}

const most = { current: 2000, past: 200 } as const;

/** @returns absences, who is away now first, then what is to come, then what is past */
export async function listAbsences(deps: StoreDeps, query: AbsenceQuery = {}): Promise<Absence[]> {
  return withClient(deps.pool, async (client) => {
    const today = await todayOf(deps, client);
    const list = (which: string, limit: number): Promise<Absence[]> =>
      rows<Absence>(
        client,
        '',
        `with recursive below as (
           select id from organisation where id = $2::uuid
           union all select c.id from organisation c join below b on c.parent_id = b.id)
         ${selectAbsence('$1')}
         where ${which} and ($2::uuid is null or s.organisation_id in (select id from below))
           and ($3::uuid is null or s.id = $3::uuid)
         order by a.from_day ${which === current ? '' : 'desc'}, s.code limit ${limit}`,
        [today, query.organisation ?? null, query.staff ?? null],
      );
    const current = `not a.cancelled and a.until_day >= $1::date`;
    const found = await list(current, most.current);
    return query.past === true ? [...found, ...(await list(`not (${current})`, most.past))] : found;
  });
}

/** @returns the absence; undefined when there is none */
export async function absenceById(deps: StoreDeps, id: string): Promise<Absence | undefined> {
  return withClient(deps.pool, async (client) => {
    const today = await todayOf(deps, client);
    const [absence] = await rows<Absence>(client, 'absence', `${selectAbsence('$2')} where a.id = $1`, [
      id,
      today,
    ]);
    return absence;
  });
}
