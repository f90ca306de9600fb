import { fits, unknownFact } from './check-facts.ts';
import { listOf, type CheckContext } from './context.ts';
import type { ExampleSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** Every deadline in between is served, an hourly one as well; follow-up after cancer is five years, at times ten. */
const longestExampleYears = 15;

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
    for (const [at, date] of datesOf(example))
      if (!isDate(date))
        problems.push(
          error(
            'wrong-date',
            [...path, ...at],
            say(`没有“${date}”这一天。`, `There is no day "${date}".`),
            say('请写日期，例如 2026-03-09。', 'Write a date such as 2026-03-09.'),
          ),
        );
    for (const [at, { on }] of example.events.entries())
      if (Number(on.slice(0, 4)) - Number(example.start.slice(0, 4)) > longestExampleYears)
        problems.push(
          error(
            'example-too-long',
            [...path, 'events', at, 'on'],
            say(
              `例子里的 ${on} 离开始超过 ${longestExampleYears} 年。`,
              `The example runs to ${on}, more than ${longestExampleYears} years after its start.`,
            ),
            say('请缩短例子，或检查年份。', 'Shorten the example, or check the year.'),
          ),
        );
    for (const [at, event] of example.events.entries()) {
      const here = [...path, 'events', at];
      unknownStep(event.step, [...here, 'step']);
      const entry = steps.get(event.step);
      if (entry && !own(entry.rules, event.outcome))
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
        const fact = own(source.facts, name);
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
    if (stage !== undefined && !own(source.stages, stage))
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

function datesOf(example: ExampleSource): (readonly [ProblemPath, string])[] {
  return [
    [['resident', 'birthDate'], example.resident.birthDate],
    [['start'], example.start],
    ...example.events.flatMap(({ on, appointment }, index): [ProblemPath, string][] => [
      [['events', index, 'on'], on],
      ...(appointment === undefined
        ? []
        : [[['events', index, 'appointment'], appointment] as [ProblemPath, string]]),
    ]),
  ];
}

function isDate(text: string): boolean {
  const day = text.slice(0, 10);
  const instant = new Date(`${day}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}/u.test(text) &&
    !Number.isNaN(instant.getTime()) &&
    instant.toISOString().startsWith(day)
  );
}
