import { fits, unknownFact } from './check-facts.ts';
import { listOf, type CheckContext } from './context.ts';
import { suggestion } from './near-match.ts';
import { error, say, type Problem, type ProblemPath } from './problem.ts';

/** @returns names in the examples that the definition does not have; whether they come true is for the simulator */
export function checkExamples({ source, steps }: CheckContext): Problem[] {
  const problems: Problem[] = [];
  const unknownStep = (name: string, path: ProblemPath): void => {
    if (steps.has(name)) return;
    problems.push(
      error(
        'unknown-step',
        path,
        say(`没有名为“${name}”的步骤。`, `There is no step "${name}".`),
        suggestion(name, [...steps.keys()]),
      ),
    );
  };
  for (const [index, example] of source.examples.entries()) {
    const path = ['examples', index];
    for (const [at, event] of example.events.entries()) {
      const here = [...path, 'events', at];
      unknownStep(event.step, [...here, 'step']);
      const entry = steps.get(event.step);
      if (entry && !entry.rules[event.outcome])
        problems.push(
          error(
            'unknown-outcome',
            [...here, 'outcome'],
            say(
              `“${event.step}”没有结局“${event.outcome}”。`,
              `"${event.step}" has no outcome "${event.outcome}".`,
            ),
            suggestion(event.outcome, Object.keys(entry.rules)),
          ),
        );
      for (const [name, value] of Object.entries(event.facts ?? {})) {
        const fact = source.facts[name];
        if (!fact) problems.push(unknownFact(source, name, [...here, 'facts', name], { atKey: true }));
        else if (!fits(fact, value))
          problems.push(
            error(
              'value-does-not-fit',
              [...here, 'facts', name],
              say(`“${name}”不能是“${value}”。`, `"${name}" cannot be "${value}".`),
              fact.of
                ? suggestion(String(value), fact.of)
                : say(`类型是 ${fact.type}。`, `It is of type ${fact.type}.`),
            ),
          );
      }
    }
    const { stage, open, due } = example.expect;
    if (stage !== undefined && !source.stages[stage])
      problems.push(
        error(
          'unknown-stage',
          [...path, 'expect', 'stage'],
          say(`没有名为“${stage}”的阶段。`, `There is no stage "${stage}".`),
          suggestion(stage, Object.keys(source.stages)),
        ),
      );
    for (const [at, name] of listOf(open).entries()) unknownStep(name, [...path, 'expect', 'open', at]);
    for (const name of Object.keys(due ?? {})) unknownStep(name, [...path, 'expect', 'due', name]);
  }
  return problems;
}
