import { own } from '../definition/own.ts';
import { checkCases } from './check-conditions.ts';
import { unknownAnchor } from './check-facts.ts';
import {
  branchesOf,
  entrySteps,
  listOf,
  openingsOf,
  type BranchEntry,
  type CheckContext,
  type StepEntry,
} from './context.ts';
import { isNegative } from './duration-bounds.ts';
import { limits, tooLong } from './limits.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** @returns what is wrong with the outcomes that a step answers, apart from where they lead */
export function checkOutcomes(context: CheckContext, entry: StepEntry): Problem[] {
  const problems: Problem[] = [];
  for (const [name, outcome] of Object.entries(entry.step.outcomes)) {
    const path = [...entry.path, 'outcomes', name];
    const rule = own(entry.rules, name);
    if (!rule) {
      problems.push(
        error(
          'unknown-outcome',
          path,
          say(
            `“${entry.id}”（${entry.kind.title.zh}）没有结局“${name}”。`,
            `"${entry.id}" (${entry.step.kind}) has no outcome "${name}".`,
          ),
          suggestion(name, Object.keys(entry.rules)),
          { atKey: true },
        ),
      );
      continue;
    }
    const branches = branchesOf(outcome, path);
    if (Array.isArray(outcome)) {
      const cases = branches.map(({ when }, index) => ({
        ...(when !== undefined && { when }),
        path: [...path, index],
      }));
      problems.push(...checkCases(context, { cases, path }));
    }
    for (const branch of branches)
      problems.push(
        ...references(context, branch),
        ...againAtOnce(context, entry, name, branch),
        ...combination(entry, name, branch, rule.interim === true),
      );
  }
  return problems;
}

function references({ source, steps }: CheckContext, { consequence, path }: BranchEntry): Problem[] {
  const problems: Problem[] = [];
  const step = (name: string, at: ProblemPath, atKey: boolean): void => {
    if (!steps.has(name))
      problems.push(
        error(
          'unknown-step',
          at,
          say(`没有名为“${name}”的步骤。`, `There is no step "${name}".`),
          suggestion(name, [...steps.keys()]),
          atKey ? { atKey: true } : {},
        ),
      );
  };
  for (const opening of openingsOf(consequence, path)) {
    step(opening.step, opening.path, opening.in !== undefined);
    if (opening.from !== undefined && !own(source.anchors, opening.from))
      problems.push(unknownAnchor(source, opening.from, [...opening.path, 'from']));
    if (opening.in !== undefined && isNegative(opening.in))
      problems.push(
        error(
          'duration-not-positive',
          [...opening.path, 'in'],
          say(`“${opening.step}”不能在过去打开。`, `"${opening.step}" cannot open in the past.`),
          say('请写零或更长的时间。', 'Write nothing (0d) or a longer time.'),
        ),
      );
    if (opening.in !== undefined)
      problems.push(
        ...tooLong(
          opening.in,
          opening.from === undefined ? limits.opensIn : limits.opensInFromAnchor,
          [...opening.path, 'in'],
          [`“${opening.step}”打开之前的时间`, `The time until "${opening.step}" opens`],
        ),
      );
  }
  const cancelled = listOf(consequence.cancel);
  for (const [index, name] of cancelled.entries())
    step(name, [...path, 'cancel', ...(Array.isArray(consequence.cancel) ? [index] : [])], false);
  if (consequence.enter !== undefined && !own(source.stages, consequence.enter))
    problems.push(
      error(
        'unknown-stage',
        [...path, 'enter'],
        say(`没有名为“${consequence.enter}”的阶段。`, `There is no stage "${consequence.enter}".`),
        suggestion(consequence.enter, Object.keys(source.stages)),
      ),
    );
  if (consequence.marks !== undefined && !own(source.anchors, consequence.marks))
    problems.push(unknownAnchor(source, consequence.marks, [...path, 'marks']));
  return problems;
}

function combination(
  entry: StepEntry,
  outcome: string,
  { consequence, path }: BranchEntry,
  interim: boolean,
): Problem[] {
  const { enter, open, end, next, stay } = consequence;
  const clash = (zh: string, en: string, remedyZh: string, remedyEn: string): Problem[] => [
    error('consequence-contradicts', path, say(zh, en), say(remedyZh, remedyEn)),
  ];
  if (interim) {
    const closing = (['enter', 'end', 'next', 'cancel'] as const).find(
      (part) => consequence[part] !== undefined,
    );
    if (closing === undefined) return [];
    return clash(
      `“${outcome}”只是中间结果，步骤仍开着，不能写“${closing}”。`,
      `"${outcome}" leaves the step open, so it cannot have "${closing}".`,
      '这里只能写 marks 或 open。',
      'Only "marks" and "open" may stand here.',
    );
  }
  if (
    enter === undefined &&
    open === undefined &&
    end === undefined &&
    next === undefined &&
    stay === undefined
  )
    return [
      error(
        'consequence-missing',
        path,
        say(
          `“${entry.id}”出现“${outcome}”之后没有下一步。`,
          `Nothing follows "${outcome}" of "${entry.id}".`,
        ),
        say(
          '请写 enter、open 或 end；若确无新步骤，写 stay: true。',
          'Write enter, open or end; or stay: true when on purpose nothing new opens.',
        ),
      ),
    ];
  const moves = enter !== undefined || open !== undefined || next !== undefined;
  if (end !== undefined && (moves || stay))
    return clash(
      'end 之后不能再有下一步。',
      'Nothing can follow "end".',
      '请只保留其中一个。',
      'Keep one of them.',
    );
  if (stay && moves)
    return clash(
      'stay 表示不打开新步骤。',
      '"stay" says that nothing new opens.',
      '请删除 stay。',
      'Remove "stay".',
    );
  if (next && entry.step.kind !== 'series')
    return clash('next 只用于定期随访。', '"next" is for a series only.', '请改用 open。', 'Use "open".');
  if (next && outcome === 'finished')
    return clash(
      '随访期满后没有下一次。',
      'After "finished" there is no next one.',
      '请写 enter、open 或 end。',
      'Write enter, open or end.',
    );
  return [];
}

/** A series whose points have all passed has none to wait for: opened again, it would ask for its last visit over and over. */
function againAtOnce(
  { source }: CheckContext,
  { id, step }: StepEntry,
  outcome: string,
  { consequence, path }: BranchEntry,
): Problem[] {
  if (step.kind !== 'series' || outcome !== 'finished' || consequence.marks === step.anchor) return [];
  const opened = openingsOf(consequence, path).map((opening) => opening.step);
  const entered = consequence.enter === undefined ? [] : entrySteps(source, consequence.enter);
  if (![...opened, ...entered].includes(id)) return [];
  return [
    error(
      'series-without-end',
      path,
      say(
        `“${id}”期满后又打开自己，会没完没了地要求最后一次随访。`,
        `"${id}" opens itself again once it has finished, and would ask for its last visit over and over.`,
      ),
      say(
        '请写 end、enter 或打开别的步骤；若重新起算，请同时写 marks。',
        'Write end, enter, or open another step; or mark its anchor anew, to count from there.',
      ),
    ),
  ];
}
