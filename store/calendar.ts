import { z } from 'zod';
import { officialCalendar, type WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { localizedSchema } from '../domain/model/localized.ts';
import { orderedHash } from './canonical-json.ts';
import { Conflict, isDuplicate, NotFound } from './errors.ts';
import { rows, type Queryable } from './sql.ts';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/u, 'write a day as YYYY-MM-DD');

/** A calendar as it is stored. */
const workingCalendarSchema = z.object({
  version: z.string().min(1),
  zone: z.string().min(1),
  years: z.record(
    z.string().regex(/^\d{4}$/u),
    z
      .object({
        holidays: z.array(day),
        workdays: z.array(day),
        official: z.literal(false).optional(),
        source: z.string().optional(),
        named: z.array(z.object({ name: localizedSchema, days: z.array(day) })).optional(),
        changes: z
          .array(
            z.object({
              date: day,
              as: z.enum(['off', 'working']),
              name: localizedSchema.optional(),
              reason: z.string(),
              by: z.string(),
            }),
          )
          .optional(),
      })
      .loose(),
  ),
});

interface CalendarRow {
  readonly calendar: unknown;
}

const parsed = ({ calendar }: CalendarRow): WorkingCalendar =>
  workingCalendarSchema.parse(calendar) as unknown as WorkingCalendar;

/**
 * @param district id; without it, what holds for districts that have no calendar of their own
 * @returns the calendar in force: the newest of the district, else the newest of the installation, else the official
 *   one that ships
 */
export async function currentCalendar(on: Queryable, district?: string): Promise<WorkingCalendar> {
  const [row] = await rows<CalendarRow>(
    on,
    'calendar-current',
    `select calendar from calendar where district_id is null or district_id = $1::uuid
     order by district_id is null, created_at desc limit 1`,
    [district ?? null],
  );
  return row ? parsed(row) : officialCalendar();
}

/** @returns the calendar that an entry of the log was decided with @throws NotFound when there never was one */
export async function calendarByVersion(on: Queryable, version: string): Promise<WorkingCalendar> {
  const [row] = await rows<CalendarRow>(on, '', 'select calendar from calendar where version = $1', [
    version,
  ]);
  if (row) return parsed(row);
  const official = officialCalendar();
  if (official.version === version) return official;
  throw new NotFound('calendar', version);
}

/**
 * Puts a calendar in force from now on. Deadlines that exist stay until they are recomputed (`DeadlinesRecomputed`).
 * @param district id; without it, for every district that has none of its own
 * @throws Conflict when that version exists with other days: edited calendars need a new version
 */
export async function setCalendar(
  on: Queryable,
  calendar: WorkingCalendar,
  by: string,
  district?: string,
): Promise<void> {
  const checked = workingCalendarSchema.parse(calendar);
  const { version, zone } = checked;
  const text = JSON.stringify(checked);
  try {
    await rows(
      on,
      '',
      'insert into calendar (version, zone, calendar, created_by, district_id) values ($1, $2, $3, $4, $5)',
      [version, zone, text, by, district ?? null],
    );
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const there = await calendarByVersion(on, version);
    if (orderedHash(there) === orderedHash(checked)) return;
    throw new Conflict(
      `日历版本“${version}”已存在且内容不同；请使用新的版本名。` +
        `Calendar "${version}" exists with other days; give the edited calendar a new version.`,
    );
  }
}

/** How long a process may go on with the calendar that it knows. */
export const calendarAgeMs = 30_000;

interface Known {
  readonly calendar: WorkingCalendar;
  readonly until: number;
}

/** @returns a reader of the calendars in force that asks PostgreSQL at most twice a minute for each district */
export function calendarReader(
  pool: Queryable,
  ageMs = calendarAgeMs,
): (on?: Queryable, district?: string) => Promise<WorkingCalendar> {
  const known = new Map<string, Known>();
  const asking = new Map<string, Promise<WorkingCalendar>>();
  // The same object for the same version: its compiled form is kept by identity.
  const made = new Map<string, WorkingCalendar>();
  const ask = async (on: Queryable, district: string | undefined, key: string): Promise<WorkingCalendar> => {
    const found = await currentCalendar(on, district);
    const calendar = made.get(found.version) ?? found;
    made.set(calendar.version, calendar);
    known.set(key, { calendar, until: performance.now() + ageMs });
    return calendar;
  };
  return async (on = pool, district) => {
    const key = district ?? '';
    const fresh = known.get(key);
    if (fresh && performance.now() < fresh.until) return fresh.calendar;
    const underWay = asking.get(key) ?? ask(on, district, key).finally(() => asking.delete(key));
    asking.set(key, underWay);
    return underWay;
  };
}
