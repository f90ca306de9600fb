import type { CivilDay } from './civil-day.ts';
import { isWeekend, type CompiledCalendar } from './working-calendar.ts';

/**
 * @returns true on a public holiday: a day off in a row of days off that holds a weekday. So a weekend inside the
 *   Spring Festival belongs to it, and one that stands alone is none. Without official data there are only weekends.
 */
export function isPublicHoliday(calendar: CompiledCalendar, day: CivilDay): boolean {
  const isOff = (other: CivilDay): boolean => !calendar.isWorkingDay(other);
  if (!isOff(day)) return false;
  for (let other = day; isOff(other); other--) if (!isWeekend(other)) return true;
  for (let other = day; isOff(other); other++) if (!isWeekend(other)) return true;
  return false;
}
