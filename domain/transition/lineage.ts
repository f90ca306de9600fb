import type { StepRef } from '../model/ids.ts';
import { isActive, type Draft } from './draft.ts';

/** What came of an outcome. */
export interface Lineage {
  /** Steps that are open or scheduled because of it. */
  readonly active: readonly StepRef[];
  /** Notices that it sent. */
  readonly notices: readonly StepRef[];
  /** Steps that somebody has done since because of it: from there on the road is theirs. */
  readonly done: readonly StepRef[];
}

/** @returns what an outcome of `ref` opened, and what that opened in turn, up to what somebody has done */
export function lineageOf(draft: Draft, ref: StepRef): Lineage {
  const lineage = { active: [] as StepRef[], notices: [] as StepRef[], done: [] as StepRef[] };
  const seen = new Set<StepRef>([ref]);
  const queue = [ref];
  for (let cause = queue.shift(); cause !== undefined; cause = queue.shift())
    for (const key in draft.state.steps) {
      const candidate = key as StepRef;
      const step = draft.state.steps[candidate];
      if (step?.cause !== cause || seen.has(candidate)) continue;
      seen.add(candidate);
      // What is over may be of a step that the version in force no longer has: then its outcome was somebody's.
      const definition = draft.names.stepOf(candidate);
      const outcome = step.outcome === undefined ? undefined : definition?.outcomes[step.outcome];
      if (step.status === 'done' && !outcome?.rule.automatic) {
        lineage.done.push(candidate);
        continue;
      }
      if (definition?.kind === 'notice') lineage.notices.push(candidate);
      if (isActive(step)) lineage.active.push(candidate);
      queue.push(candidate);
    }
  return lineage;
}
