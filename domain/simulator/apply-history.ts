import type { WorkingCalendar } from '../calendar/working-calendar.ts';
import type { Definition } from '../definition/definition.ts';
import type { Effect } from '../model/effect.ts';
import type { JourneyEvent } from '../model/event.ts';
import { asEventId, occurrenceOf, stepIdOf, stepRef, type JourneyId, type StepRef } from '../model/ids.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import type { JourneyState } from '../model/state.ts';
import { nextDeadline } from '../transition/next-deadline.ts';
import { transition } from '../transition/transition.ts';
import type { Dated } from './simulate.ts';

/** One event of an adopted journey with what it did. */
export interface HistoryEntry {
  readonly at: number;
  readonly event: JourneyEvent;
  readonly before: JourneyState | null;
  readonly state: JourneyState;
  readonly effects: readonly Effect[];
  /** True for what lies in the past: nobody is told of it any more. */
  readonly quiet: boolean;
}

export interface History {
  readonly log: readonly HistoryEntry[];
  readonly state: JourneyState;
}

export interface HistoryRefused {
  readonly refusal: Refusal;
  /** Which of the events. */
  readonly index: number;
}

/**
 * Journeys that were under way before they came here: their dated events go through the transition, and what fell due
 * in between is not raised after the fact. One deadline at `now` then catches up: of every ladder the highest rung
 * that is due tells somebody, the skipped ones are recorded.
 *
 * @param state null for a journey that begins with these events
 * @param events in the order of their instants; a step may be named without its occurrence, which then is the open one
 * @param now from which on time is the living system's
 * @returns the log and the state now, or the first refusal
 */
export function applyHistory(
  definition: Definition,
  journey: JourneyId,
  state: JourneyState | null,
  events: readonly Dated[],
  calendar: WorkingCalendar,
  now: number,
): History | HistoryRefused {
  const log: HistoryEntry[] = [];
  let current = state;
  const take = (event: JourneyEvent, at: number, quiet: boolean): Refusal | undefined => {
    const answer = transition(definition, current, event, at, calendar, journey);
    if (isRefusal(answer)) return answer;
    log.push({ at, event, before: current, ...answer, quiet });
    current = answer.state;
    return undefined;
  };
  for (const [index, { at, event }] of events.entries()) {
    const refusal =
      at > now
        ? refuse('InTheFuture', '历史事件不能晚于现在。', 'What has happened cannot lie in the future.', {
            field: 'at',
          })
        : take(current ? withOccurrence(current, event) : event, at, true);
    if (refusal) return { refusal, index };
  }
  if (!current)
    return {
      refusal: refuse('NotEnrolled', '没有入组事件。', 'There is no enrolment.'),
      index: 0,
    };
  const next = nextDeadline(current);
  if (next && next.at <= now) {
    const id = asEventId(`deadline/${journey}/${current.seq + 1}`);
    const refusal = take({ kind: 'DeadlineReached', id, by: { kind: 'system' } }, now, false);
    if (refusal) throw new Error(`journey ${journey}: ${refusal.message.en}`);
  }
  return { log, state: current };
}

const preference = ['open', 'scheduled', 'missed'] as const;

/** @returns the event with the step's occurrence that may be acted on, the latest first */
function withOccurrence(state: JourneyState, event: JourneyEvent): JourneyEvent {
  if (!('step' in event) || event.step.includes('#')) return event;
  const refs = (Object.keys(state.steps) as StepRef[])
    .filter((ref) => stepIdOf(ref) === (event.step as string))
    .toSorted((a, b) => occurrenceOf(b) - occurrenceOf(a));
  const found = preference
    .map((status) => refs.find((ref) => state.steps[ref]?.status === status))
    .find((ref) => ref !== undefined);
  return { ...event, step: found ?? refs[0] ?? stepRef(event.step, 1) };
}
