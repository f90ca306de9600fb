import type { CivilDay } from '../../domain/calendar/civil-day.ts';
import { type CompiledCalendar, shiftWorkingDays } from '../../domain/calendar/working-calendar.ts';
import { quietUntil } from '../../domain/messaging/allowed-times.ts';
import type { MessagingRules } from '../../domain/messaging/rules.ts';
import { msOfDay } from '../../domain/calendar/time-of-day.ts';

const digestOn = ({ clock }: CompiledCalendar, { digestAt }: MessagingRules, day: CivilDay): number =>
  clock.instantOf(day, msOfDay(digestAt));

/**
 * @returns the local day whose digests may be made now: a working day, from the hour of the digest until the evening;
 *   undefined at any other time
 */
export function digestDay(
  calendar: CompiledCalendar,
  rules: MessagingRules,
  now: number,
): CivilDay | undefined {
  const today = calendar.clock.dayOf(now);
  const isTime =
    calendar.isWorkingDay(today) &&
    now >= digestOn(calendar, rules, today) &&
    quietUntil(calendar, rules.quietHours, now) === undefined;
  return isTime ? today : undefined;
}

/** @returns the first hour of a digest after this instant, UTC epoch milliseconds */
export function nextDigestAt(calendar: CompiledCalendar, rules: MessagingRules, now: number): number {
  const { day } = shiftWorkingDays(calendar, calendar.clock.dayOf(now), 0);
  const first = digestOn(calendar, rules, day);
  return first > now ? first : digestOn(calendar, rules, shiftWorkingDays(calendar, day, 1).day);
}
