import type { DefinitionSource, StepSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { findRiskModel, riskModels } from '../risk/registry.ts';
import type { StepKindName } from '../steps/kind.ts';
import { eligibilityRules } from './check-conditions.ts';
import { modelInputProblems, recordable, unknownAnchor } from './check-facts.ts';
import { templateProblems } from './check-ladders.ts';
import { checkLengths } from './check-lengths.ts';
import type { CheckContext, StepEntry } from './context.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** Parts of a step that only some kinds have. */
const onlyFor: Readonly<Partial<Record<keyof StepSource, readonly StepKindName[]>>> = {
  form: ['questionnaire', 'assessment'],
  service: ['booking'],
  options: ['decision'],
  schedule: ['series'],
  missedAfter: ['questionnaire', 'booking', 'series', 'assessment'],
  expiresAfter: ['referral'],
  // A step that waits has rungs to say so of.
  urgent: ['notice'],
  // Nobody comes to what staff decide among themselves.
  bring: ['questionnaire', 'task', 'referral', 'booking', 'treatment', 'series', 'assessment', 'notice'],
};

/** Parts that make no sense on a message that leaves at once. */
const notForNotice = ['owner', 'due', 'ladder', 'anchor', 'outside', 'records', 'scores', 'lead'] as const;

/** @returns what is wrong with a step by itself: its deadline, owner, ladder and the parts that its kind needs */
export function checkStep(context: CheckContext, entry: StepEntry): Problem[] {
  return [
    ...misplaced(entry),
    ...(entry.waits ? waiting(context, entry) : notice(entry)),
    ...naming(context, entry),
    ...checkLengths(context, entry),
  ];
}

function misplaced({ step, path }: StepEntry): Problem[] {
  const wrong: string[] = Object.entries(onlyFor).flatMap(([part, kinds]) =>
    step[part as keyof StepSource] !== undefined && !kinds.includes(step.kind) ? [part] : [],
  );
  if (step.kind === 'notice') wrong.push(...notForNotice.filter((part) => step[part] !== undefined));
  return wrong.map((part) =>
    error(
      'misplaced-part',
      [...path, part],
      say(`种类为 ${step.kind} 的步骤没有“${part}”。`, `A step of kind ${step.kind} has no "${part}".`),
      say('请删除，或改用别的种类。', 'Remove it, or choose another kind.'),
      { atKey: true },
    ),
  );
}

function notice({ id, step, path }: StepEntry): Problem[] {
  return (['tell', 'template'] as const)
    .filter((part) => step[part] === undefined)
    .map((part) =>
      error(
        'notice-incomplete',
        path,
        say(`通知“${id}”缺少“${part}”。`, `The notice "${id}" has no "${part}".`),
        part === 'tell'
          ? say('请写明通知谁。', 'Say who is told.')
          : say('请写明消息模板。', 'Name its message.'),
        { atKey: true },
      ),
    );
}

function waiting({ source }: CheckContext, { id, step, path }: StepEntry): Problem[] {
  const problems: Problem[] = [];
  const missing = (code: string, zh: string, en: string, remedyZh: string, remedyEn: string): void => {
    problems.push(error(code, path, say(zh, en), say(remedyZh, remedyEn), { atKey: true }));
  };
  if (!step.owner)
    missing(
      'owner-missing',
      `步骤“${id}”没有负责人。`,
      `The step "${id}" has no owner.`,
      '请加 owner，例如 family-doctor。',
      'Add an owner, such as family-doctor.',
    );
  if (!step.ladder)
    missing(
      'ladder-missing',
      `步骤“${id}”没有升级阶梯：逾期无人知道。`,
      `The step "${id}" has no ladder: nobody would be told when it is overdue.`,
      `请加 ladder：${Object.keys(source.ladders).join(', ') || '先在 ladders 下声明'}。`,
      `Name a ladder: ${Object.keys(source.ladders).join(', ') || 'declare one under "ladders" first'}.`,
    );
  else if (!own(source.ladders, step.ladder))
    problems.push(
      error(
        'unknown-ladder',
        [...path, 'ladder'],
        say(`没有名为“${step.ladder}”的升级阶梯。`, `There is no ladder "${step.ladder}".`),
        suggestion(step.ladder, Object.keys(source.ladders)),
      ),
    );
  if (step.kind === 'series') {
    if (!step.schedule)
      missing(
        'schedule-missing',
        `定期随访“${id}”没有计划。`,
        `The series "${id}" has no schedule.`,
        '例如 schedule: [{ every: 6mo, until: 5y }]。',
        'Write for example schedule: [{ every: 6mo, until: 5y }].',
      );
    if (!step.anchor)
      missing(
        'anchor-missing',
        `定期随访“${id}”没有起算的时间锚点。`,
        `The series "${id}" has no anchor to count from.`,
        '请加 anchor，例如 surgery。',
        'Add an anchor, such as surgery.',
      );
  } else if (!step.due)
    missing(
      'due-missing',
      `步骤“${id}”没有期限。`,
      `The step "${id}" has no deadline.`,
      '例如 due: { in: 14d }。',
      'Write for example due: { in: 14d }.',
    );
  if (step.kind === 'decision' && !step.options)
    missing(
      'options-missing',
      `决定“${id}”没有选项。`,
      `The decision "${id}" has no options.`,
      '请在 options 下列出。',
      'List them under "options".',
    );
  if (step.kind === 'questionnaire' && !step.form && !step.records)
    missing(
      'form-missing',
      `问卷“${id}”没有问题。`,
      `The questionnaire "${id}" asks nothing.`,
      '请加 form，或在 records 下列出数据项。',
      'Name a form, or list facts under "records".',
    );
  return problems;
}

function naming({ source }: CheckContext, { id, step, path, rules }: StepEntry): Problem[] {
  const problems: Problem[] = [];
  if (step.form !== undefined && !own(source.forms, step.form))
    problems.push(
      error(
        'unknown-form',
        [...path, 'form'],
        say(`没有名为“${step.form}”的问卷表。`, `There is no form "${step.form}".`),
        suggestion(step.form, Object.keys(source.forms)),
      ),
    );
  if (step.anchor !== undefined && !own(source.anchors, step.anchor))
    problems.push(unknownAnchor(source, step.anchor, [...path, 'anchor']));
  if (step.template !== undefined)
    problems.push(...templateProblems(source, step.template, [...path, 'template']));
  if (step.kind !== 'notice' && (step.tell === undefined) !== (step.template === undefined))
    problems.push(
      error(
        'notice-incomplete',
        path,
        say(
          `步骤“${id}”的“tell”和“template”须同时写。`,
          `The step "${id}" has one of "tell" and "template" without the other.`,
        ),
        say('请补上另一个，或都删除。', 'Give both, or neither.'),
        { atKey: true },
      ),
    );
  for (const [index, named] of (step.scores ?? []).entries())
    problems.push(...scoreProblems(source, named, [...path, 'scores', index]));
  const records = step.records;
  if (Array.isArray(records))
    problems.push(...records.flatMap((fact, index) => recordable(source, fact, [...path, 'records', index])));
  else
    for (const [outcome, facts] of Object.entries(records ?? {})) {
      if (!own(rules, outcome))
        problems.push(
          error(
            'unknown-outcome',
            [...path, 'records', outcome],
            say(`“${id}”没有结局“${outcome}”。`, `"${id}" has no outcome "${outcome}".`),
            suggestion(outcome, Object.keys(rules)),
            { atKey: true },
          ),
        );
      problems.push(
        ...facts.flatMap((fact, index) => recordable(source, fact, [...path, 'records', outcome, index])),
      );
    }
  return problems;
}

/** What a step computes: a model, or a model and the rule that it is asked for (`lungEligibility/cn2021`). */
function scoreProblems(source: DefinitionSource, named: string, path: ProblemPath): Problem[] {
  const slash = named.indexOf('/');
  const id = slash < 0 ? named : named.slice(0, slash);
  const rule = slash < 0 ? undefined : named.slice(slash + 1);
  const model = findRiskModel(id);
  if (!model)
    return [
      error(
        'unknown-model',
        path,
        say(`没有名为“${id}”的风险模型。`, `There is no risk model "${id}".`),
        suggestion(
          id,
          riskModels.map((known) => known.id),
        ),
      ),
    ];
  const rules = id === 'lungEligibility' ? eligibilityRules : [];
  if (rules.length === 0 && rule !== undefined)
    return [
      error(
        'unknown-model',
        path,
        say(`风险模型“${id}”不分规则。`, `The risk model "${id}" has no rules to choose from.`),
        say(`请写 ${id}。`, `Write ${id}.`),
      ),
    ];
  if (rules.length > 0 && rule === undefined)
    return [
      error(
        'unknown-model',
        path,
        say(`“${id}”没有写明用哪一条规则。`, `"${id}" does not say by which rule.`),
        say(
          `例如 ${id}/${rules[0]}；可用：${rules.join(', ')}。`,
          `Write for example ${id}/${rules[0]}; the rules are: ${rules.join(', ')}.`,
        ),
      ),
    ];
  if (rule !== undefined && !rules.includes(rule))
    return [
      error(
        'unknown-model',
        path,
        say(`“${id}”没有规则“${rule}”。`, `"${id}" has no rule "${rule}".`),
        suggestion(rule, rules),
      ),
    ];
  return modelInputProblems(source, id, path);
}
