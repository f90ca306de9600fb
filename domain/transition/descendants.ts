import type { StepRef } from '../model/ids.ts';
import type { JourneyState } from '../model/state.ts';
import { isActive } from './draft.ts';

/** @returns the active steps that an outcome of `ref` opened, and what those opened in turn */
export function descendants(steps: JourneyState['steps'], ref: StepRef): StepRef[] {
  const found: StepRef[] = [];
  const seen = new Set<StepRef>([ref]);
  const queue = [ref];
  for (let cause = queue.shift(); cause !== undefined; cause = queue.shift())
    for (const key in steps) {
      const candidate = key as StepRef;
      const step = steps[candidate];
      if (step?.cause !== cause || seen.has(candidate)) continue;
      seen.add(candidate);
      queue.push(candidate);
      if (isActive(step)) found.push(candidate);
    }
  return found;
}
