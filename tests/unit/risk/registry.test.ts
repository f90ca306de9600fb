import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RiskModel } from '../../../domain/risk/model.ts';
import { findRiskModel, riskModels } from '../../../domain/risk/registry.ts';

/** A valid input for each model, to break one field at a time. */
const smoker = {
  age: 60,
  education: 3,
  bmi: 24,
  copd: false,
  personalCancer: false,
  familyLungCancer: false,
  smoker: 'current',
  cigarettesPerDay: 20,
  smokingYears: 35,
  quitYears: 0,
};
const llp = {
  age: 60,
  sex: 'male',
  smokingYears: 35,
  pneumoniaOrCopd: false,
  asbestos: false,
  priorCancer: false,
  familyLungCancer: 'none',
};
const nodule = { baseline: true, kind: 'solid', meanDiameterMm: 7 };
const bowel = { age: 60, sex: 'male', firstDegreeRelative: false, smoker: false };
const valid: Record<string, Record<string, unknown>> = {
  plcoM2012: { ...smoker, race: 'asian' },
  plcoM2012NoRace: smoker,
  llpV2: llp,
  llpV3: llp,
  lungEligibility: { rule: 'nhc2024', age: 60 },
  lungRads2022: nodule,
  cLungRads: { kind: 'solid', meanDiameterMm: 7 },
  apcs: bowel,
  apcsModified: { ...bowel, bmi: 24 },
  colorectalNhc2024: {
    age: 60,
    sex: 'male',
    smoker: true,
    bmi: 24,
    firstDegreeRelatives: 0,
    firstDegreeRelativeUnder60: false,
  },
  amap: { age: 60, sex: 'male', albuminGPerL: 40, bilirubinUmolPerL: 15, platelets1e9PerL: 150 },
  gastricCai2019: {
    age: 60,
    sex: 'male',
    helicobacterPylori: true,
    pepsinogenRatio: 3,
    gastrin17PmolPerL: 2,
    pickledFood: true,
    friedFood: false,
  },
};
const cases = riskModels.map((model): [string, RiskModel, Record<string, unknown>] => [
  model.id,
  model,
  valid[model.id] ?? {},
]);

function finite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(finite);
}

describe('the registry', () => {
  it('holds the twelve models, each found by its id', () => {
    expect(riskModels.map((model) => model.id).toSorted()).toEqual(Object.keys(valid).toSorted());
    for (const model of riskModels) expect(findRiskModel(model.id)).toBe(model);
    expect(findRiskModel('toString')).toBeUndefined();
  });
});

describe.each(cases)('%s', (_id, model, input) => {
  it('answers a valid input, and names itself in two languages with a source', () => {
    expect(model.score(input)).toHaveProperty('result');
    expect(model.title.zh).toMatch(/\p{Script=Han}/u);
    expect(model.title.en).toMatch(/[a-z]/i);
    expect(model.source).toMatch(/20\d\d/);
  });

  it('names each field that is missing, mistyped or unknown', () => {
    for (const field of Object.keys(input)) {
      const { [field]: _dropped, ...rest } = input;
      expect(model.score(rest), field).toMatchObject({ error: { code: 'missing', field } });
      for (const wrong of [null, [], {}, 'sixty']) {
        expect(model.score({ ...input, [field]: wrong }), field).toMatchObject({ error: { field } });
      }
    }
    expect(model.score({ ...input, shoeSize: 43 })).toMatchObject({
      error: { code: 'unknownField', field: 'shoeSize' },
    });
  });

  it.each([null, 3, 'x', true, []])('takes no %j for an input', (notAnObject) => {
    expect(model.score(notAnObject)).toMatchObject({ error: { code: 'notAnObject', field: null } });
  });

  it('answers any JSON with finite numbers or an error in two languages, and never throws', () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.double({ noNaN: true }),
      fc.integer({ min: -5, max: 130 }),
    );
    const near = fc
      .record(
        Object.fromEntries(
          Object.entries(input).map(([field, value]) => [
            field,
            typeof value === 'number'
              ? fc.oneof(fc.constant(value), fc.integer({ min: -5, max: 130 }), values)
              : fc.oneof({ arbitrary: fc.constant(value), weight: 5 }, { arbitrary: values, weight: 1 }),
          ]),
        ),
      )
      .map((fields) => ({ ...fields }));
    fc.assert(
      fc.property(fc.oneof(near, fc.jsonValue()), (any) => {
        const outcome = model.score(any);
        if ('error' in outcome) {
          expect(outcome.error.message.zh).toMatch(/\p{Script=Han}/u);
          expect(outcome.error.message.en).toMatch(/[a-z]{3}/);
          expect(outcome).not.toHaveProperty('result');
        } else expect(finite(outcome.result)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('more exposure never lowers', () => {
  const risk = (id: string, input: object): number => {
    const outcome = findRiskModel(id)?.score(input);
    if (outcome === undefined || !('result' in outcome)) throw new Error(JSON.stringify(outcome));
    const { risk: probability, score } = outcome.result as { risk?: number; score?: number };
    return probability ?? score ?? Number.NaN;
  };
  const rising: [string, string, number, number, Record<string, unknown>][] = [
    ['plcoM2012', 'age', 45, 85, { ...valid['plcoM2012'] }],
    ['plcoM2012', 'cigarettesPerDay', 1, 200, { ...valid['plcoM2012'] }],
    ['plcoM2012NoRace', 'smokingYears', 1, 60, smoker],
    ['llpV3', 'smokingYears', 0, 60, llp],
    ['apcs', 'age', 18, 120, bowel],
    ['colorectalNhc2024', 'firstDegreeRelatives', 0, 10, { ...valid['colorectalNhc2024'] }],
    ['amap', 'bilirubinUmolPerL', 1, 1500, { ...valid['amap'] }],
    ['gastricCai2019', 'gastrin17PmolPerL', 0, 100, { ...valid['gastricCai2019'] }],
  ];
  it.each(rising)('%s by %s', (id, field, min, max, input) => {
    fc.assert(
      fc.property(fc.integer({ min, max }), fc.integer({ min, max }), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(risk(id, { ...input, [field]: low })).toBeLessThanOrEqual(
          risk(id, { ...input, [field]: high }),
        );
      }),
    );
  });

  it.each(['lungRads2022', 'cLungRads'])('%s by diameter', (id) => {
    const order = ['1', '2', '3', '4', '4A', '4B'];
    const rank = (timing: object, kind: string, mm: number): number => {
      const outcome = findRiskModel(id)?.score({ ...timing, kind, meanDiameterMm: mm });
      if (outcome === undefined || !('result' in outcome)) throw new Error(JSON.stringify(outcome));
      return order.indexOf((outcome.result as { category: string }).category);
    };
    const timing = fc.constantFrom(
      { baseline: true },
      { baseline: false, isNew: true },
      { baseline: false, growing: true },
    );
    const mm = fc.integer({ min: 1, max: 400 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(timing, fc.constantFrom('solid', 'groundGlass'), mm, mm, (when, kind, a, b) => {
        expect(rank(when, kind, Math.min(a, b))).toBeLessThanOrEqual(rank(when, kind, Math.max(a, b)));
      }),
    );
  });
});
