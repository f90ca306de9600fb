import { mainOutcome } from '../definition/main-outcome.ts';
import type { DefinitionSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import type { StepEntry } from './context.ts';

/** @returns the facts that are surely known once the step has ended with that outcome */
export function factsAfter(
  source: DefinitionSource,
  { step }: StepEntry,
  outcome: string,
): readonly string[] {
  const main = step.kind === 'decision' || mainOutcome[step.kind] === outcome;
  const listed = Array.isArray(step.records)
    ? main
      ? step.records
      : []
    : (own(step.records, outcome) ?? []);
  const total = main && step.form !== undefined ? own(source.forms, step.form)?.total : undefined;
  const given = listed.filter((name) => !own(source.facts, name)?.optional && !own(source.facts, name)?.from);
  return total === undefined ? given : [...given, total];
}
