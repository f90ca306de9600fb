import { stepIdOf, type StepRef } from '../model/ids.ts';
import type { Draft } from './draft.ts';
import { openStep } from './open-step.ts';

/** Opens a built-in step; one that is open already is left as it is. @returns the occurrence that is open */
export function openBeside(draft: Draft, id: string): StepRef {
  openStep(draft, id, {});
  const ref = draft.active.find((one) => stepIdOf(one) === id);
  if (ref === undefined) throw new Error(`journey ${draft.state.journey} could not open ${id}.`);
  return ref;
}
