import { z } from 'zod';
import { officialCalendar, type WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { Conflict, isDuplicate, NotFound } from './errors.ts';
import { rows, type Queryable } from './sql.ts';
import { orderedHash } from './canonical-json.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/u, 'write a day as YYYY-MM-DD');

/** A calendar as an administrator edits it and as it is stored. */
export const workingCalendarSchema = z.object({
  version: z.string().min(1),
  zone: z.string().min(1),
  years: z.record(
    z.string().regex(/^\d{4}$/u),
    z.object({ holidays: z.array(day), workdays: z.array(day) }).loose(),
  ),
});

interface CalendarRow {
  readonly calendar: unknown;
}

/** @returns the calendar in force: the newest that was set, or the official one that ships */
export async function currentCalendar(on: Queryable): Promise<WorkingCalendar> {
  const [row] = await rows<CalendarRow>(
    on,
    'calendar-current',
    'select calendar from calendar order by created_at desc limit 1',
  );
  return row ? (workingCalendarSchema.parse(row.calendar) as unknown as WorkingCalendar) : officialCalendar();
}

/** @returns the calendar that an entry of the log was decided with @throws NotFound when there never was one */
export async function calendarByVersion(on: Queryable, version: string): Promise<WorkingCalendar> {
  const [row] = await rows<CalendarRow>(on, '', 'select calendar from calendar where version = $1', [
    version,
  ]);
  if (row) return workingCalendarSchema.parse(row.calendar) as unknown as WorkingCalendar;
  const official = officialCalendar();
  if (official.version === version) return official;
  throw new NotFound('calendar', version);
}

/**
 * Puts a calendar in force from now on. Deadlines that exist stay until they are recomputed (`DeadlinesRecomputed`).
 * @throws Conflict when that version exists with other days: edited calendars need a new version
 */
export async function setCalendar(on: Queryable, calendar: WorkingCalendar, by: string): Promise<void> {
  const checked = workingCalendarSchema.parse(calendar);
  try {
    await rows(on, '', 'insert into calendar (version, zone, calendar, created_by) values ($1, $2, $3, $4)', [
      checked.version,
      checked.zone,
      JSON.stringify(checked),
      by,
    ]);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const there = await calendarByVersion(on, checked.version);
    if (orderedHash(there) === orderedHash(checked)) return;
    throw new Conflict(
      `日历版本“${checked.version}”已存在且内容不同；请使用新的版本名。` +
        `Calendar "${checked.version}" exists with other days; give the edited calendar a new version.`,
    );
  }
}

/** How long a process may go on with the calendar that it knows. */
const calendarAgeMs = 30_000;

/** @returns a reader of the calendar in force that asks PostgreSQL at most twice a minute */
export function calendarReader(pool: Queryable): (on?: Queryable) => Promise<WorkingCalendar> {
  let known: { readonly calendar: WorkingCalendar; readonly until: number } | undefined;
  let asking: Promise<WorkingCalendar> | undefined;
  return async (on = pool) => {
    if (known && performance.now() < known.until) return known.calendar;
    asking ??= currentCalendar(on)
      .then((calendar) => {
        // The same object for the same version: its compiled form is kept by identity.
        const same = known?.calendar.version === calendar.version ? known.calendar : calendar;
        known = { calendar: same, until: performance.now() + calendarAgeMs };
        return same;
      })
      .finally(() => (asking = undefined));
    return asking;
  };
}
