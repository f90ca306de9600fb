import { isDeepStrictEqual } from 'node:util';
import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import type { JourneyId } from '../domain/model/ids.ts';
import { applyPatch, diff, type Patch } from '../domain/model/patch.ts';
import { isRefusal } from '../domain/model/refusal.ts';
import type { JourneyState } from '../domain/model/state.ts';
import { transition } from '../domain/transition/transition.ts';
import { calendarByVersion } from './calendar.ts';
import type { StoreDeps } from './deps.ts';
import { NotFound } from './errors.ts';
import { rows } from './sql.ts';
import type { TimelineEntry } from './timeline.ts';

export interface ReplayReport {
  /** Applying the patches of the log gives the stored state. */
  readonly patchesAgree: boolean;
  /** Numbers of the events that this release would decide otherwise, though it decided them then. */
  readonly decidedOtherwise: readonly number[];
}

type Logged = Pick<TimelineEntry, 'seq' | 'event' | 'patch' | 'at' | 'programRelease' | 'calendarVersion'> & {
  readonly definitionVersion: number;
};

/**
 * The replay law, on one journey: patches give the state whatever release runs; re-deciding with the definition and
 * calendar on record gives the same patches for every event that this release decided.
 * @throws NotFound when there is no such journey
 */
export async function verifyReplay(deps: StoreDeps, journey: JourneyId): Promise<ReplayReport> {
  const [stored] = await rows<{ state: JourneyState; pathway: string }>(
    deps.pool,
    '',
    'select state, pathway from journey where id = $1',
    [journey],
  );
  if (!stored) throw new NotFound('journey', journey);
  const log = await rows<Logged>(
    deps.pool,
    '',
    `select seq, event, patch, at, program_release as "programRelease", calendar_version as "calendarVersion",
       definition_version as "definitionVersion"
     from journey_event where journey_id = $1 and seq <= $2 order by seq`,
    [journey, stored.state.seq],
  );
  const calendars = new Map<string, WorkingCalendar>();
  const decidedOtherwise: number[] = [];
  let state: JourneyState | null = null;
  for (const entry of log) {
    const calendar =
      calendars.get(entry.calendarVersion) ?? (await calendarByVersion(deps.pool, entry.calendarVersion));
    calendars.set(entry.calendarVersion, calendar);
    if (entry.programRelease === deps.release) {
      const definition = await deps.definitions.get(stored.pathway, entry.definitionVersion);
      const answer = transition(definition, state, entry.event, entry.at, calendar, journey);
      const patch: Patch | null = isRefusal(answer) ? null : diff(state ?? {}, answer.state);
      if (!isDeepStrictEqual(asJson(patch), entry.patch)) decidedOtherwise.push(entry.seq);
    }
    state = applyPatch(state ?? ({} as JourneyState), entry.patch);
  }
  return { patchesAgree: isDeepStrictEqual(state, stored.state), decidedOtherwise };
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
