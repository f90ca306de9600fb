import { civilText } from '../../domain/calendar/civil-day.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { coverOf, type Away, type Cover } from '../../domain/staff/cover.ts';
import type { StoreDeps } from '../deps.ts';
import { rows, type Queryable } from '../sql.ts';
import { colleaguesOf, type KnownColleague } from './colleagues.ts';

/** Who is away on a day, and who stands in, with their names and addresses. */
export interface StaffCover extends Cover {
  person(staff: string): KnownColleague | undefined;
}

/** SQL: absences in force on the day `$1`. */
const inForce = `
  select a.staff_id as staff, a.until_day as until, a.deputy_id as deputy
  from staff_absence a
  where not a.cancelled and a.until_day >= $1::date and a.from_day <= $1::date`;

/** @returns ids of those who are away on a day, YYYY-MM-DD */
export async function awayOn(client: Queryable, day: string): Promise<ReadonlySet<string>> {
  const away = await rows<Away>(client, 'away-on', inForce, [day]);
  return new Set(away.map(({ staff }) => staff));
}

/** @returns who stands in for whom on a day, YYYY-MM-DD; the staff is read only when anybody is away */
export async function staffCoverOn(client: Queryable, day: string): Promise<StaffCover> {
  const away = await rows<Away>(client, 'away-on', inForce, [day]);
  const ids = away.map(({ staff }) => staff);
  const colleagues = ids.length > 0 ? await colleaguesOf(client, ids) : [];
  const byId = new Map(colleagues.map((one) => [one.id, one]));
  return { ...coverOf(colleagues, away), person: (staff) => byId.get(staff) };
}

/** @returns the local day, YYYY-MM-DD */
export async function todayOf(
  deps: Pick<StoreDeps, 'calendar' | 'clock'>,
  client: Parameters<StoreDeps['clock']['now']>[0],
): Promise<string> {
  const { clock } = compileCalendar(await deps.calendar(client));
  return civilText(clock.dayOf(await deps.clock.now(client)));
}
