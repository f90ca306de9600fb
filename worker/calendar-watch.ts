import type { Logger } from 'pino';
import type { JourneyId } from '../domain/model/ids.ts';
import type { ToRecompute } from '../store/calendars-to-recompute.ts';
import type { Recomputed } from '../store/recompute-deadlines.ts';

export interface CalendarWatchDeps {
  /** Puts in force what this release ships; once, before the first look. @returns the versions that are new */
  readonly begin: () => Promise<readonly string[]>;
  readonly toRecompute: () => Promise<readonly ToRecompute[]>;
  readonly recompute: (which: ToRecompute) => Promise<Recomputed>;
  readonly mark: (version: string) => Promise<void>;
  readonly log: Pick<Logger, 'info' | 'error'>;
  readonly signal: AbortSignal;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
}

/** What could not be computed is tried again then: a look at every open journey of a district is no small thing. */
const RETRY_MS = 10 * 60_000;

/**
 * Applies a calendar that came into force to the deadlines that are left: those of a command that was killed, and those
 * that a process still computed with the calendar before.
 * @returns a round
 */
export function createCalendarWatch(deps: CalendarWatchDeps) {
  const { begin, toRecompute, recompute, mark, log, signal, now = () => performance.now() } = deps;
  let notBefore = Number.NEGATIVE_INFINITY;
  let begun = false;
  return async function calendarRound(): Promise<'done'> {
    if (now() < notBefore) return 'done';
    if (!begun) {
      const adopted = await begin();
      if (adopted.length > 0)
        log.info({ calendars: adopted }, 'official years of this release came into force');
      begun = true;
    }
    const due = await toRecompute();
    // One calendar may hold in several districts: it is done when it is done in all of them.
    const unfinished = new Set<string>();
    const failed: JourneyId[] = [];
    for (const which of due) {
      const { version } = which.calendar;
      const done = await recompute(which);
      if (signal.aborted) return 'done';
      const { journeys, changed, moves, overtaken } = done;
      log.info(
        { calendar: version, journeys, changed, ...moves },
        'deadlines were computed with the calendar in force',
      );
      if (overtaken || done.failed.length > 0) unfinished.add(version);
      failed.push(...done.failed);
    }
    for (const version of new Set(due.map(({ calendar }) => calendar.version)))
      if (!unfinished.has(version)) await mark(version);
    if (failed.length > 0) {
      notBefore = now() + RETRY_MS;
      log.error(
        { alarm: 'calendar', journeys: failed.slice(0, 10), count: failed.length },
        'deadlines could not be computed with the calendar in force; they stand as they were, and are tried again',
      );
    }
    return 'done';
  };
}
