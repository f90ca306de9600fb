import type { Effect } from '../domain/model/effect.ts';
import type { JourneyEvent } from '../domain/model/event.ts';
import type { JourneyId } from '../domain/model/ids.ts';
import type { Patch } from '../domain/model/patch.ts';
import { scopeColumn, type Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

/** One entry of a journey's log: the event and what it did. */
export interface TimelineEntry {
  readonly seq: number;
  readonly event: JourneyEvent;
  readonly effects: readonly Effect[];
  readonly patch: Patch;
  /** When it was taken; never before the one above it. */
  readonly at: number;
  /** When it happened, by whoever recorded it. */
  readonly happenedAt: number;
  /** When PostgreSQL wrote it. */
  readonly recordedAt: number;
  readonly programRelease: string;
  readonly calendarVersion: string;
  readonly definitionVersion: number;
}

/** @returns the keys of the notices that the entry called for */
export const noticesOf = ({ effects }: Pick<TimelineEntry, 'effects'>): string[] =>
  effects.flatMap((effect) => (effect.kind === 'NoticeQueued' ? [effect.key] : []));

/**
 * @param page entries after a sequence number; default: the first 200
 * @returns the log of a journey, oldest first; null when there is no such journey that the caller may see
 */
export async function timeline(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  journey: JourneyId,
  { after = 0, limit = 200 }: { readonly after?: number; readonly limit?: number } = {},
): Promise<TimelineEntry[] | null> {
  const [visible] = await rows(
    deps.pool,
    '',
    `select 1 as one from journey j where j.id = $1 and j.${scopeColumn(caller)} = $2::uuid`,
    [journey, caller.organisation],
  );
  if (!visible) return null;
  return rows<TimelineEntry>(
    deps.pool,
    'timeline',
    `select seq, event, effects, patch, at, happened_at as "happenedAt", recorded_at as "recordedAt",
       program_release as "programRelease", calendar_version as "calendarVersion",
       definition_version as "definitionVersion"
     from journey_event where journey_id = $1 and seq > $2 order by seq limit $3`,
    [journey, after, Math.min(limit, 1_000)],
  );
}
