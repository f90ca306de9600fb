import type { Definition } from '../../domain/definition/definition.ts';
import type { FactValue, Facts } from '../../domain/model/fact.ts';
import { between, pick, weighted, type Random } from './random.ts';

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Answers about smoking that agree with each other. */
function smoking(random: Random): Record<string, FactValue> {
  const smoker = weighted(random, { current: 45, former: 25, never: 30 });
  if (smoker === 'never') return { smoker, packYears: 0, quitYears: 0 };
  const cigarettesPerDay = pick(random, [5, 10, 15, 20, 20, 30, 40]);
  const smokingYears = between(random, 8, 42);
  return {
    smoker,
    cigarettesPerDay,
    // Now and then an answer is missing, and somebody has to ask again.
    ...(random() < 0.92 && { smokingYears }),
    packYears: tenths((cigarettesPerDay / 20) * smokingYears),
    quitYears: smoker === 'former' ? between(random, 1, 20) : 0,
  };
}

function ctCategory(random: Random): Record<string, FactValue> {
  if (random() < 0.85)
    return {
      classification: 'cLungRads',
      ctCategory: weighted(random, { '0': 5, '1': 40, '2': 28, '3': 15, '4': 12 }),
    };
  return {
    classification: 'lungRads2022',
    ctCategory: weighted(random, { '1': 40, '2': 30, '3': 12, '4A': 8, '4B': 6, '4X': 4 }),
  };
}

/** What is plausible of facts that pathways have; anything else is drawn from its declaration. */
const plausible: Readonly<Record<string, (random: Random) => FactValue>> = {
  bmi: (random) => tenths(18 + random() * 12),
  education: (random) => between(random, 1, 5),
  copd: (random) => random() < 0.2,
  personalCancer: (random) => random() < 0.04,
  familyLungCancer: (random) => random() < 0.1,
  firstDegreeRelative: (random) => random() < 0.07,
  passiveSmokeYears: (random) => between(random, 0, 30),
  occupationalYears: (random) => (random() < 0.85 ? 0 : between(random, 1, 20)),
  newSymptoms: (random) => random() < 0.06,
  painNrs: (random) =>
    Number(weighted(random, { '0': 35, '1': 15, '2': 15, '3': 12, '4': 9, '5': 6, '6': 4, '7': 3, '8': 1 })),
  pathology: (random) => weighted(random, { malignant: 70, benign: 20, indeterminate: 10 }),
  diseaseStage: (random) => weighted(random, { I: 50, II: 20, III: 18, IV: 12 }),
  mdtAdvice: (random) => weighted(random, { treatment: 70, palliative: 12, moreTests: 10, observation: 8 }),
  treatment: (random) => weighted(random, { surgery: 60, drug: 20, radiotherapy: 10, combined: 10 }),
  followUpFinding: (random) => (random() < 0.92 ? 'clear' : 'suspicious'),
};

/** @returns values for the facts that an outcome asks for, and for those that make sense only together with them */
export function factValues(random: Random, definition: Definition, names: readonly string[]): Facts {
  const declared = definition.source.facts;
  const together = { ...smoking(random), ...ctCategory(random) };
  const values: Record<string, FactValue> = {};
  for (const name of names) {
    const fact = declared[name];
    if (!fact || fact.from) continue;
    const known = together[name] ?? plausible[name]?.(random);
    const low = fact.min ?? 0;
    const high = fact.max ?? low + 10;
    if (known !== undefined) values[name] = known;
    else if (fact.type === 'bool') values[name] = random() < 0.2;
    else if (fact.type === 'enum') values[name] = pick(random, fact.of ?? ['']);
    else if (fact.type === 'int') values[name] = between(random, low, high);
    else if (fact.type === 'double') values[name] = tenths(low + random() * (high - low));
    else if (fact.type === 'date') values[name] = '2020-01-01';
    else values[name] = '–';
  }
  if ('smoker' in values)
    for (const name of ['cigarettesPerDay', 'smokingYears'])
      if (declared[name] && together[name] !== undefined) values[name] = together[name];
  return values;
}
