import { civilDay, civilText, weekdayOf, type CivilDay } from './civil-day.ts';
import { officialYears, type OfficialYear } from './official-years.ts';
import { zoneClock, type ZoneClock } from './zone-clock.ts';

/** A district's calendar: plain data, edited by an administrator, with a version that the log records. */
export interface WorkingCalendar {
  readonly version: string;
  /** IANA name of the district's time zone, which decides days. */
  readonly zone: string;
  readonly years: Readonly<Record<string, OfficialYear>>;
}

/** @returns the calendar that ships: official years 2025 and 2026 */
export const officialCalendar = (zone = 'Asia/Shanghai'): WorkingCalendar => ({
  version: 'official-2026',
  zone,
  years: officialYears,
});

/** The calendar made ready for questions. */
export interface CompiledCalendar {
  readonly version: string;
  readonly clock: ZoneClock;
  isWorkingDay(day: CivilDay): boolean;
  /** False for a year without official data: there only weekends are known. */
  isOfficial(day: CivilDay): boolean;
}

const officialDay = 1;
const exceptionalDay = 2;

/** Saturday or Sunday. */
export const isWeekend = (day: CivilDay): boolean => {
  const weekday = weekdayOf(day);
  return weekday === 0 || weekday === 6;
};

const compiled = new WeakMap<WorkingCalendar, CompiledCalendar>();

/** @returns the compiled form, made once for each calendar object */
export function compileCalendar(calendar: WorkingCalendar): CompiledCalendar {
  const known = compiled.get(calendar);
  if (known) return known;
  const years = Object.entries(calendar.years).map(([year, days]) => ({
    from: civilDay(`${year}-01-01`),
    to: civilDay(`${year}-12-31`),
    holidays: days.holidays.map(civilDay),
    workdays: days.workdays.map(civilDay),
    changes: (days.changes ?? []).map(({ date, as }) => ({ day: civilDay(date), as })),
    official: days.official !== false,
  }));
  const named = years.flatMap(({ from, to, holidays, workdays }) => [from, to, ...holidays, ...workdays]);
  const first = named.reduce((least, day) => Math.min(least, day), Number.POSITIVE_INFINITY);
  const last = named.reduce((most, day) => Math.max(most, day), first - 1);
  // One entry for each day, not a set of the exceptions: every deadline asks about several days.
  const kinds = new Uint8Array(named.length === 0 ? 0 : last - first + 1);
  for (const { from, to, official } of years)
    if (official) kinds.fill(officialDay, from - first, to - first + 1);
  const kindOf = (day: CivilDay): number => kinds[day - first] ?? 0;
  for (const { holidays, workdays } of years)
    for (const day of [...holidays.filter((off) => !isWeekend(off)), ...workdays.filter(isWeekend)])
      kinds[day - first] = kindOf(day) | exceptionalDay;
  for (const { day, as } of years.flatMap(({ changes }) => changes))
    kinds[day - first] =
      isWeekend(day) === (as === 'working') ? kindOf(day) | exceptionalDay : kindOf(day) & ~exceptionalDay;
  const made: CompiledCalendar = {
    version: calendar.version,
    clock: zoneClock(calendar.zone),
    // A holiday among the days of the week, or a workday at a weekend.
    isWorkingDay: (day) => isWeekend(day) === ((kindOf(day) & exceptionalDay) !== 0),
    isOfficial: (day) => (kindOf(day) & officialDay) !== 0,
  };
  compiled.set(calendar, made);
  return made;
}

/**
 * @param n working days to add; 0 gives the day itself or the next working day, a negative number counts back
 * @returns the day, and whether any day passed over lies in a year without official data
 */
export function shiftWorkingDays(
  calendar: CompiledCalendar,
  start: CivilDay,
  n: number,
): { day: CivilDay; provisional: boolean } {
  let day = start;
  let provisional = !calendar.isOfficial(day);
  const step = n < 0 ? -1 : 1;
  let left = Math.abs(n);
  if (left === 0) while (!calendar.isWorkingDay(day)) day += 1;
  while (left > 0) {
    day += step;
    if (calendar.isWorkingDay(day)) left -= 1;
    if (!calendar.isOfficial(day)) provisional = true;
  }
  if (!calendar.isOfficial(day)) provisional = true;
  return { day, provisional };
}

/**
 * @param start `YYYY-MM-DD` @param n working days
 * @returns the date; `provisional` when it depends on a year that has no official data
 * @throws RangeError when `start` is not a day
 */
export function addWorkingDays(
  calendar: WorkingCalendar,
  start: string,
  n: number,
): { date: string; provisional: boolean } {
  const { day, provisional } = shiftWorkingDays(compileCalendar(calendar), civilDay(start), n);
  return { date: civilText(day), provisional };
}
