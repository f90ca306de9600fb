import type { StoreDeps } from '../deps.ts';
import { NotFound } from '../errors.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { selectAbsence, type Absence } from './absence.ts';
import { todayOf } from './staff-cover.ts';

/** What was absent until today was so until yesterday; what has not begun, or began today, is cancelled. */
const end = `
  update staff_absence set
    cancelled = from_day >= $2::date,
    planned_until_day = until_day,
    until_day = case when from_day >= $2::date then until_day else $2::date - 1 end,
    ended_by = $3, ended_at = $4::timestamptz
  where id = $1::uuid and not cancelled and until_day >= $2::date`;

/**
 * Ends an absence: whoever it is about is here again from now on. It stays on record. One that is over or cancelled is
 * left as it is.
 * @param by id of a member of staff, or who is at the command line
 * @throws NotFound
 */
export async function endAbsence(
  deps: StoreDeps,
  { absence: id, by }: { readonly absence: string; readonly by: string },
): Promise<Absence> {
  return inTransaction(deps.pool, async (client) => {
    const today = await todayOf(deps, client);
    await rows(client, 'absence-end', end, [id, today, by, instant(await deps.clock.now(client))]);
    const [absence] = await rows<Absence>(client, 'absence', `${selectAbsence('$2')} where a.id = $1`, [
      id,
      today,
    ]);
    if (!absence) throw new NotFound('absence', id);
    return absence;
  });
}
