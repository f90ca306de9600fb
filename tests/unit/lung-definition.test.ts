import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { readAndCheck, type ReadDefinition } from '../../authoring/read-definition.ts';
import { compileDefinition } from '../../domain/definition/compile.ts';
import type { Definition, Consequence } from '../../domain/definition/definition.ts';
import type { Facts } from '../../domain/model/fact.ts';
import { riskModels } from '../../domain/risk/registry.ts';

const file = 'definitions/lung.yaml';
let read: ReadDefinition;
let definition: Definition;

beforeAll(() => {
  read = readAndCheck(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'), { file });
  if (!read.source) throw new Error(JSON.stringify(read.problems, undefined, 1));
  definition = compileDefinition(read.source, 1);
}, 120_000);

const step = (id: string) => {
  const found = definition.steps[id];
  if (!found) throw new Error(`lung.yaml has no step "${id}".`);
  return found;
};
const written = ({ amount, unit }: { amount: number; unit: string }): string => `${amount}${unit}`;
const dueOf = (id: string, facts: Facts = {}): string | undefined => {
  const met = step(id).due.find((item) => item.when?.holds((name) => facts[name]) ?? true);
  return met && written(met.in);
};
const after = (id: string, outcome: string, facts: Facts): Consequence | undefined =>
  step(id).outcomes[outcome]?.branches.find((item) => item.when?.holds((name) => facts[name]) ?? true)
    ?.consequence;

/** Every object in the definition, with its path. */
function* objects(value: unknown, path = ''): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [key, inner] of Object.entries(value)) yield* objects(inner, `${path}/${key}`);
}

describe('lung.yaml', () => {
  it('passes the checker with nothing to say, its examples among it', () => {
    expect(read.problems).toEqual([]);
    expect(read.source?.examples.length).toBeGreaterThanOrEqual(8);
  });

  it('ends in every way a journey may end by its own course', () => {
    const ends = new Set([...objects(read.source?.stages)].flatMap(([, item]) => item['end'] ?? []));
    expect(ends).toEqual(new Set(['completed', 'declined', 'lost-to-follow-up', 'moved', 'other-care']));
  });
});

describe('the interval to the next CT', () => {
  // C-Lung-RADS: Wang C et al. Nat Med 2024 (PMC11564084), Table 1. Lung-RADS v2022: months as in v1.1 (NBK568579);
  // category 0 is 1–3 months, of which the later bound is taken.
  const table = [
    ['cLungRads', '0', 12],
    ['cLungRads', '1', 12],
    ['cLungRads', '2', 6],
    ['cLungRads', '3', 3],
    ['lungRads2022', '0', 3],
    ['lungRads2022', '1', 12],
    ['lungRads2022', '2', 12],
    ['lungRads2022', '3', 6],
    ['lungRads2022', '4A', 3],
  ] as const;

  it.each(table)('%s %s: %i months, counted from the CT', (classification, ctCategory, months) => {
    const facts = { classification, ctCategory, age: 62 };
    expect(after('ct-result', 'reported', facts)?.enter).toBe('interval');
    expect(dueOf('interval-ct', facts)).toBe(`${months}mo`);
    expect(step('interval-ct').anchor).toBe('ct');
  });

  it('is the one that the risk models give for the same category', () => {
    const nodules = [3, 5, 7, 12, 16].map((meanDiameterMm) => ({
      kind: 'solid',
      meanDiameterMm,
      baseline: true,
    }));
    for (const id of ['cLungRads', 'lungRads2022']) {
      const model = riskModels.find((item) => item.id === id);
      for (const nodule of nodules) {
        const answer = model?.score(nodule);
        if (!answer || !('result' in answer))
          throw new Error(`${id} does not classify ${JSON.stringify(nodule)}`);
        const { category, months } = answer.result as { category: string; months: number | null };
        const facts = { classification: id, ctCategory: category };
        if (months === null)
          expect(after('ct-result', 'reported', { ...facts, age: 62 })?.enter, category).toBe('diagnosis');
        else expect(dueOf('interval-ct', facts), `${id} ${category}`).toBe(`${months}mo`);
      }
    }
  });

  it.each([
    ['cLungRads', '4', undefined],
    ['cLungRads', '2', 0.5],
    ['cLungRads', '3', 0.9],
    ['lungRads2022', '4B', undefined],
    ['lungRads2022', '4X', undefined],
    ['cLungRads', '4A', undefined],
  ] as const)(
    '%s %s with a probability of %s goes to diagnosis',
    (classification, ctCategory, probability) => {
      const facts = {
        age: 62,
        classification,
        ctCategory,
        ...(probability !== undefined && { malignancyProbability: probability }),
      };
      expect(after('ct-result', 'reported', facts)?.enter).toBe('diagnosis');
    },
  );

  it('is not cut short by a probability below the threshold, or one that Lung-RADS does not use', () => {
    const facts = { age: 62, ctCategory: '2', classification: 'cLungRads', malignancyProbability: 0.49 };
    expect(after('ct-result', 'reported', facts)?.enter).toBe('interval');
    const other = { ...facts, classification: 'lungRads2022', malignancyProbability: 0.9 };
    expect(after('ct-result', 'reported', other)?.enter).toBe('interval');
  });
});

describe('who is referred', () => {
  const person = {
    age: 62,
    packYears: 0,
    quitYears: 0,
    passiveSmokeYears: 0,
    occupationalYears: 0,
    copd: false,
    personalCancer: false,
    familyLungCancer: false,
    firstDegreeRelative: false,
    education: 4,
    bmi: 24,
  };
  const smoker = { ...person, smoker: 'current', packYears: 20, cigarettesPerDay: 20, smokingYears: 20 };

  it.each([
    ['never smoked, nothing else', { ...person, smoker: 'never' }, 'recall'],
    ['never smoked, COPD (cn2021)', { ...person, smoker: 'never', copd: true }, 'referral'],
    ['30 pack-years (cn2021)', { ...smoker, packYears: 30, smokingYears: 30 }, 'referral'],
    [
      'aged 76, PLCOm2012noRace above 1.51 %',
      { ...smoker, age: 76, packYears: 50, smokingYears: 50 },
      'referral',
    ],
    [
      'aged 48, PLCOm2012noRace below 1.51 %',
      { ...smoker, age: 48, packYears: 5, cigarettesPerDay: 5 },
      'recall',
    ],
    ['smokes, years not given', { ...person, smoker: 'current', packYears: 10 }, 'invitation-check'],
    ['smoked longer than lived', { ...smoker, packYears: 10, smokingYears: 70 }, 'invitation-check'],
    ['never smoked, 10 pack-years', { ...person, smoker: 'never', packYears: 10 }, 'invitation-check'],
  ])('%s', (_who, facts, stage) => {
    for (const id of ['risk-questionnaire', 'yearly-questionnaire'])
      expect(after(id, 'completed', facts as Facts)?.enter).toBe(stage);
  });
});

describe('follow-up and pain', () => {
  // NCCN by a secondary source: I–II every 6 months to 36, yearly to 60; III every 3–6 months to 36, every 6 to 60.
  it.each([
    ['surgery-follow-up', 'surgery', [6, 12, 18, 24, 30, 36, 48, 60]],
    ['therapy-follow-up', 'treatmentEnd', [6, 12, 18, 24, 30, 36, 48, 60]],
    ['surgery-follow-up-advanced', 'surgery', [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 42, 48, 54, 60]],
    [
      'therapy-follow-up-advanced',
      'treatmentEnd',
      [3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 33, 36, 42, 48, 54, 60],
    ],
  ])('%s counts from %s', (id, anchor, months) => {
    expect(step(id).anchor).toBe(anchor);
    expect(step(id).schedule.map(written)).toEqual(months.map((n) => `${n}mo`));
  });

  it.each([
    ['I', 'surgery-follow-up'],
    ['II', 'surgery-follow-up'],
    ['III', 'surgery-follow-up-advanced'],
    ['IV', 'surgery-follow-up-advanced'],
  ])('stage %s after surgery: %s', (diseaseStage, series) => {
    expect(after('after-surgery', 'followUp', { diseaseStage })?.open).toEqual([{ step: series }]);
  });

  it('assesses pain within 8 hours of admission, in full within 24', () => {
    expect([dueOf('first-assessment'), step('first-assessment').anchor]).toEqual(['8h', 'admission']);
    expect([dueOf('full-assessment'), step('full-assessment').anchor]).toEqual(['24h', 'admission']);
  });

  it.each([
    ['intravenous', '15min'],
    ['subcutaneous', '30min'],
    ['oral', '60min'],
  ])('assesses again after %s analgesia in %s', (analgesicRoute, length) => {
    const next = after('ward-assessment', 'assessed', { analgesicRoute, painNrs: 5 });
    expect(next?.open).toEqual([{ step: 'ward-assessment', in: length }]);
  });

  // Tiers: 0 none, 1–3 mild, 4–6 moderate, 7–10 severe.
  it.each([
    [[0], 'home-assessment', '14d'],
    [[1, 2, 3], 'home-assessment', '7d'],
    [[4, 5, 6], 'home-assessment', '1d'],
    [[7, 8, 9, 10], 'home-crisis', undefined],
  ])('NRS %j at home: %s %s', (scores, opened, length) => {
    for (const painNrs of scores)
      expect(after('home-assessment', 'assessed', { painNrs })?.open).toEqual([
        { step: opened, ...(length !== undefined && { in: length }) },
      ]);
  });
});

describe('what is marked, and what people read', () => {
  it('flags every weak or own constant for the clinic to confirm, and cites whatever it flags', () => {
    const weak =
      /Default of this programme|secondary source|Pain management practice|NRS|No table gives it|later bound/u;
    const cited = [...objects(read.source)].filter(([, item]) => typeof item['cite'] === 'string');
    expect(cited.length).toBeGreaterThan(40);
    for (const [path, item] of cited)
      if (weak.test(item['cite'] as string)) expect(item['confirm'], path).toBe(true);
    for (const [path, item] of objects(read.source))
      if (item['confirm'] === true) expect(item['cite'], path).toBeTypeOf('string');
  });

  it('has natural Chinese and English side by side', () => {
    const texts = [...objects(read.source)].filter(([, item]) => 'zh' in item);
    expect(texts.length).toBeGreaterThan(200);
    for (const [path, { zh, en }] of texts) {
      if (path.endsWith('/petCt') || path.endsWith('/pet-ct/title')) continue; // the same in both
      expect(zh, path).toMatch(/\p{Script=Han}/u);
      expect(zh, path).not.toMatch(/\p{Script=Han}[,;:?!]/u);
      expect(en, path).not.toMatch(/\p{Script=Han}|[，。；：？！]/u);
    }
  });

  it('sends residents no name of a step but the invitation’s', () => {
    const toResident = [...objects(read.source)].flatMap(([, item]) =>
      item['tell'] === 'resident' && typeof item['template'] === 'string' ? item['template'] : [],
    );
    for (const name of new Set(toResident)) {
      const { subject, body } = read.source?.templates[name] ?? { subject: undefined, body: undefined };
      const text = JSON.stringify([subject, body]);
      expect(text, name).not.toMatch(/肿瘤|癌|病理|安宁|cancer|patholog|palliative/iu);
      if (name !== 'invitation') expect(text, name).not.toContain('{stepTitle}');
    }
  });

  it('ends every ladder at the district, past the owner and, but for the district’s own, a manager', () => {
    for (const [name, { rungs }] of Object.entries(read.source?.ladders ?? {})) {
      const told = rungs.map((rung) => rung.tell);
      expect(told.at(-1), name).toBe('district-coordinator');
      expect(told, name).toContain('owner');
      if (name !== 'district')
        expect(
          told.some((who) => who === 'centre-manager' || who === 'hospital-manager'),
          name,
        ).toBe(true);
    }
  });
});
