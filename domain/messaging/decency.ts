import type { CivilDay } from '../calendar/civil-day.ts';
import type { CompiledCalendar } from '../calendar/working-calendar.ts';
import { isPublicHoliday } from '../calendar/public-holiday.ts';
import { quietUntil } from './allowed-times.ts';
import type { MessagingRules } from './rules.ts';
import { msOfDay } from '../calendar/time-of-day.ts';

/** A notice to a resident that is due and has not left. All instants are UTC epoch milliseconds. */
export interface WaitingNotice {
  readonly key: string;
  readonly journey: string;
  readonly step: string;
  readonly dueAt: number;
  /** From this instant on it is pointless. Null: never. */
  readonly expiresAt: number | null;
  readonly urgent: boolean;
  readonly purpose: string;
}

/** A message that this resident was sent. */
export interface SentEarlier {
  readonly at: number;
  readonly urgent: boolean;
  /** False when every notice in it was urgent. Absent: taken to be true, so that a day never has two. */
  readonly routine?: boolean;
}

export type HoldReason = 'not-due' | 'quiet-hours' | 'public-holiday' | 'routine-hour' | 'daily-limit';

export interface Plan {
  /** Too late for these: they never leave. */
  readonly expired: readonly string[];
  /** These leave now, all in one message; empty: nothing leaves. In the order in which they are to be told. */
  readonly send: readonly string[];
  /** These wait. Each group is to be planned anew at `until`, which lies ahead of now. */
  readonly held: readonly Held[];
}

export interface Held {
  readonly keys: readonly string[];
  readonly until: number;
  readonly reason: HoldReason;
}

interface Moment {
  readonly at: number;
  readonly reason: HoldReason;
}

type Rules = Pick<MessagingRules, 'quietHours' | 'routineAt' | 'publicHolidays' | 'perDay'>;

/**
 * Decides what one resident is told now. Nobody is written to in quiet hours, nor more than `perDay` times a day.
 * What is urgent leaves at the first moment that this allows. What is routine leaves once a day, from `routineAt` on,
 * together with all that waits by then, or goes along with what is urgent; only what would be too late by `routineAt`
 * leaves earlier that day.
 *
 * @param waiting every notice to this resident that has neither left nor ended, those on hold as well
 * @param sentToday what this resident was sent on the local day of `now`; earlier messages do not count
 */
export function planFor(given: {
  readonly now: number;
  readonly rules: Rules;
  readonly calendar: CompiledCalendar;
  readonly waiting: readonly WaitingNotice[];
  readonly sentToday: readonly SentEarlier[];
}): Plan {
  const { now, waiting, calendar } = given;
  const today = calendar.clock.dayOf(now);
  const sent = given.sentToday.filter(({ at }) => calendar.clock.dayOf(at) === today);
  const expired = waiting.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
  const live = waiting.filter((notice) => !expired.includes(notice)).sort(mostUrgentFirst);
  const day = { ...given, today, full: sent.length >= given.rules.perDay };
  const before: Day = { ...day, routineSpent: sent.some(({ routine }) => routine !== false) };

  const due = live.filter(({ dueAt }) => dueAt <= now);
  const leads = due.filter((notice) => earliest(before, notice).at <= now);
  const withUrgent = leads.some(({ urgent }) => urgent);
  const send =
    leads.length === 0 ? [] : due.filter(({ urgent }) => (urgent ? withUrgent : !before.routineSpent));
  const after: Day = {
    ...day,
    full: sent.length + (send.length > 0 ? 1 : 0) >= given.rules.perDay,
    routineSpent: before.routineSpent || send.some(({ urgent }) => !urgent),
  };
  return {
    expired: expired.map(({ key }) => key),
    send: send.map(({ key }) => key),
    held: grouped(live.filter((notice) => !send.includes(notice)).map((notice) => waitOf(after, notice))),
  };
}

const mostUrgentFirst = (a: WaitingNotice, b: WaitingNotice): number =>
  Number(b.urgent) - Number(a.urgent) || a.dueAt - b.dueAt || (a.key < b.key ? -1 : 1);

/** What is known of the resident's day. */
interface Day {
  readonly now: number;
  readonly rules: Rules;
  readonly calendar: CompiledCalendar;
  readonly today: CivilDay;
  /** As many messages have left as a day may have. */
  readonly full: boolean;
  /** A message with something routine in it has left. */
  readonly routineSpent: boolean;
}

/** @returns the first moment, now at the earliest, at which the notice may leave by itself, and what keeps it until then */
const earliest = (day: Day, notice: WaitingNotice): Moment =>
  notice.urgent ? earliestUrgent(day, notice) : earliestRoutine(day, notice);

function earliestUrgent({ now, rules, calendar, today, full }: Day, { dueAt }: WaitingNotice): Moment {
  const from = Math.max(now, dueAt);
  const quietEnd = quietUntil(calendar, rules.quietHours, from);
  const at = quietEnd ?? from;
  if (full && calendar.clock.dayOf(at) === today)
    return { at: startOf(calendar, rules, today + 1), reason: 'daily-limit' };
  return { at, reason: quietEnd === undefined ? 'not-due' : 'quiet-hours' };
}

function earliestRoutine(known: Day, { dueAt, expiresAt }: WaitingNotice): Moment {
  const { now, rules, calendar, today } = known;
  const from = Math.max(now, dueAt);
  let reason: HoldReason = from > now ? 'not-due' : 'routine-hour';
  for (let day = calendar.clock.dayOf(from); ; day++) {
    if (day === today && (known.full || known.routineSpent)) {
      reason = 'daily-limit';
      continue;
    }
    if (rules.publicHolidays === 'wait' && isPublicHoliday(calendar, day)) {
      reason = 'public-holiday';
      continue;
    }
    const hour = calendar.clock.instantOf(day, msOfDay(rules.routineAt));
    // An appointment may come before the hour of what is routine: too early in the day is better than too late.
    const tooLate = expiresAt !== null && expiresAt <= hour;
    const first = Math.max(from, tooLate ? startOf(calendar, rules, day) : hour);
    const at = quietUntil(calendar, rules.quietHours, first);
    if (at === undefined) return { at: first, reason };
    reason = 'quiet-hours';
    if (calendar.clock.dayOf(at) === day) return { at, reason };
  }
}

/** The first instant of a day that is not in quiet hours. */
function startOf(calendar: CompiledCalendar, rules: Rules, day: CivilDay): number {
  const midnight = calendar.clock.instantOf(day, 0);
  return quietUntil(calendar, rules.quietHours, midnight) ?? midnight;
}

interface Wait extends Moment {
  readonly key: string;
}

function waitOf(day: Day, notice: WaitingNotice): Wait {
  const { key, expiresAt } = notice;
  const { at, reason } = earliest(day, notice);
  return { key, at: expiresAt === null ? at : Math.min(at, expiresAt), reason };
}

function grouped(waits: readonly Wait[]): Held[] {
  const groups = new Map<string, { keys: string[]; until: number; reason: HoldReason }>();
  for (const { key, at, reason } of waits) {
    const id = `${at} ${reason}`;
    const group = groups.get(id);
    if (group) group.keys.push(key);
    else groups.set(id, { keys: [key], until: at, reason });
  }
  return [...groups.values()].sort((a, b) => a.until - b.until);
}
