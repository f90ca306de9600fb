import { describe, expect, it } from 'vitest';
import { civilDay } from '../../../domain/calendar/civil-day.ts';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { expandPool } from '../../../domain/scheduling/expand-pool.ts';
import { poolSchema, type Pool } from '../../../domain/scheduling/pool.ts';

const base = {
  code: 'SL-H1-LDCT',
  organisation: 'SL-H1',
  site: 'SL-H1-main',
  service: 'low-dose-ct',
  audience: 'community-screening',
  title: { zh: '低剂量 CT', en: 'Low-dose CT' },
};
const morning = {
  days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'],
  from: '08:00',
  until: '09:00',
  minutes: 20,
  capacity: 2,
  validFrom: '2026-01-01',
};
const pool = (more: object = {}): Pool => poolSchema.parse({ ...base, weekly: [morning], ...more });
const calendar = compileCalendar(officialCalendar());
const slotsOf = (one: Pool, from: string, until: string, on = calendar) =>
  expandPool(one, on, { from: civilDay(from), until: civilDay(until) }).map(
    ({ startsAt, endsAt, capacity }) =>
      `${new Date(startsAt).toISOString().slice(0, 16)}/${(endsAt - startsAt) / 60_000}/${capacity}`,
  );

describe('a week becomes slots', () => {
  it('on its days, at local times, each whole', () => {
    // 2026-03-01 is a Sunday.
    expect(slotsOf(pool(), '2026-03-01', '2026-03-03')).toEqual([
      '2026-03-02T00:00/20/2',
      '2026-03-02T00:20/20/2',
      '2026-03-02T00:40/20/2',
    ]);
    const odd = pool({ weekly: [{ ...morning, minutes: 25 }] });
    expect(slotsOf(odd, '2026-03-02', '2026-03-03')).toHaveLength(2);
  });

  it('within its validity, the last day included', () => {
    const march = pool({ weekly: [{ ...morning, validFrom: '2026-03-03', validUntil: '2026-03-04' }] });
    const days = slotsOf(march, '2026-03-01', '2026-03-10').map((slot) => slot.slice(0, 10));
    expect([...new Set(days)]).toEqual(['2026-03-03', '2026-03-04']);
  });

  it('not on a public holiday, also one on a Saturday, unless it is open then', () => {
    // 1 to 3 January 2026 are a holiday; the third is a Saturday.
    expect(slotsOf(pool(), '2026-01-01', '2026-01-04')).toEqual([]);
    expect(slotsOf(pool({ publicHolidays: 'open' }), '2026-01-01', '2026-01-04')).toHaveLength(9);
  });

  it('without what a closure takes: a day, some hours, or some places', () => {
    const closed = (more: object) =>
      slotsOf(
        pool({ closures: [{ day: '2026-03-02', reason: '检修', ...more }] }),
        '2026-03-02',
        '2026-03-03',
      );
    expect(closed({})).toEqual([]);
    expect(closed({ from: '08:30', until: '08:40' })).toEqual([
      '2026-03-02T00:00/20/2',
      '2026-03-02T00:40/20/2',
    ]);
    expect(closed({ capacity: 1 }).map((slot) => slot.at(-1))).toEqual(['1', '1', '1']);
  });

  it('with an extra session in place of what the week has at that time', () => {
    const saturday = pool({
      extra: [{ day: '2026-03-02', from: '08:20', until: '10:20', minutes: 60, capacity: 5 }],
    });
    expect(slotsOf(saturday, '2026-03-02', '2026-03-03')).toEqual([
      '2026-03-02T00:00/20/2',
      '2026-03-02T00:20/60/5',
      '2026-03-02T01:20/60/5',
    ]);
  });

  it('where the clock changes, without times that do not exist and with each other once', () => {
    const berlin = compileCalendar(officialCalendar('Europe/Berlin'));
    const night = pool({
      weekly: [{ ...morning, days: ['sunday'], from: '01:00', until: '04:00', minutes: 60 }],
      publicHolidays: 'open',
    });
    // On 29 March 2026 the clock goes from 2 to 3; on 25 October from 3 to 2.
    expect(slotsOf(night, '2026-03-29', '2026-03-30', berlin)).toEqual([
      '2026-03-29T00:00/60/2',
      '2026-03-29T01:00/60/2',
    ]);
    expect(slotsOf(night, '2026-10-25', '2026-10-26', berlin)).toHaveLength(3);
    // The slot of 01:30 lasts until 03:15 on the new clock.
    const odd = pool({
      weekly: [{ ...morning, days: ['sunday'], from: '00:00', until: '04:30', minutes: 45 }],
      publicHolidays: 'open',
    });
    expect(slotsOf(odd, '2026-03-29', '2026-03-30', berlin).map((slot) => slot.slice(11, 16))).toEqual([
      ...['23:00', '23:45', '00:30', '01:45'],
    ]);
  });
});
