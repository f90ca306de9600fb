import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import type { Definition } from '../definition/definition.ts';
import type { JourneyEvent } from '../model/event.ts';
import type { Effect } from '../model/effect.ts';
import { asEventId, type JourneyId } from '../model/ids.ts';
import { isRefusal, type Refusal } from '../model/refusal.ts';
import type { JourneyState } from '../model/state.ts';
import { nextDeadline } from '../transition/next-deadline.ts';
import { transition } from '../transition/transition.ts';

/** An event and when it is taken, UTC epoch milliseconds. */
export interface Dated {
  readonly at: number;
  readonly event: JourneyEvent;
}

/** One entry of a simulated log: an accepted event with the state that it left, or a refusal. */
export type Entry =
  | {
      readonly at: number;
      readonly event: JourneyEvent;
      readonly state: JourneyState;
      readonly effects: readonly Effect[];
    }
  | { readonly at: number; readonly event: JourneyEvent; readonly refusal: Refusal };

export interface Simulation {
  readonly log: readonly Entry[];
  /** Null when not even the enrolment was accepted. */
  readonly state: JourneyState | null;
}

/** How many deadlines may fire between two events before the simulation is taken to run away. */
const maximumDeadlines = 100_000;

/**
 * Feeds dated events through the transition, and lets every deadline between them fire at its instant.
 * @param events in the order of their instants
 * @param until deadlines fire up to this instant, inclusive; default: the last event
 * @returns the log, deadlines among it, and the state at the end
 * @throws Error when the deadlines run away
 */
export function simulate(
  definition: Definition,
  journey: JourneyId,
  events: Iterable<Dated>,
  calendar: WorkingCalendar,
  until?: number,
): Simulation {
  const log: Entry[] = [];
  let state: JourneyState | null = null;
  const take = (event: JourneyEvent, at: number): void => {
    const answer = transition(definition, state, event, at, calendar, journey);
    if (isRefusal(answer)) log.push({ at, event, refusal: answer });
    else {
      state = answer.state;
      log.push({ at, event, ...answer });
    }
  };
  const fireUntil = (limit: number): void => {
    for (let fired = 0; fired < maximumDeadlines; fired++) {
      const next: { at: number } | null = state && nextDeadline(state);
      if (!state || !next || next.at > limit) return;
      const at = Math.max(next.at, state.at);
      take(
        {
          kind: 'DeadlineReached',
          id: asEventId(`deadline/${journey}/${state.seq + 1}`),
          by: { kind: 'system' },
        },
        at,
      );
    }
    throw new Error(
      `${definition.id}@${definition.version}: more than ${maximumDeadlines} deadlines fired before ${new Date(limit).toISOString()}.`,
    );
  };
  for (const { at, event } of events) {
    fireUntil(at);
    take(event, at);
  }
  if (until !== undefined) fireUntil(until);
  return { log, state };
}
