import { compileCondition, type Condition } from '../condition/condition.ts';
import { conditionEnvironment } from '../condition/environment.ts';
import { parseDuration, type Duration } from '../model/duration.ts';
import type { OutcomeRule } from '../steps/kind.ts';
import { stepKinds } from '../steps/step-kinds.ts';
import { builtInSteps } from './built-in-steps.ts';
import type {
  Branch,
  Consequence,
  Definition,
  DueCase,
  Ladder,
  OutcomeDefinition,
  StepDefinition,
} from './definition.ts';
import { DefinitionError } from './definition-error.ts';
import { mainOutcome } from './main-outcome.ts';
import { own } from './own.ts';
import { stepSettings } from './step-settings.ts';
import type { ConsequenceSource, DefinitionSource, DueSource, OutcomeSource, StepSource } from './source.ts';

type Path = readonly (string | number)[];
type ConditionCompiler = (source: string, path: Path) => Condition;

const list = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

const zeroDuration: Duration = { amount: 0, unit: 'd' };

/**
 * @returns the definition ready to run
 * @throws DefinitionError on what the checker would have refused: a condition that does not compile, a missing ladder
 */
export function compileDefinition(source: DefinitionSource, version: number): Definition {
  const environment = conditionEnvironment(source.facts);
  const where = `${source.pathway}@${version}`;
  const condition: ConditionCompiler = (text, path) => {
    try {
      return compileCondition(text, environment, source.facts);
    } catch (cause) {
      throw new DefinitionError(
        `${where}: the condition at ${path.join('.')} is not valid: ${(cause as Error).message}`,
        path,
        { cause },
      );
    }
  };
  const steps: Record<string, StepDefinition> = {};
  const entries: Record<string, readonly string[]> = {};
  for (const [stageId, stage] of Object.entries(source.stages)) {
    const ids = Object.keys(stage.steps);
    entries[stageId] = stage.entry === undefined ? ids.slice(0, 1) : list(stage.entry);
    for (const [id, step] of Object.entries(stage.steps)) {
      const path = ['stages', stageId, 'steps', id];
      if (own(builtInSteps, id))
        throw new DefinitionError(
          `${where}: every pathway has a step "${id}" already; give this one another name.`,
          path,
        );
      if (own(steps, id))
        throw new DefinitionError(
          `${where}: two steps are called "${id}"; a step's name is unique in its pathway.`,
          path,
        );
      steps[id] = compileStep(where, source, stageId, id, step, path, condition);
    }
  }
  Object.assign(steps, builtInSteps);
  const firstStage = Object.keys(source.stages)[0];
  if (firstStage === undefined) throw new DefinitionError(`${where}: there is no stage.`, ['stages']);
  return { id: source.pathway, version, source, environment, firstStage, entries, steps };
}

function compileStep(
  where: string,
  source: DefinitionSource,
  stage: string,
  id: string,
  step: StepSource,
  path: Path,
  condition: ConditionCompiler,
): StepDefinition {
  const rules = stepKinds[step.kind];
  const instant = step.kind === 'notice';
  const ladderSource = step.ladder === undefined ? undefined : own(source.ladders, step.ladder);
  if (!instant && !ladderSource)
    throw new DefinitionError(
      `${where}: step "${id}" needs a ladder; name one of ${Object.keys(source.ladders).join(', ')}.`,
      [...path, 'ladder'],
    );
  if (!instant && !step.owner)
    throw new DefinitionError(`${where}: step "${id}" needs an owner.`, [...path, 'owner']);
  const ladder: Ladder = {
    rungs: (ladderSource?.rungs ?? []).map((rung) => ({
      after: parseDuration(rung.after),
      tell: rung.tell,
      template: rung.template,
      urgent: rung.urgent === true,
    })),
    repeat: parseDuration(ladderSource?.repeat ?? '7d'),
  };
  const due = compileDue(step.due, [...path, 'due'], condition);
  if (!instant && step.kind !== 'series' && due.length === 0)
    throw new DefinitionError(
      `${where}: step "${id}" needs a deadline; write for example due: { in: 14d }.`,
      [...path, 'due'],
    );
  const outcomes: Record<string, OutcomeDefinition> = {};
  const rulesOf: Readonly<Record<string, OutcomeRule>> = rules.openOutcomes
    ? Object.fromEntries(
        Object.entries(step.options ?? {}).map(([name, title]) => [name, { title, required: true }]),
      )
    : rules.outcomes;
  for (const [name, rule] of Object.entries(rulesOf)) {
    const outcome = own(step.outcomes, name);
    if (outcome === undefined && !rule.interim) continue;
    outcomes[name] = {
      rule,
      ...recordedFacts(source, step, name),
      branches: outcome === undefined ? [] : compileOutcome(outcome, [...path, 'outcomes', name], condition),
    };
  }
  const after = step.missedAfter ?? step.expiresAfter;
  const lastRung = ladder.rungs.at(-1)?.after;
  return {
    id,
    stage,
    kind: step.kind,
    rules,
    source: step,
    owner: step.owner ?? 'district-coordinator',
    due,
    anchor: step.anchor,
    lead: step.lead === undefined ? undefined : parseDuration(step.lead),
    ladder,
    timeout: rules.timeout
      ? {
          outcome: rules.timeout,
          after: after === undefined ? (lastRung ?? zeroDuration) : parseDuration(after),
        }
      : undefined,
    schedule: compileSchedule(where, step, path),
    outcomes,
    settings: stepSettings(step),
  };
}

/** Facts listed under `records` come with the outcome that does the step, unless listed for each outcome. */
function recordedFacts(
  source: DefinitionSource,
  step: StepSource,
  outcome: string,
): Pick<OutcomeDefinition, 'requires' | 'renews'> {
  const records = step.records;
  const named = Array.isArray(records)
    ? step.kind === 'decision' || mainOutcome[step.kind] === outcome
      ? records
      : []
    : (own(records, outcome) ?? []);
  const recorded = named.filter((name) => !own(source.facts, name)?.from);
  return {
    requires: recorded.filter((name) => !own(source.facts, name)?.optional),
    renews: recorded.filter((name) => own(source.facts, name)?.optional),
  };
}

function compileDue(
  due: DueSource | undefined,
  path: Path,
  condition: ConditionCompiler,
): readonly DueCase[] {
  if (due === undefined) return [];
  if (!Array.isArray(due)) return [{ in: parseDuration(due.in) }];
  return due.map((item, i) => {
    if ('when' in item)
      return { when: condition(item.when, [...path, i, 'when']), in: parseDuration(item.in) };
    return { in: parseDuration(typeof item.otherwise === 'string' ? item.otherwise : item.otherwise.in) };
  });
}

function compileOutcome(outcome: OutcomeSource, path: Path, condition: ConditionCompiler): readonly Branch[] {
  if (!Array.isArray(outcome)) return [{ consequence: compileConsequence(outcome) }];
  return outcome.map((branch, i) =>
    'when' in branch
      ? { when: condition(branch.when, [...path, i, 'when']), consequence: compileConsequence(branch) }
      : { consequence: compileConsequence(branch.otherwise) },
  );
}

function compileConsequence(source: ConsequenceSource): Consequence {
  const { open } = source;
  return {
    ...(source.marks !== undefined && { marks: source.marks }),
    ...(source.end !== undefined && { end: source.end }),
    ...(source.enter !== undefined && { enter: source.enter }),
    cancel: list(source.cancel),
    open:
      open === undefined || typeof open === 'string' || Array.isArray(open)
        ? list(open).map((step) => ({ step }))
        : Object.entries(open).map(([step, at]) => ({
            step,
            in: at.in,
            ...(at.from !== undefined && { from: at.from }),
          })),
    next: source.next === true,
  };
}

const monthsOrDays = (duration: Duration): { count: number; unit: 'mo' | 'd' } | undefined => {
  const { amount, unit } = duration;
  if (unit === 'mo') return { count: amount, unit: 'mo' };
  if (unit === 'y') return { count: amount * 12, unit: 'mo' };
  if (unit === 'd') return { count: amount, unit: 'd' };
  if (unit === 'w') return { count: amount * 7, unit: 'd' };
  return undefined;
};

function compileSchedule(where: string, step: StepSource, path: Path): readonly Duration[] {
  const points: Duration[] = [];
  let reached = 0;
  for (const [i, entry] of (step.schedule ?? []).entries()) {
    const every = monthsOrDays(parseDuration(entry.every));
    const until = monthsOrDays(parseDuration(entry.until));
    if (
      !every ||
      !until ||
      every.unit !== until.unit ||
      every.count <= 0 ||
      (points[0] && points[0].unit !== every.unit)
    )
      throw new DefinitionError(
        `${where}: a schedule counts in months and years, or in days and weeks, throughout: write for example every: 6mo, until: 36mo.`,
        [...path, 'schedule', i],
      );
    for (reached += every.count; reached <= until.count; reached += every.count)
      points.push({ amount: reached, unit: every.unit });
    reached -= every.count;
  }
  return points;
}
