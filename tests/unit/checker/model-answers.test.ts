import { describe, expect, it } from 'vitest';
import { checkCondition } from '../../../domain/checker/check-conditions.ts';
import { checkContext } from '../../../domain/checker/context.ts';
import { definitionSourceSchema } from '../../../domain/definition/source.ts';
import { findRiskModel } from '../../../domain/risk/registry.ts';

const noFacts = checkContext(
  definitionSourceSchema.parse({
    pathway: 'none',
    title: { zh: '空', en: 'None' },
    facts: {},
    ladders: {},
    stages: {},
  }),
);
const codes = (condition: string) => checkCondition(noFacts, condition, []).map(({ code }) => code);

/** Some people, so that each model answers for one of them; the checker must know every word that it answers with. */
const nodules = [3, 7, 12, 30].map((meanDiameterMm) => ({ baseline: true, kind: 'solid', meanDiameterMm }));
const people = [40, 60, 75].flatMap((age) =>
  ['male', 'female'].map((sex) => ({ age, sex, firstDegreeRelative: age > 70, smoker: sex === 'male' })),
);

describe('the answers of the risk models, as the checker knows them', () => {
  it.each([
    ['category', 'cLungRads', nodules],
    ['category', 'lungRads2022', nodules],
    ['tier', 'apcs', people],
    ['tier', 'apcsModified', people.map((person) => ({ ...person, bmi: 24 }))],
    [
      'tier',
      'amap',
      people.map(({ age, sex }) => ({
        age,
        sex,
        albuminGPerL: 40,
        bilirubinUmolPerL: 15,
        platelets1e9PerL: 4 * age - 60,
      })),
    ],
  ])('%s of %s', (question, id, inputs) => {
    const words = inputs.flatMap((input) => {
      const answer = findRiskModel(id)?.score(input);
      return answer && 'result' in answer
        ? [String((answer.result as Record<string, unknown>)[question])]
        : [];
    });
    expect(new Set(words).size).toBeGreaterThan(1);
    for (const word of words)
      expect(codes(`${question}('${id}') == '${word}'`)).not.toContain('unknown-enum-value');
    expect(codes(`${question}('${id}') == 'other'`)).toContain('unknown-enum-value');
  });
});
