import { Temporal } from 'temporal-polyfill';
import { dayMs, type CivilDay } from './civil-day.ts';

/** Translates between instants and the district's days. */
export interface ZoneClock {
  /** @returns the local day of an instant */
  dayOf(at: number): CivilDay;
  /** @returns what the local clock shows at an instant, in milliseconds after midnight */
  timeOf(at: number): number;
  /** @returns the instant at which the local clock shows `msOfDay` after midnight of that day; the later one where the clock jumps */
  instantOf(day: CivilDay, msOfDay: number): number;
}

const clocks = new Map<string, ZoneClock>();

/** A stretch of time in which the zone's offset does not change: `from` ≤ instant < `until`. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

/** @returns the stretch around an instant, by the rules of the date-time library */
function stretchAround(zone: string, at: number): Stretch {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const next = local.getTimeZoneTransition('next');
  // "Previous" is strictly before; a millisecond on, a change at this very instant counts.
  const previous = local.add({ milliseconds: 1 }).getTimeZoneTransition('previous');
  return {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offset: local.offsetNanoseconds / 1e6,
  };
}

/**
 * The zone's rules come from the date-time library; they are asked once for each stretch without a change of offset,
 * since a deadline is computed far more often than an offset changes.
 * @throws RangeError for a name that is not an IANA time zone
 */
export function zoneClock(zone: string): ZoneClock {
  const known = clocks.get(zone);
  if (known) return known;
  const stretches: Stretch[] = [stretchAround(zone, 0)];
  let latest = stretches[0] as Stretch;
  const offsetAt = (at: number): number => {
    if (at >= latest.from && at < latest.until) return latest.offset;
    let found = stretches.find(({ from, until }) => at >= from && at < until);
    if (!found) stretches.push((found = stretchAround(zone, Math.floor(at))));
    latest = found;
    return found.offset;
  };
  const clock: ZoneClock = {
    dayOf: (at) => Math.floor((at + offsetAt(at)) / dayMs),
    timeOf: (at) => {
      const local = at + offsetAt(at);
      return local - Math.floor(local / dayMs) * dayMs;
    },
    instantOf: (day, msOfDay) => {
      const local = day * dayMs + msOfDay;
      const first = local - offsetAt(local);
      return local - offsetAt(first);
    },
  };
  clocks.set(zone, clock);
  return clock;
}
