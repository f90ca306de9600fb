import { civilDay, completedYears } from '../calendar/civil-day.ts';
import { spreadOf } from '../calendar/add-duration.ts';
import type { CompiledCalendar } from '../calendar/working-calendar.ts';
import type { FactReader, ModelAnswers } from '../condition/model-answers.ts';
import type { Definition, StepDefinition } from '../definition/definition.ts';
import type { Effect } from '../model/effect.ts';
import type { JourneyEvent } from '../model/event.ts';
import type { FactValue } from '../model/fact.ts';
import { stepIdOf, type StepRef } from '../model/ids.ts';
import type { JourneyState, StepState } from '../model/state.ts';
import { namesOf, type Names } from './names.ts';

/** A value that this draft owns and still writes to. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The facts as conditions see them at one moment, and what risk models have said about them. */
export interface Known {
  readonly facts: JourneyState['facts'];
  readonly read: FactReader;
  readonly answers: ModelAnswers;
}

/**
 * A journey while one event is applied to it: a copy, thrown away when the event is refused.
 * `steps` is copied once; the step objects in it are replaced by {@link put}, never changed.
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
  /** What is open or scheduled, in the order in which it came: an event asks for it several times, and most of a long journey is over. */
  active: readonly StepRef[];
  /** The counts of occurrences, once they are the draft's own copy. */
  counted?: Record<string, number>;
  /** For {@link knownOf}. */
  known?: Known;
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
    active: activeRefs(state.steps),
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

function activeRefs(steps: JourneyState['steps']): StepRef[] {
  const found: StepRef[] = [];
  for (const key in steps) {
    const ref = key as StepRef;
    const step = steps[ref];
    if (step && isActive(step)) found.push(ref);
  }
  return found;
}

/**
 * @returns a copy of a step for the draft to write to, without the properties that `drops` names. Steps have many
 * shapes, and among many an engine takes an object apart by a rest pattern more slowly than by this loop.
 */
export function copyWithout(step: StepState, drops: (name: string) => boolean): Writable<StepState> {
  const copy: Record<string, unknown> = {};
  for (const name in step) if (!drops(name)) copy[name] = step[name as keyof StepState];
  return copy as unknown as Writable<StepState>;
}

/** @returns the steps that are open or scheduled now, in the order in which they came */
export const activeSteps = (draft: Draft): [StepRef, StepState][] =>
  draft.active.map((ref) => [ref, stepOf(draft, ref)]);

/** Puts an occurrence in the place of the one of that name, or as the latest one. */
export function put(draft: Draft, ref: StepRef, step: StepState): void {
  const { steps } = draft.state;
  const before = steps[ref];
  steps[ref] = step;
  if (!before) {
    if (isActive(step)) draft.active = [...draft.active, ref];
  } else if (isActive(before) && !isActive(step))
    draft.active = draft.active.filter((other) => other !== ref);
  // What opens again takes its old place among the others.
  else if (!isActive(before) && isActive(step)) draft.active = activeRefs(steps);
}

/** @returns the facts as conditions see them now, those taken from the resident among them */
export function knownOf(draft: Draft): Known {
  const { facts } = draft.state;
  // Facts are replaced, never changed: what models said of them holds as long as the record is the same one.
  if (draft.known?.facts !== facts)
    draft.known = { facts, read: (name) => readFact(draft, name), answers: new Map() };
  return draft.known;
}

function readFact(draft: Draft, name: string): FactValue | undefined {
  const from = draft.definition.source.facts[name]?.from;
  if (from === 'resident.sex') return draft.state.resident.sex;
  if (from === 'resident.birthDate')
    return completedYears(civilDay(draft.state.resident.birthDate), draft.calendar.clock.dayOf(draft.at));
  return draft.state.facts[name]?.value;
}
