import { civilDay, civilText, yearOf } from './civil-day.ts';
import type { DayChange, DayKind, OfficialYear } from './official-years.ts';
import { compileCalendar, isWeekend, type WorkingCalendar } from './working-calendar.ts';

export interface DayDifference {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly was: DayKind;
  readonly is: DayKind;
}

/** @returns the calendar with a year as it is announced; what the district changed in that year stays changed */
export function withYear(
  calendar: WorkingCalendar,
  version: string,
  year: number,
  announced: OfficialYear,
): WorkingCalendar {
  const changes = calendar.years[year]?.changes;
  return {
    ...calendar,
    version,
    years: { ...calendar.years, [year]: { ...announced, ...(changes && { changes }) } },
  };
}

/** @returns the calendar with one day as the district has it; the year is no more official than it was */
export function withDay(calendar: WorkingCalendar, version: string, change: DayChange): WorkingCalendar {
  const year = yearOf(civilDay(change.date));
  const before = calendar.years[year] ?? { holidays: [], workdays: [], official: false as const };
  const changed = { ...before, changes: [...(before.changes ?? []), change] };
  return { ...calendar, version, years: { ...calendar.years, [year]: changed } };
}

/** @returns whether a year of this calendar was announced */
export const isAnnounced = ({ years }: WorkingCalendar, year: number): boolean =>
  years[year] !== undefined && years[year].official !== false;

/** @returns whether the day is a day off, as the calendar has it */
export const kindOfDay = (calendar: WorkingCalendar, date: string): DayKind =>
  compileCalendar(calendar).isWorkingDay(civilDay(date)) ? 'working' : 'off';

/** The days of a year that are not as their day of the week has it: off from Monday to Friday, working at a weekend. */
function exceptions({ holidays, workdays }: OfficialYear): Set<string> {
  const weekend = (date: string): boolean => isWeekend(civilDay(date));
  return new Set([...holidays.filter((date) => !weekend(date)), ...workdays.filter(weekend)]);
}

/** @returns the days on which two announcements of a year differ, in order; what a district changed itself is not looked at */
export function differences(before: OfficialYear, after: OfficialYear): DayDifference[] {
  const [was, is] = [exceptions(before), exceptions(after)];
  const kind = (date: string, exceptional: boolean): DayKind =>
    isWeekend(civilDay(date)) === exceptional ? 'working' : 'off';
  return [...was.symmetricDifference(is)]
    .sort()
    .map((date) => ({ date, was: kind(date, was.has(date)), is: kind(date, is.has(date)) }));
}

/** @returns the days from one to another, both of them included, as texts */
export function daysBetween(from: string, to: string): string[] {
  const first = civilDay(from);
  return Array.from({ length: Math.max(0, civilDay(to) - first + 1) }, (_, i) => civilText(first + i));
}
