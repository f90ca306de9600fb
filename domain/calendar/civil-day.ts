/** A day as a count from 1970-01-01, free of time zones. */
export type CivilDay = number;

export const dayMs = 86_400_000;

/** @returns the day that `YYYY-MM-DD` names @throws RangeError when there is no such day */
export function civilDay(text: string): CivilDay {
  const ms = /^\d{4}-\d{2}-\d{2}$/u.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text)
    throw new RangeError(`"${text}" is not a day; write it as YYYY-MM-DD.`);
  return ms / dayMs;
}

/** @returns `YYYY-MM-DD` */
export const civilText = (day: CivilDay): string => new Date(day * dayMs).toISOString().slice(0, 10);

export const yearOf = (day: CivilDay): number => new Date(day * dayMs).getUTCFullYear();

/** @returns 0 for Sunday to 6 for Saturday; 1970-01-01 was a Thursday */
export const weekdayOf = (day: CivilDay): number => (((day + 4) % 7) + 7) % 7;

/** @returns the same day of the month `months` later, or that month's last day where there is none */
export function addMonths(day: CivilDay, months: number): CivilDay {
  const from = new Date(day * dayMs);
  const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
  const year = Math.floor(month / 12);
  const last = new Date(Date.UTC(year, (month % 12) + 1, 0)).getUTCDate();
  return Date.UTC(year, month % 12, Math.min(from.getUTCDate(), last)) / dayMs;
}

/** @returns completed years from a birth date to a day; somebody born on 29 February is a year older on 1 March */
export function completedYears(birth: CivilDay, on: CivilDay): number {
  const b = new Date(birth * dayMs);
  const d = new Date(on * dayMs);
  const before =
    d.getUTCMonth() < b.getUTCMonth() ||
    (d.getUTCMonth() === b.getUTCMonth() && d.getUTCDate() < b.getUTCDate());
  return d.getUTCFullYear() - b.getUTCFullYear() - (before ? 1 : 0);
}
