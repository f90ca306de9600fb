import { builtInSteps } from '../definition/built-in-steps.ts';
import { isInherited } from '../definition/own.ts';
import type { DefinitionSource } from '../definition/source.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** @returns names that stand for something else wherever a program keeps things by name, such as `constructor` */
export function checkNames(source: DefinitionSource): Problem[] {
  return (['facts', 'anchors', 'ladders', 'forms', 'templates', 'stages'] as const)
    .flatMap((part) => reserved(source[part], [part]))
    .concat(
      Object.entries(source.stages).flatMap(([stage, { steps }]) => [
        ...reserved(steps, ['stages', stage, 'steps']),
        ...builtIn(steps, ['stages', stage, 'steps']),
        ...Object.entries(steps).flatMap(([id, { options }]) =>
          reserved(options, ['stages', stage, 'steps', id, 'options']),
        ),
      ]),
    );
}

/** A step of that name would be taken for one that opens when a message does not arrive. */
const builtIn = (steps: object, path: ProblemPath): Problem[] =>
  Object.values(builtInSteps)
    .filter(({ id }) => Object.hasOwn(steps, id))
    .map(({ id, source: { title } }) =>
      error(
        'reserved-name',
        [...path, id],
        say(
          `每条路径都自带步骤“${id}”（${title.zh}）。`,
          `Every pathway has a step "${id}" already (${title.en}).`,
        ),
        say('请换一个名称。', 'Give it another name.'),
        { atKey: true },
      ),
    );

const reserved = (map: object | undefined, path: ProblemPath): Problem[] =>
  Object.keys(map ?? {})
    .filter(isInherited)
    .map((name) =>
      error(
        'reserved-name',
        [...path, name],
        say(`“${name}”在程序里另有含义，不能用作名称。`, `"${name}" has a meaning of its own in programs.`),
        say('请换一个名称。', 'Give it another name.'),
        { atKey: true },
      ),
    );
