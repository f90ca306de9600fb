import fc from 'fast-check';
import { expect, it } from 'vitest';
import { civilDay } from '../../../domain/calendar/civil-day.ts';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { checkPool } from '../../../domain/scheduling/check-pool.ts';
import { expandPool } from '../../../domain/scheduling/expand-pool.ts';
import { poolSchema, weekdays, type Pool } from '../../../domain/scheduling/pool.ts';

const time = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '10', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const hours = fc.tuple(time, time).filter(([a, b]) => a < b);
const day = fc.integer({ min: 0, max: 27 }).map((n) => `2026-03-${String(n + 1).padStart(2, '0')}`);
const session = fc.record({
  hours,
  minutes: fc.constantFrom(5, 20, 45, 60),
  capacity: fc.integer({ min: 1, max: 9 }),
});
const weekly = fc.tuple(session, fc.uniqueArray(fc.constantFrom(...weekdays), { minLength: 1 }), day).map(
  ([
    {
      hours: [from, until],
      ...rest
    },
    days,
    validFrom,
  ]) => ({ ...rest, from, until, days, validFrom }),
);
const extra = fc.tuple(session, day).map(
  ([
    {
      hours: [from, until],
      ...rest
    },
    on,
  ]) => ({ ...rest, from, until, day: on }),
);
const closure = fc
  .tuple(day, hours, fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }))
  .map(([on, [from, until], capacity]) => ({
    ...{ day: on, from, until, reason: '检修' },
    ...(capacity !== undefined && { capacity }),
  }));
const pools: fc.Arbitrary<Pool> = fc
  .record({
    weekly: fc.array(weekly, { maxLength: 4 }),
    extra: fc.array(extra, { maxLength: 2 }),
    closures: fc.array(closure, { maxLength: 3 }),
  })
  .map((parts) =>
    poolSchema.parse({
      ...{ code: 'P', organisation: 'H', site: 'S', service: 'ct', audience: 'general' },
      title: { zh: '号', en: 'slots' },
      ...parts,
    }),
  );

it('a pool that is found right never gives one time away twice, in any time zone', () => {
  fc.assert(
    fc.property(
      pools.filter((pool) => checkPool(pool).length === 0),
      fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland'),
      (pool, zone) => {
        const calendar = compileCalendar(officialCalendar(zone));
        const slots = expandPool(pool, calendar, {
          from: civilDay('2026-03-01'),
          until: civilDay('2026-04-10'),
        });
        for (const [i, slot] of slots.entries()) {
          const next = slots[i + 1];
          expect(slot.capacity).toBeGreaterThan(0);
          if (next) expect(next.startsAt).toBeGreaterThanOrEqual(slot.endsAt);
        }
      },
    ),
  );
});
