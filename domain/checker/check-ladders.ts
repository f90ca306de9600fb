import type { DefinitionSource, LadderSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { builtInTemplates } from '../transition/notices.ts';
import { isNegative, isPositive, surelyBefore } from './duration-bounds.ts';
import { limits, maximumRungs, tooLong, tooShort } from './limits.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** @returns what is wrong with the escalation ladders: a ladder climbs in time and ends at a member of staff after the due date */
export function checkLadders(source: DefinitionSource): Problem[] {
  return Object.entries(source.ladders).flatMap(([name, ladder]) => ladderProblems(source, name, ladder));
}

function ladderProblems(source: DefinitionSource, name: string, ladder: LadderSource): Problem[] {
  const path = ['ladders', name];
  const problems: Problem[] = [];
  for (const [index, rung] of ladder.rungs.entries()) {
    const at = [...path, 'rungs', index];
    const before = ladder.rungs[index - 1];
    if (before && !surelyBefore(before.after, rung.after))
      problems.push(
        error(
          'rungs-not-increasing',
          [...at, 'after'],
          say(
            `阶梯“${name}”的第 ${index + 1} 级（${rung.after}）不一定晚于上一级（${before.after}）。`,
            `Rung ${index + 1} of the ladder "${name}" (${rung.after}) is not surely later than the one before it (${before.after}).`,
          ),
          say('请用同一单位并逐级加长。', 'Count both in the same unit, and make each longer than the last.'),
        ),
      );
    if (rung.template !== undefined)
      problems.push(...templateProblems(source, rung.template, [...at, 'template']));
  }
  const last = ladder.rungs.at(-1);
  const lastAt = [...path, 'rungs', ladder.rungs.length - 1];
  if (last?.tell === 'resident')
    problems.push(
      error(
        'ladder-ends-at-resident',
        [...lastAt, 'tell'],
        say(
          `阶梯“${name}”止于居民本人：没有工作人员会知道。`,
          `The ladder "${name}" ends at the resident: no member of staff would ever know.`,
        ),
        say(
          '最后一级请通知工作人员，例如 district-coordinator。',
          'Let the last rung tell a member of staff, such as district-coordinator.',
        ),
      ),
    );
  if (last && isNegative(last.after))
    problems.push(
      error(
        'ladder-ends-before-due',
        [...lastAt, 'after'],
        say(
          `阶梯“${name}”在到期之前就结束：逾期无人知道。`,
          `The ladder "${name}" ends before the due date: nobody is told when it passes.`,
        ),
        say(
          '请再加一级，例如 { after: 3wd, tell: owner }。',
          'Add a rung after it, such as { after: 3wd, tell: owner }.',
        ),
      ),
    );
  if (ladder.rungs.length > maximumRungs)
    problems.push(
      error(
        'too-many-rungs',
        [...path, 'rungs', maximumRungs],
        say(
          `阶梯“${name}”有 ${ladder.rungs.length} 级。`,
          `The ladder "${name}" has ${ladder.rungs.length} rungs.`,
        ),
        say(
          `最多 ${maximumRungs} 级；之后用 repeat 重复最后一级。`,
          `Write at most ${maximumRungs}; after them the last one repeats.`,
        ),
      ),
    );
  const first = ladder.rungs[0];
  if (first && isNegative(first.after))
    problems.push(
      ...tooLong(
        first.after.slice(1),
        limits.firstRung,
        [...path, 'rungs', 0, 'after'],
        [`阶梯“${name}”首次提醒的提前量`, `The first reminder of the ladder "${name}" before the due date`],
      ),
    );
  if (last && !isNegative(last.after))
    problems.push(
      ...tooLong(
        last.after,
        limits.lastRung,
        [...lastAt, 'after'],
        [`阶梯“${name}”到最后一级的时间`, `The time to the last rung of the ladder "${name}"`],
      ),
    );
  const repeatAt = [...path, 'repeat'];
  const repeat = [`阶梯“${name}”的重复间隔`, `The interval at which the ladder "${name}" repeats`] as const;
  if (isPositive(ladder.repeat))
    problems.push(
      ...tooShort(ladder.repeat, limits.repeatAtLeast, repeatAt, repeat),
      ...tooLong(ladder.repeat, limits.repeat, repeatAt, repeat),
    );
  else
    problems.push(
      error(
        'duration-not-positive',
        repeatAt,
        say(`阶梯“${name}”的重复间隔须大于零。`, `The ladder "${name}" repeats without time passing.`),
        say('例如 repeat: 7d。', 'Write for example repeat: 7d.'),
      ),
    );
  return problems;
}

export function templateProblems(source: DefinitionSource, template: string, path: ProblemPath): Problem[] {
  if (own(source.templates, template) || (builtInTemplates as readonly string[]).includes(template))
    return [];
  return [
    error(
      'unknown-template',
      path,
      say(`没有名为“${template}”的消息模板。`, `There is no template "${template}".`),
      suggestion(template, [...Object.keys(source.templates), ...builtInTemplates]),
    ),
  ];
}
