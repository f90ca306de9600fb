import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { civilDay, civilText, weekdayOf } from '../../../domain/calendar/civil-day.ts';
import { officialYears } from '../../../domain/calendar/official-years.ts';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';

/** Its data, and not its functions: those answer in the machine's zone, so west of Greenwich for the day before. */
const published = createRequire(import.meta.url)('chinese-days/dist/chinese-days.json') as {
  readonly holidays: Readonly<Record<string, string>>;
  readonly workdays: Readonly<Record<string, string>>;
};

describe('the official years that ship', () => {
  it.each(Object.keys(officialYears))('%s agrees with the published arrangement on every day', (year) => {
    const calendar = compileCalendar(officialCalendar());
    for (let day = civilDay(`${year}-01-01`); day <= civilDay(`${year}-12-31`); day++) {
      const text = civilText(day);
      const weekend = weekdayOf(day) === 0 || weekdayOf(day) === 6;
      const working = text in published.workdays || (!weekend && !(text in published.holidays));
      expect({ text, working: calendar.isWorkingDay(day) }).toEqual({ text, working });
    }
  });
});
