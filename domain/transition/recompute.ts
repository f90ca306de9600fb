import type { StepDefinition } from '../definition/definition.ts';
import type { StepRef } from '../model/ids.ts';
import type { StepState } from '../model/state.ts';
import { activeSteps, copyWithout, definitionOf, put, stepOf, type Draft, type Writable } from './draft.ts';
import { firstRung, wakeOf } from './ladder.ts';
import { dueCaseOf, timingOf } from './timing.ts';

/** Computes the deadlines of an active step again. Rungs already raised in this cycle are not raised again. */
export function recomputeStep(draft: Draft, ref: StepRef): void {
  const step = definitionOf(draft, ref);
  const { provisional: _was, ...rest } = stepOf(draft, ref);
  const state: Writable<StepState> = rest;
  takeTiming(draft, step, state);
  state.wakeAt = wakeOf(draft, step, state);
  put(draft, ref, state);
}

/** @param state the draft's own copy, which this writes to */
function takeTiming(draft: Draft, step: StepDefinition, state: Writable<StepState>): void {
  const timing = timingOf(draft, step, state);
  if (timing.opensAt !== undefined) state.opensAt = timing.opensAt;
  state.dueAt = timing.dueAt;
  if (timing.provisional) state.provisional = true;
}

/** @param redecide facts were corrected, or the definition is another: a conditional deadline may now fall under another case */
export function recomputeAll(draft: Draft, redecide: boolean): void {
  for (const [ref, state] of activeSteps(draft)) {
    if (redecide) put(draft, ref, decidedAnew(draft, definitionOf(draft, ref), state));
    recomputeStep(draft, ref);
  }
}

function decidedAnew(draft: Draft, step: StepDefinition, state: StepState): StepState {
  const { dueCase: _case, ...rest } = state;
  return {
    ...rest,
    ...(step.due.length > 1 && { dueCase: dueCaseOf(draft, step) }),
    // Another version's schedule may be shorter: the visit under way is then its last.
    ...(rest.planned !== undefined && { planned: Math.min(rest.planned, step.schedule.length - 1) }),
  };
}

/** An anchor has moved: whatever counts from it moves along. */
export function recomputeAnchored(draft: Draft, anchor: string): void {
  for (const [ref, state] of activeSteps(draft))
    if (definitionOf(draft, ref).anchor === anchor || state.opensFrom === anchor) recomputeStep(draft, ref);
}

const ofOneCycle = (name: string): boolean =>
  name === 'acknowledgedUntil' ||
  name === 'acknowledgedBy' ||
  name === 'acknowledgedAt' ||
  name === 'acknowledgedReason' ||
  name === 'silencedMs' ||
  name === 'provisional';

/** A new cycle of the ladder: after an extension, a rebooking, a resumption, a reopening. */
export function newCycle(draft: Draft, ref: StepRef, change: Partial<StepState> = {}): void {
  const step = definitionOf(draft, ref);
  const state = Object.assign(copyWithout(stepOf(draft, ref), ofOneCycle), change);
  state.cycle += 1;
  takeTiming(draft, step, state);
  state.rung = state.status === 'open' ? firstRung(draft, step, state.dueAt) : 0;
  state.repeat = 0;
  state.wakeAt = wakeOf(draft, step, state);
  put(draft, ref, state);
}
