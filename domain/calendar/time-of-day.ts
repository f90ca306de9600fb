import { z } from 'zod';

const minuteMs = 60_000;

/** A time on the district's clock, `HH:mm`. */
export const timeOfDaySchema = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/u, '请写时刻，例如 08:00。/ write a time of day such as 08:00');

/** @returns milliseconds after midnight on the clock, for a text that {@link timeOfDaySchema} accepts */
export const msOfDay = (time: string): number =>
  (Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))) * minuteMs;

/** A daily stretch of the clock, which may cross midnight: from 20:00 until 08:00. */
export interface DailyHours {
  readonly from: string;
  readonly until: string;
}

/** @returns true when the time lies in it: `from` inclusive, `until` not */
export const withinHours = ({ from, until }: DailyHours, time: string): boolean =>
  from < until ? from <= time && time < until : time >= from || time < until;

/** @returns how long it lasts in a day, in milliseconds */
export const lengthOfHours = ({ from, until }: DailyHours): number => {
  const length = msOfDay(until) - msOfDay(from);
  return length > 0 ? length : length + 24 * 60 * minuteMs;
};
