import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Temporal } from 'temporal-polyfill';
import { civilDay } from '../../domain/calendar/civil-day.ts';
import { compileCalendar, officialCalendar } from '../../domain/calendar/working-calendar.ts';
import { planFor, type SentEarlier, type WaitingNotice } from '../../domain/messaging/decency.ts';
import { defaultMessagingRules, messagingRulesSchema } from '../../domain/messaging/rules.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** The clock on the wall, by the date-time library and not by the code under test. */
const wall = (zone: string, at: number): { readonly date: string; readonly time: string } => {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  return { date: local.toPlainDate().toString(), time: local.toPlainTime().toString().slice(0, 5) };
};
const isQuiet = ({ from, until }: { from: string; until: string }, time: string): boolean =>
  from < until ? time >= from && time < until : time >= from || time < until;

/** Official public holidays with their weekends: State Council General Office, arrangements for 2025 and 2026. */
const holidays: readonly (readonly [string, string])[] = [
  ['2025-01-01', '2025-01-01'],
  ['2025-01-28', '2025-02-04'],
  ['2025-04-04', '2025-04-06'],
  ['2025-05-01', '2025-05-05'],
  ['2025-05-31', '2025-06-02'],
  ['2025-10-01', '2025-10-08'],
  ['2026-01-01', '2026-01-03'],
  ['2026-02-15', '2026-02-23'],
  ['2026-04-04', '2026-04-06'],
  ['2026-05-01', '2026-05-05'],
  ['2026-06-19', '2026-06-21'],
  ['2026-09-25', '2026-09-27'],
  ['2026-10-01', '2026-10-07'],
];
const isHoliday = (date: string): boolean => holidays.some(([first, last]) => date >= first && date <= last);

const timeOfDay = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
const rules = fc
  .record({
    quietHours: fc.record({ from: timeOfDay, until: timeOfDay }),
    routineAt: timeOfDay,
    publicHolidays: fc.constantFrom('send' as const, 'wait' as const),
    perDay: fc.integer({ min: 1, max: 4 }),
  })
  .map((some) => ({ ...defaultMessagingRules, ...some }))
  .filter((some) => messagingRulesSchema.safeParse(some).success);

const start = fc.constantFrom(
  '2025-01-20',
  '2025-04-01',
  '2025-09-26',
  '2026-02-10',
  '2026-04-29',
  '2026-09-20',
);
const notices = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 14 * 24 * 60 }).map((minutes) => minutes * 60_000),
    lasts: fc.option(fc.integer({ min: 1, max: 10 * 24 * 60 }).map((minutes) => minutes * 60_000)),
    urgent: fc.boolean(),
  }),
  { minLength: 1, maxLength: 14 },
);
const before = fc.array(fc.record({ ago: fc.integer({ min: 1, max: day }), urgent: fc.boolean() }), {
  maxLength: 2,
});

interface Sent extends SentEarlier {
  readonly keys: readonly string[];
}

/** Goes through time as the dispatcher does: plans, sends, and plans again when a notice falls due or a hold ends. */
function walk(given: {
  zone: string;
  some: typeof defaultMessagingRules;
  from: string;
  calledFor: readonly { after: number; lasts: number | null; urgent: boolean }[];
  earlier: readonly { ago: number; urgent: boolean }[];
}) {
  const calendar = compileCalendar(officialCalendar(given.zone));
  const begin = calendar.clock.instantOf(civilDay(given.from), 7 * hour);
  const all: WaitingNotice[] = given.calledFor.map(({ after, lasts, urgent }, index) => ({
    key: `n${index}`,
    journey: 'j',
    step: `s#${index}`,
    dueAt: begin + after,
    expiresAt: lasts === null ? null : begin + after + lasts,
    urgent,
    purpose: 'reminder',
  }));
  const earlier: Sent[] = given.earlier.map(({ ago, urgent }) => ({ at: begin - ago, urgent, keys: [] }));
  const sent: Sent[] = [...earlier];
  const expired: { at: number; key: string }[] = [];
  const over = new Set<string>();
  let now = begin;
  let plans = 0;
  for (; over.size < all.length && plans < 5000; plans++) {
    const waiting = all.filter(({ key, dueAt }) => dueAt <= now && !over.has(key));
    const plan = planFor({ now, rules: given.some, calendar, waiting, sentToday: sent });
    // Every notice is in one place, once.
    expect([...plan.expired, ...plan.send, ...plan.held.flatMap(({ keys }) => keys)].sort()).toEqual(
      waiting.map(({ key }) => key).sort(),
    );
    for (const { until } of plan.held) expect(until).toBeGreaterThan(now);
    for (const key of plan.expired) expired.push({ at: now, key });
    if (plan.send.length > 0) {
      const taken = all.filter(({ key }) => plan.send.includes(key));
      sent.push({
        at: now,
        urgent: taken.some(({ urgent }) => urgent),
        routine: taken.some(({ urgent }) => !urgent),
        keys: plan.send,
      });
    }
    for (const key of [...plan.expired, ...plan.send]) over.add(key);
    const next = [
      ...plan.held.map(({ until }) => until),
      ...all.filter(({ dueAt }) => dueAt > now).map(({ dueAt }) => dueAt),
    ];
    if (next.length === 0) break;
    now = Math.min(...next);
  }
  return { all, sent: sent.slice(earlier.length), earlier, expired, over, end: now, begin };
}

const cases = (zone: string, some: typeof rules) =>
  fc.record({ zone: fc.constant(zone), some, from: start, calledFor: notices, earlier: before });
/** Where the clock jumps, nobody can say what the jumped hour is: those rules keep away from it. */
const awayFromJumps = rules.filter(({ quietHours, routineAt }) =>
  [quietHours.from, quietHours.until, routineAt].every((time) => time >= '04:00'),
);

describe.each([
  ['Asia/Shanghai', rules],
  ['Europe/Berlin', awayFromJumps],
])('what a resident is sent in %s', (zone, some) => {
  const always = (
    check: (walked: ReturnType<typeof walk>, given: Parameters<typeof walk>[0]) => void,
  ): void => {
    fc.assert(
      fc.property(cases(zone, some), (given) => check(walk(given), given)),
      { numRuns: 150 },
    );
  };

  it('never leaves in quiet hours', () =>
    always(({ sent }, given) => {
      for (const { at } of sent) expect(isQuiet(given.some.quietHours, wall(zone, at).time)).toBe(false);
    }));

  it('is at most one message with something routine, and at most perDay in all, on one day', () =>
    always(({ sent, earlier }, given) => {
      const days = Map.groupBy([...earlier, ...sent], ({ at }) => wall(zone, at).date);
      for (const messages of days.values()) {
        const ours = messages.filter(({ keys }) => keys.length > 0);
        if (ours.length === 0) continue;
        expect(messages.length).toBeLessThanOrEqual(
          Math.max(given.some.perDay, messages.length - ours.length),
        );
        const routine = messages.filter((message) => message.routine !== false);
        if (ours.some((message) => message.routine !== false)) expect(routine.length).toBe(1);
      }
    }));

  it('never leaves before it is due or after it is pointless, and never twice', () =>
    always(({ all, sent }) => {
      const keys = sent.flatMap((message) => message.keys);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { at, keys: taken } of sent)
        for (const { key, dueAt, expiresAt } of all) {
          if (!taken.includes(key)) continue;
          expect(at).toBeGreaterThanOrEqual(dueAt);
          expect(at).toBeLessThan(expiresAt ?? Infinity);
        }
    }));

  it('ends sent or expired, and soon', () =>
    always(({ all, over, end, begin, expired }) => {
      expect(over.size).toBe(all.length);
      // A fortnight in which they fall due, a holiday of nine days at most, and a few days with one message each.
      expect(end - begin).toBeLessThan(14 * day + 12 * day);
      for (const { at, key } of expired) expect(at).toBe(all.find((notice) => notice.key === key)?.expiresAt);
    }));

  it('has nothing routine on a public holiday that waits, but for the company of what is urgent', () =>
    always(({ sent }, given) => {
      if (given.some.publicHolidays === 'send') return;
      for (const { at, urgent } of sent) if (!urgent) expect(isHoliday(wall(zone, at).date)).toBe(false);
    }));

  it('keeps what is urgent waiting only for quiet hours and the limit of the day', () =>
    always(({ all, sent }, given) => {
      for (const { key, dueAt, urgent } of all) {
        if (!urgent) continue;
        const message = sent.find(({ keys }) => keys.includes(key));
        if (!message || message.at === dueAt) continue;
        const { date, time } = wall(zone, dueAt);
        const full = sent.some(({ at }) => at <= message.at && wall(zone, at).date === date);
        expect(full || given.earlier.length > 0 || isQuiet(given.some.quietHours, time)).toBe(true);
      }
    }));
});
