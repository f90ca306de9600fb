import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { currentCalendar, setCalendar } from './calendar.ts';
import type { StoreDeps } from './deps.ts';
import { NotFound } from './errors.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/**
 * Puts an edited calendar in force in a district; the earlier ones stay on record. Whoever edits at the same moment
 * waits, and then edits this one.
 * @param edit is given the calendar in force and the version of the new one; what it throws, or giving back the one in
 *   force, leaves all as it was
 * @param district id; its calendars are named by its code, such as `SL/3`
 * @returns the calendar in force now
 * @throws NotFound when there is no such district
 */
export async function editCalendar(
  deps: Pick<StoreDeps, 'pool'>,
  district: string,
  by: string,
  edit: (inForce: WorkingCalendar, version: string) => WorkingCalendar,
): Promise<WorkingCalendar> {
  return inTransaction(deps.pool, async (client) => {
    await rows(client, '', 'select pg_advisory_xact_lock(hashtext($1))', [`calendar/${district}`]);
    const [row] = await rows<{ code: string; count: number }>(
      client,
      '',
      `select code, (select count(*) from calendar c where c.district_id = o.id) as count
       from organisation o where id = $1 and level = 'district'`,
      [district],
    );
    if (!row) throw new NotFound('district', district);
    const inForce = await currentCalendar(client, district);
    const edited = edit(inForce, `${row.code}/${row.count + 1}`);
    if (edited !== inForce) await setCalendar(client, edited, by, district);
    return edited;
  });
}
