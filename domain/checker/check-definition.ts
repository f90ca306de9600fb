import type { DefinitionSource } from '../definition/source.ts';
import { checkCycles } from './check-cycles.ts';
import { checkExamples } from './check-examples.ts';
import { checkFacts } from './check-facts.ts';
import { checkLadders } from './check-ladders.ts';
import { checkNames } from './check-names.ts';
import { checkReadable } from './check-readable.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { checkReach } from './check-reach.ts';
import { checkStages } from './check-stages.ts';
import { checkStep } from './check-step.ts';
import { checkForms, checkTemplates } from './check-texts.ts';
import { checkUnused } from './check-unused.ts';
import { checkContext } from './context.ts';
import { journeyGraph } from './journey-graph.ts';
import { passes, type Problem } from './problem.ts';
import { runExamples } from './run-examples.ts';

/**
 * Proves that a definition can strand nobody, or tells how it could.
 *
 * Later questions are asked only of what the earlier ones have passed, so that one slip gives one problem.
 *
 * @returns every problem found; the definition may be published when none of them is an error
 */
export function checkDefinition(source: DefinitionSource): Problem[] {
  const names = [...checkReadable(source), ...checkNames(source)];
  if (!passes(names)) return names;
  const facts = checkFacts(source);
  // Without proper facts no condition can be understood.
  if (!passes(facts)) return facts;
  const context = checkContext(source);
  const parts = [
    ...facts,
    ...checkLadders(source),
    ...checkForms(source),
    ...checkTemplates(source),
    ...checkStages(context),
    ...[...context.steps.values()].flatMap((entry) => [
      ...checkStep(context, entry),
      ...checkOutcomes(context, entry),
    ]),
    ...checkExamples(context),
  ];
  if (!passes(parts)) return parts;
  const cycles = checkCycles(journeyGraph(context));
  if (!passes(cycles)) return [...parts, ...cycles];
  const reach = checkReach(context);
  if (!passes(reach)) return [...parts, ...reach];
  return [...parts, ...reach, ...checkUnused(context), ...runExamples(source)];
}
