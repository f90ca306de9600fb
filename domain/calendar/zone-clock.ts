import { Temporal } from 'temporal-polyfill';
import { dayMs, type CivilDay } from './civil-day.ts';

/** Offsets change on quarter hours at the finest. */
const quarterMs = 900_000;

/** Translates between instants and the district's days. */
export interface ZoneClock {
  /** @returns the local day of an instant */
  dayOf(at: number): CivilDay;
  /** @returns the instant at which the local clock shows `msOfDay` after midnight of that day; the later one where the clock jumps */
  instantOf(day: CivilDay, msOfDay: number): number;
}

const clocks = new Map<string, ZoneClock>();

/**
 * The zone's rules come from the date-time library; they are asked once for each quarter of an hour, since a deadline is
 * computed far more often than an offset changes.
 * @throws RangeError for a name that is not an IANA time zone
 */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known) return known;
  const offsets = new Map<number, number>();
  let lastQuarter = Number.NaN;
  let lastOffset = 0;
  const offsetAt = (at: number): number => {
    const quarter = Math.floor(at / quarterMs);
    if (quarter === lastQuarter) return lastOffset;
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const instant = Temporal.Instant.fromEpochMilliseconds(quarter * quarterMs);
      offset = instant.toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;
      if (offsets.size > 100_000) offsets.clear();
      offsets.set(quarter, offset);
    }
    lastQuarter = quarter;
    lastOffset = offset;
    return offset;
  };
  const clock: ZoneClock = {
    dayOf: (at) => Math.floor((at + offsetAt(at)) / dayMs),
    instantOf: (day, msOfDay) => {
      const local = day * dayMs + msOfDay;
      const first = local - offsetAt(local);
      return local - offsetAt(first);
    },
  };
  offsetAt(0);
  clocks.set(zone, clock);
  return clock;
}
