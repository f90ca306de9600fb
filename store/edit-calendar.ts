import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { currentCalendar, setCalendar } from './calendar.ts';
import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** A district, and the code that its calendars are named by. */
export interface CalendarDistrict {
  readonly id: string;
  readonly code: string;
}

/**
 * Puts an edited calendar in force in a district; the earlier ones stay on record. Whoever edits at the same moment
 * waits, and then edits this one.
 * @param edit is given the calendar in force and the version of the new one; what it throws, or giving back the one in
 *   force, leaves all as it was
 * @returns the calendar in force now
 */
export async function editCalendar(
  deps: Pick<StoreDeps, 'pool'>,
  { id, code }: CalendarDistrict,
  by: string,
  edit: (inForce: WorkingCalendar, version: string) => WorkingCalendar,
): Promise<WorkingCalendar> {
  return inTransaction(deps.pool, async (client) => {
    await rows(client, '', 'select pg_advisory_xact_lock(hashtext($1))', [`calendar/${id}`]);
    const [row] = await rows<{ count: number }>(
      client,
      '',
      'select count(*) as count from calendar where district_id = $1',
      [id],
    );
    const inForce = await currentCalendar(client, id);
    const edited = edit(inForce, `${code}/${(row?.count ?? 0) + 1}`);
    if (edited !== inForce) await setCalendar(client, edited, by, id);
    return edited;
  });
}
