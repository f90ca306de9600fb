import type { Consequence, Definition, StepDefinition } from '../../domain/definition/definition.ts';
import type { EndingKind } from '../../domain/model/state.ts';

/** Where a walk is to lead. */
export type Target =
  | { readonly kind: 'stage'; readonly stage: string }
  | { readonly kind: 'ending'; readonly ending: EndingKind };

const consequencesOf = (step: StepDefinition): Consequence[] =>
  Object.values(step.outcomes)
    .filter(({ rule }) => !rule.automatic)
    .flatMap(({ branches }) => branches.map(({ consequence }) => consequence));

/** @returns of every step, how many outcomes away the target is at best; a step that cannot lead there is absent */
export function distancesTo(definition: Definition, target: Target): ReadonlyMap<string, number> {
  const distances = new Map<string, number>();
  const steps = Object.values(definition.steps);
  const reached = ({ enter, end }: Consequence): boolean =>
    target.kind === 'stage' ? enter === target.stage : end === target.ending;
  const nextOf = ({ enter, open }: Consequence): readonly string[] => [
    ...open.map(({ step }) => step),
    ...(enter === undefined ? [] : (definition.entries[enter] ?? [])),
  ];
  for (let changed = true, round = 1; changed; round++) {
    changed = false;
    for (const step of steps) {
      if (distances.has(step.id)) continue;
      const leads = consequencesOf(step).some(
        (consequence) =>
          reached(consequence) ||
          nextOf(consequence).some((next) => (distances.get(next) ?? Infinity) < round),
      );
      if (!leads) continue;
      distances.set(step.id, round);
      changed = true;
    }
  }
  return distances;
}
