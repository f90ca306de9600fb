import type { StepDefinition } from '../definition/definition.ts';
import type { StepRef } from '../model/ids.ts';
import type { StepState } from '../model/state.ts';
import { activeSteps, definitionOf, put, stepOf, type Draft } from './draft.ts';
import { firstRung, wakeOf } from './ladder.ts';
import { dueCaseOf, timingOf } from './timing.ts';

/** Computes the deadlines of an active step again. Rungs already raised in this cycle are not raised again. */
export function recomputeStep(draft: Draft, ref: StepRef): void {
  const step = definitionOf(draft, ref);
  const { provisional: _was, ...before } = stepOf(draft, ref);
  const timing = timingOf(draft, step, before);
  const after: StepState = {
    ...before,
    ...(timing.opensAt !== undefined && { opensAt: timing.opensAt }),
    dueAt: timing.dueAt,
    ...(timing.provisional && { provisional: true as const }),
  };
  put(draft, ref, { ...after, wakeAt: wakeOf(draft, step, after) });
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

/** A new cycle of the ladder: after an extension, a rebooking, a resumption, a reopening. */
export function newCycle(draft: Draft, ref: StepRef, change: Partial<StepState> = {}): void {
  const {
    acknowledgedUntil: _until,
    acknowledgedBy: _by,
    acknowledgedAt: _at,
    acknowledgedReason: _reason,
    silencedMs: _silenced,
    ...state
  } = stepOf(draft, ref);
  put(draft, ref, {
    ...state,
    ...change,
    cycle: state.cycle + 1,
    rung: 0,
    repeat: 0,
  });
  recomputeStep(draft, ref);
  const step = definitionOf(draft, ref);
  const begun = stepOf(draft, ref);
  const rung = firstRung(draft, step, begun.dueAt);
  if (rung === 0 || begun.status !== 'open') return;
  put(draft, ref, { ...begun, rung, wakeAt: wakeOf(draft, step, { ...begun, rung }) });
}
