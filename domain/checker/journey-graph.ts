import { own } from '../definition/own.ts';
import { say, type Localized } from '../model/localized.ts';
import { neededFacts } from './check-conditions.ts';
import { branchCover } from './branch-cover.ts';
import {
  branchesOf,
  entrySteps,
  listOf,
  openingsOf,
  type BranchEntry,
  type CheckContext,
  type Opening,
  type StepEntry,
} from './context.ts';
import { durationInWords } from './duration-bounds.ts';
import { factsAfter } from './known-facts.ts';
import { parseDuration } from '../model/duration.ts';
import { type ProblemPath } from './problem.ts';

/** One way that one outcome of a step can go. */
export interface Edge {
  readonly step: StepEntry;
  readonly outcome: string;
  readonly interim: boolean;
  readonly told: Localized;
  readonly path: ProblemPath;
  readonly cancels: readonly string[];
  readonly ends: boolean;
  readonly enters?: string;
  readonly opens: readonly Opening[];
  readonly next: boolean;
  readonly stays: boolean;
  readonly marks?: string;
  readonly learns: readonly string[];
  /** Facts without which this outcome's branches might all fail. */
  readonly needs: readonly string[];
}

/** What each outcome of each step leads to. */
export interface JourneyGraph {
  readonly context: CheckContext;
  /** By step: outcomes that a person or the clock may record. Unanswered ones are absent. */
  readonly edges: ReadonlyMap<string, readonly Edge[]>;
  /** By step: what the program itself records: `sent`, `finished`. */
  readonly automatic: ReadonlyMap<string, readonly Edge[]>;
  /** By step: facts that its deadline's cases must know when it opens. */
  readonly dueNeeds: ReadonlyMap<string, readonly string[]>;
  /** Only these facts make a difference to the exploration. */
  readonly tracked: ReadonlySet<string>;
}

export function journeyGraph(context: CheckContext): JourneyGraph {
  const edges = new Map<string, Edge[]>();
  const automatic = new Map<string, Edge[]>();
  const dueNeeds = new Map<string, readonly string[]>();
  const tracked = new Set<string>();
  for (const entry of context.steps.values()) {
    const byPeople: Edge[] = [];
    const byItself: Edge[] = [];
    for (const [outcome, rule] of Object.entries(entry.rules)) {
      const found = outcomeEdges(context, entry, outcome);
      for (const edge of found) for (const fact of edge.needs) tracked.add(fact);
      (rule.automatic ? byItself : byPeople).push(...found);
    }
    const { due } = entry.step;
    const needs = Array.isArray(due)
      ? neededFacts(
          context,
          due.map((item) => ('when' in item ? { when: item.when, path: [] } : { path: [] })),
        )
      : [];
    for (const fact of needs) tracked.add(fact);
    edges.set(entry.id, byPeople);
    automatic.set(entry.id, byItself);
    dueNeeds.set(entry.id, needs);
  }
  return { context, edges, automatic, dueNeeds, tracked };
}

function outcomeEdges(context: CheckContext, entry: StepEntry, outcome: string): Edge[] {
  const source = own(entry.step.outcomes, outcome);
  if (source === undefined) return [];
  const path = [...entry.path, 'outcomes', outcome];
  const branches = branchesOf(source, path);
  const needs = Array.isArray(source) ? neededFacts(context, branches) : [];
  const possible = possibleBranches(context, branches);
  return branches.flatMap((branch, index) =>
    possible[index] === false ? [] : [edgeOf(context, entry, outcome, branch, needs)],
  );
}

function possibleBranches(context: CheckContext, branches: readonly BranchEntry[]): readonly boolean[] {
  const asked = branches.flatMap(({ when }) => {
    const condition = when === undefined ? undefined : context.condition(when);
    return condition ? [condition.ast] : [];
  });
  return asked.length === 0 ? [] : branchCover(asked, context.source.facts).possible;
}

function edgeOf(
  context: CheckContext,
  entry: StepEntry,
  outcome: string,
  { when, consequence, path }: BranchEntry,
  needs: readonly string[],
): Edge {
  return {
    step: entry,
    outcome,
    interim: own(entry.rules, outcome)?.interim === true,
    told: tell(entry, outcome, context, when),
    path,
    cancels: listOf(consequence.cancel),
    ends: consequence.end !== undefined,
    ...(consequence.enter !== undefined && { enters: consequence.enter }),
    opens: openingsOf(consequence, path),
    next: consequence.next === true,
    stays: consequence.stay === true,
    ...(consequence.marks !== undefined && { marks: consequence.marks }),
    learns: factsAfter(context.source, entry, outcome),
    needs,
  };
}

/** @returns when the clock ends the step by itself, in words; undefined for what people record */
export function clockTime(context: CheckContext, entry: StepEntry, outcome: string): Localized | undefined {
  if (entry.kind.timeout !== outcome) return undefined;
  const { step } = entry;
  const ladder = step.ladder === undefined ? undefined : own(context.source.ladders, step.ladder);
  const after = step.missedAfter ?? step.expiresAfter ?? ladder?.rungs.at(-1)?.after ?? '0d';
  const afterWords = durationInWords(after);
  const dueIn = step.due && !Array.isArray(step.due) && step.anchor === undefined ? step.due.in : undefined;
  if (entry.kind.timeoutNeedsAppointment)
    return say(`预约日之后 ${afterWords.zh}`, `${afterWords.en} after the appointment`);
  if (dueIn === undefined) return say(`到期后 ${afterWords.zh}`, `${afterWords.en} after it is due`);
  const day = /^(\d+)d$/u.exec(dueIn)?.[1];
  const dueWords = durationInWords(dueIn);
  return day === undefined
    ? say(`${dueWords.zh}，再过 ${afterWords.zh}`, `${dueWords.en} + ${afterWords.en}`)
    : say(`第 ${day} 天，再过 ${afterWords.zh}`, `day ${day} + ${afterWords.en}`);
}

function tell(entry: StepEntry, outcome: string, context: CheckContext, when: string | undefined): Localized {
  const title = own(entry.rules, outcome)?.title ?? say(outcome, outcome);
  const time = clockTime(context, entry, outcome);
  const zh = [time?.zh, when === undefined ? undefined : `若 ${when}`].filter((part) => part !== undefined);
  const en = [time?.en, when === undefined ? undefined : `when ${when}`].filter((part) => part !== undefined);
  return say(
    `${entry.id}（${entry.step.title.zh}）：${title.zh}${zh.length > 0 ? `（${zh.join('；')}）` : ''}`,
    `${entry.id}: ${outcome}${en.length > 0 ? ` (${en.join('; ')})` : ''}`,
  );
}

/** @returns the steps that an edge opens, those of an entered stage included, in order */
export function openedBy(context: CheckContext, edge: Edge): readonly Opening[] {
  const entered =
    edge.enters === undefined
      ? []
      : entrySteps(context.source, edge.enters).map((step) => ({ step, path: [...edge.path, 'enter'] }));
  return [...entered, ...edge.opens];
}

/**
 * @param edge the outcome that opens it, if it was one
 * @returns whether a step is opened at that very instant, and does not wait as scheduled; what counts from an anchor may lie in the past
 */
export function opensAtOnce(opening: Opening, edge: Edge | undefined): 'surely' | 'perhaps' | 'never' {
  if (opening.in === undefined) return 'surely';
  if (parseDuration(opening.in).amount === 0) return 'perhaps';
  if (opening.from === undefined) return 'never';
  // What the program records happens now; what people record may have happened long ago.
  const markedNow = edge?.marks === opening.from && edge.step.rules[edge.outcome]?.automatic === true;
  return markedNow ? 'never' : 'perhaps';
}
