import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDuration, spreadOf } from '../../../domain/calendar/add-duration.ts';
import {
  addMonths,
  civilDay,
  civilText,
  completedYears,
  dayMs,
  weekdayOf,
  yearOf,
} from '../../../domain/calendar/civil-day.ts';
import {
  addWorkingDays,
  compileCalendar,
  officialCalendar,
} from '../../../domain/calendar/working-calendar.ts';
import { zoneClock } from '../../../domain/calendar/zone-clock.ts';
import { parseDuration } from '../../../domain/model/duration.ts';

const anyDay = fc.integer({ min: civilDay('1900-01-01'), max: civilDay('2199-12-31') });

describe('civil days', () => {
  it('agree with the platform’s own calendar', () =>
    fc.assert(
      fc.property(anyDay, (day) => {
        const date = new Date(day * dayMs);
        expect(civilText(day)).toBe(date.toISOString().slice(0, 10));
        expect(civilDay(civilText(day))).toBe(day);
        expect(yearOf(day)).toBe(date.getUTCFullYear());
        expect(weekdayOf(day)).toBe(date.getUTCDay());
      }),
      { numRuns: 2_000 },
    ));

  it.each(['2026-02-29', '2025-04-31', '2026-13-01', '2026-00-10', '2026-01-00', '2026-1-1', '20260101', ''])(
    '%s is no day',
    (text) => expect(() => civilDay(text)).toThrow(/is not a day/u),
  );

  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-08-31', 6, '2027-02-28'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2026-11-23', 60, '2031-11-23'],
    ['2026-01-15', -12, '2025-01-15'],
  ])('%s and %i months is %s', (from, months, to) =>
    expect(civilText(addMonths(civilDay(from), months))).toBe(to),
  );

  it.each([
    ['1960-02-29', '2026-02-28', 65],
    ['1960-02-29', '2026-03-01', 66],
    ['1960-06-15', '2026-06-14', 65],
    ['1960-06-15', '2026-06-15', 66],
  ])('born %s, on %s: %i years', (birth, on, age) =>
    expect(completedYears(civilDay(birth), civilDay(on))).toBe(age),
  );
});

describe('working days', () => {
  const calendar = officialCalendar();
  const days = compileCalendar(calendar);

  it.each([2025, 2026])('%i has 248 of them', (year) => {
    let count = 0;
    for (let day = civilDay(`${year}-01-01`); day <= civilDay(`${year}-12-31`); day++)
      if (days.isWorkingDay(day)) count += 1;
    expect(count).toBe(248);
  });

  it.each([
    ['2026-02-13', 1, '2026-02-14'], // a Saturday worked for the Spring Festival
    ['2026-02-14', 1, '2026-02-24'],
    ['2026-09-30', 1, '2026-10-08'],
    ['2026-10-01', 0, '2026-10-08'],
    ['2026-10-08', -1, '2026-09-30'],
    ['2025-01-26', 0, '2025-01-26'],
  ])('%s and %i working days is %s', (start, n, date) =>
    expect(addWorkingDays(calendar, start, n)).toEqual({ date, provisional: false }),
  );

  it('a year without official data is told, whichever end lies in it', () => {
    expect(addWorkingDays(calendar, '2026-12-30', 5)).toEqual({ date: '2027-01-06', provisional: true });
    expect(addWorkingDays(calendar, '2027-10-01', 0).provisional).toBe(true);
  });
});

describe('time zones decide days', () => {
  it.each([
    ['Asia/Shanghai', '2026-01-05T23:30:00Z', '2026-01-06'],
    ['America/New_York', '2026-01-06T03:30:00Z', '2026-01-05'],
    ['Pacific/Auckland', '2026-01-05T11:30:00Z', '2026-01-06'],
  ])('in %s, %s is %s', (zone, instant, day) =>
    expect(civilText(zoneClock(zone).dayOf(Date.parse(instant)))).toBe(day),
  );

  it('a morning is a morning on both sides of a change of the clocks', () => {
    const clock = zoneClock('America/New_York');
    for (const day of ['2026-03-07', '2026-03-08', '2026-03-09', '2026-10-31', '2026-11-01', '2026-11-02']) {
      const at = clock.instantOf(civilDay(day), 8 * 3_600_000);
      expect(
        new Intl.DateTimeFormat('en-GB', {
          timeZone: 'America/New_York',
          dateStyle: 'short',
          timeStyle: 'short',
        }).format(at),
      ).toBe(`${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}, 08:00`);
    }
  });
});

describe('a herd is spread', () => {
  it('over two hours of the morning, evenly, and the same journey always falls on the same minute', () => {
    const calendar = compileCalendar(officialCalendar());
    const buckets = Array.from({ length: 12 }, () => 0);
    for (let i = 0; i < 12_000; i++) {
      const spread = spreadOf(`00000000-0000-4000-8000-${i.toString(16).padStart(12, '0')}`);
      const { at } = addDuration(calendar, Date.UTC(2026, 0, 5), parseDuration('14d'), spread, true);
      const minute = (at - Date.UTC(2026, 0, 19)) / 60_000;
      expect(minute).toBeGreaterThanOrEqual(0);
      expect(minute).toBeLessThan(120);
      buckets[Math.floor(minute / 10)] = (buckets[Math.floor(minute / 10)] ?? 0) + 1;
    }
    expect(Math.min(...buckets)).toBeGreaterThan(800);
  });
});
