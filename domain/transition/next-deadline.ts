import { asStepRef, type StepRef } from '../model/ids.ts';
import type { JourneyState, StepOwner, StepState } from '../model/state.ts';

export interface NextDeadline {
  /** UTC epoch milliseconds. */
  readonly at: number;
  /** The step that it belongs to. */
  readonly step: StepRef;
  readonly owner: StepOwner;
}

/**
 * @param among the steps that are open or scheduled, where the caller has them
 * @returns what the clock waits for next and whose it is: the end of a pause, or the earliest wake of a step; null once the journey has ended
 */
export function nextDeadline(
  state: JourneyState,
  among: readonly StepRef[] = Object.keys(state.steps).map(asStepRef),
): NextDeadline | null {
  if (state.ending) return null;
  let found: StepState | undefined;
  let step: StepRef | undefined;
  for (const ref of among) {
    const candidate = state.steps[ref];
    if (candidate?.wakeAt === undefined) continue;
    if (found?.wakeAt === undefined || candidate.wakeAt < found.wakeAt) {
      found = candidate;
      step = ref;
    }
  }
  if (found?.wakeAt === undefined || step === undefined) return null;
  return { at: state.pause ? state.pause.until : found.wakeAt, step, owner: found.owner };
}
