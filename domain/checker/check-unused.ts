import { branchesOf, openingsOf, type CheckContext } from './context.ts';
import { say } from '../model/localized.ts';
import { warning, type Problem } from './problem.ts';

/** @returns what is declared and never used: a hint, since it is often a slip of the pen */
export function checkUnused({ source, steps }: CheckContext): Problem[] {
  const used = {
    ladders: new Set<string>(),
    templates: new Set<string>(),
    forms: new Set<string>(),
    anchors: new Set<string>(),
  };
  for (const ladder of Object.values(source.ladders))
    for (const { template } of ladder.rungs) if (template !== undefined) used.templates.add(template);
  for (const { step, path } of steps.values()) {
    if (step.ladder !== undefined) used.ladders.add(step.ladder);
    if (step.template !== undefined) used.templates.add(step.template);
    if (step.form !== undefined) used.forms.add(step.form);
    if (step.anchor !== undefined) used.anchors.add(step.anchor);
    for (const outcome of Object.values(step.outcomes))
      for (const { consequence } of branchesOf(outcome, path))
        for (const { from } of openingsOf(consequence, path)) if (from !== undefined) used.anchors.add(from);
  }
  return (Object.keys(used) as (keyof typeof used)[]).flatMap((part) =>
    Object.keys(source[part])
      .filter((name) => !used[part].has(name))
      .map((name) =>
        warning(
          'unused',
          [part, name],
          say(`“${name}”没有被用到。`, `"${name}" is never used.`),
          say('请检查名称，或删除。', 'Check the name, or remove it.'),
          { atKey: true },
        ),
      ),
  );
}
