import { listOf, type CheckContext } from './context.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem } from './problem.ts';

/** @returns what is wrong with the stages: steps in them, their entry steps, names used twice */
export function checkStages({ source, steps }: CheckContext): Problem[] {
  const problems: Problem[] = [];
  if (Object.keys(source.stages).length === 0)
    problems.push(
      error(
        'no-stage',
        ['stages'],
        say('没有任何阶段。', 'There is no stage.'),
        say('请至少写一个阶段。', 'Write at least one.'),
      ),
    );
  for (const [name, stage] of Object.entries(source.stages)) {
    const path = ['stages', name];
    const inStage = Object.keys(stage.steps);
    if (inStage.length === 0)
      problems.push(
        error(
          'stage-empty',
          path,
          say(`阶段“${name}”没有步骤。`, `The stage "${name}" has no steps.`),
          say('请写步骤，或删除该阶段。', 'Give it a step, or remove it.'),
          { atKey: true },
        ),
      );
    for (const [index, id] of listOf(stage.entry).entries())
      if (!inStage.includes(id))
        problems.push(
          error(
            'unknown-step',
            [...path, 'entry', ...(Array.isArray(stage.entry) ? [index] : [])],
            say(`阶段“${name}”没有名为“${id}”的步骤。`, `The stage "${name}" has no step "${id}".`),
            suggestion(id, inStage),
          ),
        );
    for (const id of inStage)
      if (steps.get(id)?.stage !== name)
        problems.push(
          error(
            'name-twice',
            [...path, 'steps', id],
            say(`步骤名“${id}”用了两次。`, `Two steps are called "${id}".`),
            say('步骤名在整个路径中须唯一。', "A step's name is unique in its pathway: rename one."),
            { atKey: true },
          ),
        );
  }
  return problems;
}
