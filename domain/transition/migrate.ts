import { stepIdOf } from '../model/ids.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { activeSteps, type Draft } from './draft.ts';
import { recomputeAll } from './recompute.ts';

/** Moves the journey to another version of its pathway, where everything open exists there too; deadlines are computed anew from their anchors. */
export function migrate(draft: Draft): Refusal | undefined {
  const { definition, state } = draft;
  // Only what is under way has to exist there, as the same kind of thing; what is over is over.
  const missing = activeSteps(draft).filter(([ref, step]) => {
    const there = definition.steps[stepIdOf(ref)];
    return there === undefined || (step.planned !== undefined) !== (there.kind === 'series');
  });
  if (missing.length > 0 || definition.entries[state.stage] === undefined)
    return refuse(
      'MigrationImpossible',
      `第 ${definition.version} 版没有：${[...missing.map(([ref]) => stepIdOf(ref)), ...(definition.entries[state.stage] ? [] : [state.stage])].join('、')}。`,
      `Version ${definition.version} does not have: ${[...missing.map(([ref]) => stepIdOf(ref)), ...(definition.entries[state.stage] ? [] : [state.stage])].join(', ')}.`,
      { field: 'toVersion' },
    );
  state.version = definition.version;
  recomputeAll(draft, true);
  return undefined;
}
