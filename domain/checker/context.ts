import type { ASTNode } from '@marcbachmann/cel-js';
import {
  conditionEnvironment,
  referencesOf,
  type ConditionEnvironment,
  type References,
} from '../condition/environment.ts';
import type { ConsequenceSource, DefinitionSource, OutcomeSource, StepSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import type { OutcomeRule, StepKind } from '../steps/kind.ts';
import { stepKinds } from '../steps/step-kinds.ts';
import type { ProblemPath } from './problem.ts';

/** A step with what its kind says about it. */
export interface StepEntry {
  readonly id: string;
  readonly stage: string;
  readonly step: StepSource;
  readonly path: ProblemPath;
  readonly kind: StepKind;
  /** The outcomes that it may have: its kind's, or a decision's own. */
  readonly rules: Readonly<Record<string, OutcomeRule>>;
  /** True for a step that waits for somebody; a notice does not. */
  readonly waits: boolean;
}

export interface ParsedCondition {
  readonly ast: ASTNode;
  readonly references: References;
}

/** A definition, indexed for the checks. */
export interface CheckContext {
  readonly source: DefinitionSource;
  /** By id; of two with the same id, the first. */
  readonly steps: ReadonlyMap<string, StepEntry>;
  readonly environment: ConditionEnvironment;
  /** @returns the condition, or undefined when it is not valid, which another check reports */
  readonly condition: (text: string) => ParsedCondition | undefined;
}

export function checkContext(source: DefinitionSource): CheckContext {
  const environment = conditionEnvironment(source.facts);
  const steps = new Map<string, StepEntry>();
  for (const [stage, { steps: inStage }] of Object.entries(source.stages))
    for (const [id, step] of Object.entries(inStage))
      if (!steps.has(id)) steps.set(id, entryOf(id, stage, step));
  const conditions = new Map<string, ParsedCondition | undefined>();
  const condition = (text: string): ParsedCondition | undefined => {
    if (!conditions.has(text)) conditions.set(text, parseCondition(environment, text));
    return conditions.get(text);
  };
  return { source, steps, environment, condition };
}

function entryOf(id: string, stage: string, step: StepSource): StepEntry {
  const kind = stepKinds[step.kind];
  const rules = kind.openOutcomes
    ? Object.fromEntries(
        Object.entries(step.options ?? {}).map(([name, title]) => [
          name,
          { title, required: true } satisfies OutcomeRule,
        ]),
      )
    : kind.outcomes;
  return {
    id,
    stage,
    step,
    path: ['stages', stage, 'steps', id],
    kind,
    rules,
    waits: step.kind !== 'notice',
  };
}

function parseCondition(environment: ConditionEnvironment, text: string): ParsedCondition | undefined {
  try {
    const parsed = environment.cel.parse(text);
    const checked = parsed.check();
    return checked.valid && checked.type === 'bool'
      ? { ast: parsed.ast, references: referencesOf(parsed.ast) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** One way that an outcome can go. */
export interface BranchEntry {
  readonly when?: string;
  readonly consequence: ConsequenceSource;
  readonly path: ProblemPath;
}

/** @returns the branches of an outcome; a plain consequence is one without a condition */
export function branchesOf(outcome: OutcomeSource, path: ProblemPath): BranchEntry[] {
  if (!Array.isArray(outcome)) return [{ consequence: outcome, path }];
  return outcome.map((branch, index) => {
    if ('when' in branch) {
      const { when, ...consequence } = branch;
      return { when, consequence, path: [...path, index] };
    }
    return { consequence: branch.otherwise, path: [...path, index, 'otherwise'] };
  });
}

/** @returns a list, whether one or several were written */
export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

export interface Opening {
  readonly step: string;
  readonly in?: string;
  readonly from?: string;
  readonly path: ProblemPath;
}

/** @returns the steps that a consequence opens by name */
export function openingsOf({ open }: ConsequenceSource, path: ProblemPath): Opening[] {
  const at = [...path, 'open'];
  if (open === undefined) return [];
  if (typeof open === 'string') return [{ step: open, path: at }];
  if (Array.isArray(open)) return open.map((step, index) => ({ step, path: [...at, index] }));
  return Object.entries(open).map(([step, when]) => ({
    step,
    in: when.in,
    ...(when.from !== undefined && { from: when.from }),
    path: [...at, step],
  }));
}

/** @returns the steps that entering the stage opens */
export function entrySteps(source: DefinitionSource, stage: string): readonly string[] {
  const definition = own(source.stages, stage);
  if (!definition) return [];
  return definition.entry === undefined
    ? Object.keys(definition.steps).slice(0, 1)
    : listOf(definition.entry);
}

/** @returns the name of the stage in which a journey starts */
export const firstStage = (source: DefinitionSource): string | undefined => Object.keys(source.stages)[0];
