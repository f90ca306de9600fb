import { isRefusal, refuse, type Refusal } from '../domain/model/refusal.ts';
import type { JourneyEvent } from '../domain/model/event.ts';
import type { Definition } from '../domain/definition/definition.ts';
import type { JourneyState } from '../domain/model/state.ts';
import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { transition, type Transition } from '../domain/transition/transition.ts';
import { undoOf } from '../domain/transition/undo.ts';
import type { StoreDeps } from './deps.ts';
import { NotFound } from './errors.ts';
import { deadlineEventId, type EventInput } from './event-input.ts';
import { eventWithStates } from './rebuild-state.ts';
import type { Queryable } from './sql.ts';

/** What was decided about an event, and with what. */
export interface Decision extends Transition {
  readonly event: JourneyEvent;
  readonly definition: Definition;
  readonly calendar: WorkingCalendar;
}

/** Completes an event from the log. */
async function complete(
  on: Queryable,
  state: JourneyState,
  input: EventInput,
): Promise<JourneyEvent | Refusal> {
  if (input.kind === 'DeadlineReached')
    return { ...input, id: deadlineEventId(state.journey, state.seq + 1) };
  if (input.kind !== 'EnteredInError') return input;
  const found = await eventWithStates(on, state.journey, input.of);
  if (!found)
    return refuse(
      'EventUnknown',
      `此旅程没有事件“${input.of}”。`,
      `This journey has no event "${input.of}".`,
      { field: 'of' },
    );
  if (!found.before)
    return refuse(
      'EventNotRetractable',
      '不能撤销入组；请以“误录”结束旅程。',
      'An enrolment cannot be retracted; end the journey as entered-in-error.',
      { field: 'of' },
    );
  return { ...input, undo: undoOf(found.before, found.after, found.event) };
}

/** @returns what the event would do to a journey in this state at this time; or the refusal. Writes nothing. */
export async function decide(
  deps: StoreDeps,
  on: Queryable,
  state: JourneyState,
  input: EventInput,
  at: number,
): Promise<Decision | Refusal> {
  const event = await complete(on, state, input);
  if (isRefusal(event)) return event;
  const version = event.kind === 'Migrated' ? event.toVersion : state.version;
  let definition: Definition;
  try {
    definition = await deps.definitions.get(state.definition, version, on);
  } catch (error) {
    if (!(error instanceof NotFound) || event.kind !== 'Migrated') throw error;
    return refuse(
      'MigrationImpossible',
      `路径“${state.definition}”没有第 ${version} 版。`,
      `Pathway "${state.definition}" has no version ${version}.`,
      { field: 'toVersion' },
    );
  }
  const calendar = await deps.calendar(on, state.assignment.district);
  const answer = transition(definition, state, event, at, calendar);
  return isRefusal(answer) ? answer : { ...answer, event, definition, calendar };
}
