import { parseDuration, type Duration } from '../model/duration.ts';
import { assertNever } from '../model/assert-never.ts';
import { say, type Localized } from '../model/localized.ts';

const hour = 60;
const day = 24 * hour;

interface Bounds {
  readonly least: number;
  readonly most: number;
}

/** Longest run of days off in a row that a calendar may hold (the longest official one so far is 9, in 2026). */
const longestHoliday = 10;

function dayBounds({ amount, unit }: Duration): Bounds {
  const n = Math.abs(amount);
  switch (unit) {
    case 'd':
      return { least: n, most: n };
    case 'w':
      return { least: 7 * n, most: 7 * n };
    case 'mo':
      return { least: 28 * n, most: 31 * n };
    case 'y':
      return { least: 365 * n, most: 366 * n };
    case 'wd':
      return { least: n, most: n === 0 ? longestHoliday : Math.ceil(n / 5) * 7 + longestHoliday };
    case 'min':
    case 'h':
      throw new Error(`${amount}${unit} counts no days.`);
    default:
      return assertNever(unit);
  }
}

const isExact = (duration: Duration): boolean => duration.unit === 'min' || duration.unit === 'h';
const exactMinutes = ({ amount, unit }: Duration): number => (unit === 'h' ? amount * hour : amount);

/** What is counted in days lands in the morning, so it is up to a day away from the same length on the clock. */
function minuteBounds(duration: Duration): Bounds {
  if (isExact(duration)) return { least: exactMinutes(duration), most: exactMinutes(duration) };
  const { least, most } = dayBounds(duration);
  return duration.amount < 0
    ? { least: -(most + 1) * day, most: -(least - 1) * day }
    : { least: (least - 1) * day, most: (most + 1) * day };
}

/** Every unit that is a fixed multiple of another, so that these compare exactly. */
const families: Readonly<Record<Duration['unit'], readonly [family: string, factor: number]>> = {
  min: ['clock', 1],
  h: ['clock', 60],
  d: ['days', 1],
  w: ['days', 7],
  mo: ['months', 1],
  y: ['months', 12],
  wd: ['working', 1],
};

/** @returns true when the first is surely earlier than the second, counted from the same instant, in whatever year */
export function surelyBefore(first: string, second: string): boolean {
  const [a, b] = [parseDuration(first), parseDuration(second)];
  const [[familyA, factorA], [familyB, factorB]] = [families[a.unit], families[b.unit]];
  if (familyA === familyB) return a.amount * factorA < b.amount * factorB;
  if (isExact(a) || isExact(b)) return minuteBounds(a).most < minuteBounds(b).least;
  if (a.amount < 0 && b.amount < 0) return dayBounds(a).least > dayBounds(b).most;
  // Deadlines counted in days already fall on working days, so that nothing moves a rung of length 0.
  if (a.amount <= 0 || b.amount <= 0) return a.amount < b.amount;
  return dayBounds(a).most < dayBounds(b).least;
}

/** Days that a length stands for when it is held against a limit: five working days are a week, a month is 30 days. */
const nominalDays: Readonly<Record<Duration['unit'], number>> = {
  min: 1 / (24 * 60),
  h: 1 / 24,
  d: 1,
  w: 7,
  mo: 30,
  y: 365,
  wd: 7 / 5,
};

/** As a limit, a year has its leap day, so that 366 days are no longer than it. */
const limitDays = { ...nominalDays, mo: 31, y: 366 };

/** @returns true when a length is over a limit */
export function longerThan(text: string, limit: string): boolean {
  const [a, b] = [parseDuration(text), parseDuration(limit)];
  const [[familyA, factorA], [familyB, factorB]] = [families[a.unit], families[b.unit]];
  if (familyA === familyB) return a.amount * factorA > b.amount * factorB;
  return a.amount * nominalDays[a.unit] > b.amount * limitDays[b.unit];
}

/** @returns true when a length is under a limit; a working day is not under a day */
export function shorterThan(text: string, limit: string): boolean {
  const [a, b] = [parseDuration(text), parseDuration(limit)];
  const [[familyA, factorA], [familyB, factorB]] = [families[a.unit], families[b.unit]];
  if (familyA === familyB) return a.amount * factorA < b.amount * factorB;
  return a.amount * nominalDays[a.unit] < b.amount * nominalDays[b.unit];
}

/** @returns true when time surely passes */
export const isPositive = (text: string): boolean => parseDuration(text).amount > 0;
export const isNegative = (text: string): boolean => parseDuration(text).amount < 0;

const units: Readonly<Record<Duration['unit'], readonly [zh: string, one: string, many: string]>> = {
  min: ['分钟', 'minute', 'minutes'],
  h: ['小时', 'hour', 'hours'],
  d: ['天', 'day', 'days'],
  w: ['周', 'week', 'weeks'],
  mo: ['个月', 'month', 'months'],
  y: ['年', 'year', 'years'],
  wd: ['个工作日', 'working day', 'working days'],
};

/** @returns the length of time in words */
export function durationInWords(text: string): Localized {
  const { amount, unit } = parseDuration(text);
  const [zh, one, many] = units[unit];
  return say(`${amount} ${zh}`, `${amount} ${Math.abs(amount) === 1 ? one : many}`);
}
