import type { CompiledCalendar } from '../calendar/working-calendar.ts';
import { msOfDay, type DailyHours } from '../calendar/time-of-day.ts';

/** @returns when the quiet hours around that instant end; undefined when it lies in none */
export function quietUntil({ clock }: CompiledCalendar, hours: DailyHours, at: number): number | undefined {
  const today = clock.dayOf(at);
  const crosses = hours.until <= hours.from ? 1 : 0;
  // Those that began yesterday may not have ended yet.
  for (const day of [today - 1, today]) {
    const end = clock.instantOf(day + crosses, msOfDay(hours.until));
    if (clock.instantOf(day, msOfDay(hours.from)) <= at && at < end) return end;
  }
  return undefined;
}

/** @returns since when it has been no quiet hours; that instant itself when it lies in them */
export function awakeSince(calendar: CompiledCalendar, hours: DailyHours, at: number): number {
  if (quietUntil(calendar, hours, at) !== undefined) return at;
  const { clock } = calendar;
  const today = clock.dayOf(at);
  const ends = [today - 1, today].map((day) => clock.instantOf(day, msOfDay(hours.until)));
  return ends.findLast((end) => end <= at) ?? at;
}
