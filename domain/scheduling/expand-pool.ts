import { civilDay, weekdayOf, type CivilDay } from '../calendar/civil-day.ts';
import { isPublicHoliday } from '../calendar/public-holiday.ts';
import { msOfDay } from '../calendar/time-of-day.ts';
import type { CompiledCalendar } from '../calendar/working-calendar.ts';
import { weekdays, type Closure, type Pool } from './pool.ts';

/** A stretch of time in which a number of residents can be served. Instants are UTC epoch milliseconds. */
export interface PlannedSlot {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly capacity: number;
}

const minuteMs = 60_000;

interface Session {
  readonly from: string;
  readonly until: string;
  readonly minutes: number;
  readonly capacity: number;
}

/** Times of the day as `[start, end)` in milliseconds after midnight. */
const hoursOf = ({ from, until }: Pick<Closure, 'from' | 'until'>): readonly [number, number] => [
  from === undefined ? 0 : msOfDay(from),
  until === undefined ? 24 * 60 * minuteMs : msOfDay(until),
];

/**
 * @returns the slots that the pool's week, its extra sessions and its closures make from one day up to another
 *   (exclusive), in order of time. Where the clock is put forward, the times that it leaves out have no slot; where it
 *   is put back, the hour that comes twice has slots once.
 */
export function expandPool(
  pool: Pick<Pool, 'weekly' | 'extra' | 'closures' | 'publicHolidays'>,
  calendar: CompiledCalendar,
  { from, until }: { readonly from: CivilDay; readonly until: CivilDay },
): PlannedSlot[] {
  const byDay = <T extends { readonly day: string }>(list: readonly T[]): Map<CivilDay, T[]> =>
    Map.groupBy(list, ({ day }) => civilDay(day));
  const closures = byDay(pool.closures);
  const extra = byDay(pool.extra);
  const weekly = pool.weekly.map((session) => ({
    ...session,
    on: new Set(session.days.map((day) => weekdays.indexOf(day))),
    first: civilDay(session.validFrom),
    last: session.validUntil === undefined ? Number.POSITIVE_INFINITY : civilDay(session.validUntil),
  }));
  const slots: PlannedSlot[] = [];
  for (let day = from; day < until; day++) {
    const weekday = weekdayOf(day);
    const holiday = pool.publicHolidays === 'closed' && isPublicHoliday(calendar, day);
    const instead = extra.get(day) ?? [];
    const closed = closures.get(day) ?? [];
    if (!holiday)
      for (const session of weekly)
        if (session.on.has(weekday) && session.first <= day && day <= session.last)
          slots.push(...slotsOfDay(session, day, calendar, [...closed, ...instead.map(standsInFor)]));
    for (const session of instead) slots.push(...slotsOfDay(session, day, calendar, closed));
  }
  return apart(slots.toSorted((a, b) => a.startsAt - b.startsAt));
}

/** Where the clock is put forward in the middle of a slot, what follows by the clock begins before it is over: that is left out. */
function apart(slots: readonly PlannedSlot[]): PlannedSlot[] {
  let over = Number.NEGATIVE_INFINITY;
  return slots.filter(({ startsAt, endsAt }) => {
    if (startsAt < over) return false;
    over = endsAt;
    return true;
  });
}

/** Where an extra session is, the week has nothing. */
const standsInFor = ({ day, from, until }: Session & { readonly day: string }): Closure => ({
  ...{ day, from, until },
  reason: 'extra',
});

function slotsOfDay(
  session: Session,
  day: CivilDay,
  { clock }: CompiledCalendar,
  closures: readonly Closure[],
): PlannedSlot[] {
  const length = session.minutes * minuteMs;
  const end = msOfDay(session.until);
  const slots: PlannedSlot[] = [];
  for (let at = msOfDay(session.from); at + length <= end; at += length) {
    const startsAt = clock.instantOf(day, at);
    // A time that the clock jumps over: the instant found for it shows another.
    if (clock.timeOf(startsAt) !== at) continue;
    const capacity = closures
      .filter((closure) => {
        const [closedFrom, closedUntil] = hoursOf(closure);
        return at < closedUntil && at + length > closedFrom;
      })
      .reduce((left, closure) => Math.min(left, closure.capacity ?? 0), session.capacity);
    if (capacity > 0) slots.push({ startsAt, endsAt: startsAt + length, capacity });
  }
  return slots;
}
