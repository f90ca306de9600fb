import type { Duration } from '../model/duration.ts';
import { addMonths, type CivilDay } from './civil-day.ts';
import { shiftWorkingDays, type CompiledCalendar } from './working-calendar.ts';

const minuteMs = 60_000;
/** Deadlines that count days fall in the morning, when somebody is there to act on them. */
const morningStartMs = 8 * 60 * minuteMs;
/** Width of the morning over which a herd of deadlines is spread. */
const morningWidthMs = 120 * minuteMs;

/** FNV-1a, 32 bits: the same journey always falls on the same minute of the morning. */
export function spreadOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % morningWidthMs;
}

export interface Landed {
  readonly at: number;
  /** True when the day depends on a year without official data. */
  readonly provisional: boolean;
}

/** @returns the spread instant within that day's morning */
export const morningOf = (calendar: CompiledCalendar, day: CivilDay, spread: number): number =>
  calendar.clock.instantOf(day, morningStartMs + spread);

/**
 * @param roll a deadline counted in days, weeks, months or years moves on to the next working day
 * @returns for minutes and hours the exact instant; else the spread instant in the morning of the day reached
 */
export function addDuration(
  calendar: CompiledCalendar,
  from: number,
  duration: Duration,
  spread: number,
  roll: boolean,
): Landed {
  const { amount, unit } = duration;
  if (unit === 'min') return { at: from + amount * minuteMs, provisional: false };
  if (unit === 'h') return { at: from + amount * 60 * minuteMs, provisional: false };
  const start = calendar.clock.dayOf(from);
  let day: CivilDay;
  if (unit === 'wd') {
    const shifted = shiftWorkingDays(calendar, start, amount);
    return { at: morningOf(calendar, shifted.day, spread), provisional: shifted.provisional };
  }
  if (unit === 'd') day = start + amount;
  else if (unit === 'w') day = start + amount * 7;
  else day = addMonths(start, unit === 'mo' ? amount : amount * 12);
  if (!roll) return { at: morningOf(calendar, day, spread), provisional: false };
  const rolled = shiftWorkingDays(calendar, day, 0);
  return { at: morningOf(calendar, rolled.day, spread), provisional: rolled.provisional };
}
