import { describe, expect, it } from 'vitest';
import { compileCalendar, officialCalendar } from '../../../domain/calendar/working-calendar.ts';
import { planFor, type SentEarlier, type WaitingNotice } from '../../../domain/messaging/decency.ts';
import { defaultMessagingRules, type MessagingRules } from '../../../domain/messaging/rules.ts';

const calendar = compileCalendar(officialCalendar());
/** The district's clock. */
const at = (text: string): number => Date.parse(`${text.replace(' ', 'T')}:00+08:00`);
const local = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** Due since the eighth in the morning, unless the name says otherwise: `b! <10 09:00` is urgent and expires then. */
function notice(text: string): WaitingNotice {
  const [, key = '', urgent, due, expires] =
    /^(\w+)(!?)(?: @([\d: -]+))?(?: <([\d: -]+))?$/u.exec(text) ?? [];
  return {
    key,
    journey: 'j',
    step: 's#1',
    dueAt: due ? at(due) : at('2026-02-08 08:30'),
    expiresAt: expires ? at(expires) : null,
    urgent: urgent === '!',
    purpose: 'reminder',
  };
}

interface Case {
  readonly now: string;
  readonly waiting: readonly string[];
  readonly sent?: readonly Omit<SentEarlier, 'at'>[];
  readonly rules?: Partial<MessagingRules>;
  readonly send?: string;
  readonly expired?: string;
  readonly held?: readonly string[];
}

const routine = { urgent: false };
const urgent = { urgent: true, routine: false };
const wait = { publicHolidays: 'wait' } as const;

describe('what a resident is told now', () => {
  it.each<[string, Case]>([
    [
      'before the hour of routine waits for it',
      { now: '2026-02-09 08:30', waiting: ['a'], held: ['a 2026-02-09 10:00 routine-hour'] },
    ],
    ['from then on leaves, all in one', { now: '2026-02-09 10:00', waiting: ['b', 'a'], send: 'a b' }],
    [
      'in the evening is for the next morning',
      {
        now: '2026-02-09 20:00',
        waiting: ['a', 'u!'],
        held: ['u 2026-02-10 08:00 quiet-hours', 'a 2026-02-10 10:00 quiet-hours'],
      },
    ],
    ['just before the evening still leaves', { now: '2026-02-09 19:59', waiting: ['a'], send: 'a' }],
    [
      'at night is for the same morning',
      { now: '2026-02-09 03:00', waiting: ['u!'], held: ['u 2026-02-09 08:00 quiet-hours'] },
    ],
    [
      'urgent leaves at eight and takes along what waits',
      { now: '2026-02-09 08:00', waiting: ['a', 'u!'], send: 'u a' },
    ],
    [
      'routine is told once a day',
      { now: '2026-02-09 15:00', waiting: ['a'], sent: [routine], held: ['a 2026-02-10 10:00 daily-limit'] },
    ],
    [
      'of what was sent nothing more is known: it counts as routine',
      {
        now: '2026-02-09 15:00',
        waiting: ['a'],
        sent: [{ urgent: true }],
        held: ['a 2026-02-10 10:00 daily-limit'],
      },
    ],
    [
      'routine goes out although something urgent did',
      { now: '2026-02-09 15:00', waiting: ['a'], sent: [urgent], send: 'a' },
    ],
    [
      'urgent does not take along a second time',
      {
        now: '2026-02-09 15:00',
        waiting: ['a', 'u!'],
        sent: [routine],
        send: 'u',
        held: ['a 2026-02-10 10:00 daily-limit'],
      },
    ],
    [
      'what falls due after a routine message waits for tomorrow',
      {
        now: '2026-02-09 10:00',
        waiting: ['a', 'b @2026-02-09 12:00'],
        send: 'a',
        held: ['b 2026-02-10 10:00 daily-limit'],
      },
    ],
    [
      'the third message is the last of a day',
      {
        now: '2026-02-09 15:00',
        waiting: ['u!', 'a'],
        sent: [urgent, urgent, urgent],
        held: ['u 2026-02-10 08:00 daily-limit', 'a 2026-02-10 10:00 daily-limit'],
      },
    ],
    [
      'what is pointless expires',
      { now: '2026-02-09 10:00', waiting: ['a <2026-02-09 10:00', 'b'], expired: 'a', send: 'b' },
    ],
    [
      'what would be too late by the hour of routine leaves before it',
      { now: '2026-02-09 08:30', waiting: ['a <2026-02-09 09:30', 'b'], send: 'a b' },
    ],
    [
      'and in the evening before is for the early morning',
      { now: '2026-02-08 21:00', waiting: ['a <2026-02-09 09:30'], held: ['a 2026-02-09 08:00 quiet-hours'] },
    ],
    [
      'what cannot leave in time is held until it expires',
      { now: '2026-02-09 21:00', waiting: ['a <2026-02-10 07:30'], held: ['a 2026-02-10 07:30 quiet-hours'] },
    ],
    ['routine leaves on the Spring Festival', { now: '2026-02-17 10:00', waiting: ['a'], send: 'a' }],
    [
      'or waits for the day after it',
      { now: '2026-02-17 10:00', waiting: ['a'], rules: wait, held: ['a 2026-02-24 10:00 public-holiday'] },
    ],
    [
      'the Saturday before, worked in exchange, is a day like others',
      { now: '2026-02-14 10:00', waiting: ['a'], rules: wait, send: 'a' },
    ],
    ['a weekend is no holiday', { now: '2026-03-14 10:00', waiting: ['a'], rules: wait, send: 'a' }],
    [
      'urgent leaves on the Spring Festival',
      { now: '2026-02-17 08:00', waiting: ['u!', 'a'], rules: wait, send: 'u a' },
    ],
    [
      'the eve is full: the next day is a holiday',
      {
        now: '2026-02-14 15:00',
        waiting: ['a'],
        rules: wait,
        sent: [routine],
        held: ['a 2026-02-24 10:00 public-holiday'],
      },
    ],
    [
      'quiet at noon is for the afternoon',
      {
        now: '2026-02-09 12:30',
        waiting: ['a'],
        rules: { quietHours: { from: '12:00', until: '14:00' } },
        held: ['a 2026-02-09 14:00 quiet-hours'],
      },
    ],
    [
      'what is not due waits',
      {
        now: '2026-02-09 10:00',
        waiting: ['u! @2026-02-09 21:00', 'v! @2026-02-09 11:00'],
        held: ['v 2026-02-09 11:00 not-due', 'u 2026-02-10 08:00 quiet-hours'],
      },
    ],
  ])('%s', (_name, { now, waiting, sent = [], rules = {}, send = '', expired = '', held = [] }) => {
    const plan = planFor({
      now: at(now),
      rules: { ...defaultMessagingRules, ...rules },
      calendar,
      waiting: waiting.map(notice),
      sentToday: sent.map((message) => ({ ...message, at: at(now) - 1 })),
    });
    expect({
      send: plan.send.join(' '),
      expired: plan.expired.join(' '),
      held: plan.held.map(({ keys, until, reason }) => `${keys.join(' ')} ${local(until)} ${reason}`),
    }).toEqual({ send, expired, held });
  });

  it('does not count what was sent yesterday', () => {
    const sentToday = [{ at: at('2026-02-08 19:59'), urgent: false }];
    const plan = planFor({
      now: at('2026-02-09 10:00'),
      rules: defaultMessagingRules,
      calendar,
      waiting: [notice('a')],
      sentToday,
    });
    expect(plan.send).toEqual(['a']);
  });
});
