import { civilDay, completedYears } from '../calendar/civil-day.ts';
import { spreadOf } from '../calendar/add-duration.ts';
import type { CompiledCalendar } from '../calendar/working-calendar.ts';
import type { Definition, StepDefinition } from '../definition/definition.ts';
import type { Effect } from '../model/effect.ts';
import type { JourneyEvent } from '../model/event.ts';
import type { FactValue } from '../model/fact.ts';
import { stepIdOf, type StepRef } from '../model/ids.ts';
import type { JourneyState, StepState } from '../model/state.ts';
import { namesOf, type Names } from './names.ts';

/** A value that this draft owns and still writes to. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A journey while one event is applied to it: a copy, thrown away when the event is refused.
 * `steps` is copied once; the step objects in it are replaced, never changed.
 */
export interface Draft {
  readonly definition: Definition;
  readonly names: Names;
  readonly calendar: CompiledCalendar;
  readonly event: JourneyEvent;
  readonly at: number;
  readonly spread: number;
  readonly state: Writable<JourneyState> & { steps: Record<StepRef, StepState> };
  readonly effects: Effect[];
}

export function draftOf(
  definition: Definition,
  state: JourneyState,
  event: JourneyEvent,
  at: number,
  calendar: CompiledCalendar,
): Draft {
  return {
    definition,
    names: namesOf(definition),
    calendar,
    event,
    at,
    spread: spreadOf(state.journey),
    state: { ...state, seq: state.seq + 1, at, steps: { ...state.steps } },
    effects: [],
  };
}

/** @returns the step that `ref` is an occurrence of @throws Error when the definition has no such step: the state is not this definition's */
export function definitionOf(draft: Draft, ref: StepRef): StepDefinition {
  const found = draft.names.stepOf(ref);
  if (!found)
    throw new Error(`${draft.definition.id}@${draft.definition.version} has no step "${stepIdOf(ref)}".`);
  return found;
}

/** @returns the occurrence @throws Error when there is none: the caller has not checked */
export function stepOf(draft: Draft, ref: StepRef): StepState {
  const found = draft.state.steps[ref];
  if (!found) throw new Error(`journey ${draft.state.journey} has no step "${ref}".`);
  return found;
}

export const isActive = (step: StepState): boolean => step.status === 'open' || step.status === 'scheduled';

/** @returns the steps that are open or scheduled, in the order in which they came */
export function activeSteps(steps: JourneyState['steps']): [StepRef, StepState][] {
  const found: [StepRef, StepState][] = [];
  for (const ref in steps) {
    const step = steps[ref as StepRef];
    if (step && isActive(step)) found.push([ref as StepRef, step]);
  }
  return found;
}

/** @returns a fact as conditions see it now, those taken from the resident among them */
export function readFact(draft: Draft, name: string): FactValue | undefined {
  const from = draft.definition.source.facts[name]?.from;
  if (from === 'resident.sex') return draft.state.resident.sex;
  if (from === 'resident.birthDate')
    return completedYears(civilDay(draft.state.resident.birthDate), draft.calendar.clock.dayOf(draft.at));
  return draft.state.facts[name]?.value;
}
