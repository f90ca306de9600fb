import type { JourneyEvent } from '../domain/model/event.ts';
import type { EventId, JourneyId } from '../domain/model/ids.ts';
import { applyPatch, type Patch } from '../domain/model/patch.ts';
import type { JourneyState } from '../domain/model/state.ts';
import type { StoreDeps } from './deps.ts';
import { rows, type Queryable } from './sql.ts';

interface LoggedPatch {
  readonly seq: number;
  readonly event: JourneyEvent;
  readonly patch: Patch;
}

const logUpTo = (on: Queryable, journey: JourneyId, seq: number | null) =>
  rows<LoggedPatch>(
    on,
    '',
    'select seq, event, patch from journey_event where journey_id = $1 and seq <= coalesce($2::int, seq) order by seq',
    [journey, seq],
  );

const fold = (log: readonly LoggedPatch[]): JourneyState | null =>
  log.length === 0 ? null : log.reduce((state, { patch }) => applyPatch(state, patch), {} as JourneyState);

/** @returns the state after event number `seq`, from the log; null when nothing is logged */
export const stateAfter = async (
  on: Queryable,
  journey: JourneyId,
  seq: number | null,
): Promise<JourneyState | null> => fold(await logUpTo(on, journey, seq));

/**
 * Applies the patches of the log from nothing; decides nothing.
 * @param seq the state after that many events; default: after all
 * @returns the state, or null when nothing is logged
 */
export async function rebuildState(
  deps: Pick<StoreDeps, 'pool'>,
  journey: JourneyId,
  seq: number | null = null,
): Promise<JourneyState | null> {
  return stateAfter(deps.pool, journey, seq);
}

/** @returns an event of the log with the states around it; null when the journey has no such event */
export async function eventWithStates(
  on: Queryable,
  journey: JourneyId,
  id: EventId,
): Promise<{ event: JourneyEvent; before: JourneyState | null; after: JourneyState } | null> {
  const [found] = await rows<{ seq: number }>(
    on,
    '',
    'select seq from journey_event where journey_id = $1 and event_id = $2',
    [journey, id],
  );
  if (!found) return null;
  const log = await logUpTo(on, journey, found.seq);
  const last = log.at(-1);
  const after = fold(log);
  return last && after ? { event: last.event, before: fold(log.slice(0, -1)), after } : null;
}
