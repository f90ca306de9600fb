import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { civilDay, civilText } from '../../../domain/calendar/civil-day.ts';
import { officialYears } from '../../../domain/calendar/official-years.ts';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';

const chineseDays = createRequire(import.meta.url)('chinese-days') as {
  isWorkday(this: void, day: string): boolean;
};

/** The package reads a text as UTC and answers in the machine's zone, so west of Greenwich it answers for the day before. */
const localNoon = (day: number): Date => new Date(`${civilText(day)}T12:00:00`);

describe('the official years that ship', () => {
  it.each(Object.keys(officialYears))('%s agrees with the published arrangement on every day', (year) => {
    const calendar = compileCalendar(officialCalendar());
    for (let day = civilDay(`${year}-01-01`); day <= civilDay(`${year}-12-31`); day++)
      expect({ day: civilText(day), working: calendar.isWorkingDay(day) }).toEqual({
        day: civilText(day),
        working: chineseDays.isWorkday(localNoon(day)),
      });
  });
});
