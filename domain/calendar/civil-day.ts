/** A day as a count from 1970-01-01, free of time zones. */
export type CivilDay = number;

export const dayMs = 86_400_000;

/** Days from 0000-03-01 to 1970-01-01, and in 400 years, of the proleptic Gregorian calendar. */
const epochShift = 719_468;
const eraDays = 146_097;

interface YearMonthDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

/**
 * @returns the day of a year, month and day of the month.
 * Source: H. Hinnant, "chrono-compatible low-level date algorithms", days_from_civil. Years are counted from March,
 * so that the leap day comes last. Deadlines are computed far too often to make a Date for each.
 */
function fromParts({ year, month, day }: YearMonthDay): CivilDay {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * eraDays + dayOfEra - epochShift;
}

/** @returns year, month and day of the month; same source, civil_from_days */
function toParts(civil: CivilDay): YearMonthDay {
  const z = civil + epochShift;
  const era = Math.floor(z / eraDays);
  const dayOfEra = z - era * eraDays;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysIn = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);

/** @returns the number that the digits from one place up to another stand for, without making a text of them first */
function digits(text: string, from: number, to: number): number {
  let number = 0;
  for (let i = from; i < to; i++) number = number * 10 + (text.charCodeAt(i) - 48);
  return number;
}

/** @returns the day that `YYYY-MM-DD` names @throws RangeError when there is no such day */
export function civilDay(text: string): CivilDay {
  const parts = /^\d{4}-\d{2}-\d{2}$/u.test(text)
    ? { year: digits(text, 0, 4), month: digits(text, 5, 7), day: digits(text, 8, 10) }
    : undefined;
  if (!parts || parts.day < 1 || parts.day > daysIn(parts.year, parts.month))
    throw new RangeError(`"${text}" is not a day; write it as YYYY-MM-DD.`);
  return fromParts(parts);
}

/** @returns `YYYY-MM-DD` */
export function civilText(civil: CivilDay): string {
  const { year, month, day } = toParts(civil);
  const two = (n: number): string => (n < 10 ? `0${n}` : String(n));
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

export const yearOf = (civil: CivilDay): number => toParts(civil).year;

/** @returns 0 for Sunday to 6 for Saturday; 1970-01-01 was a Thursday */
export const weekdayOf = (day: CivilDay): number => (((day + 4) % 7) + 7) % 7;

/** @returns the same day of the month `months` later, or that month's last day where there is none */
export function addMonths(civil: CivilDay, months: number): CivilDay {
  const from = toParts(civil);
  const count = from.year * 12 + from.month - 1 + months;
  const year = Math.floor(count / 12);
  const month = count - year * 12 + 1;
  return fromParts({ year, month, day: Math.min(from.day, daysIn(year, month)) });
}

/** @returns completed years from a birth date to a day; somebody born on 29 February is a year older on 1 March */
export function completedYears(birth: CivilDay, on: CivilDay): number {
  const b = toParts(birth);
  const d = toParts(on);
  return d.year - b.year - (d.month < b.month || (d.month === b.month && d.day < b.day) ? 1 : 0);
}
