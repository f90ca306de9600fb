import { describe, expect, it } from 'vitest';
import { amap } from '../../../domain/risk/amap.ts';
import { apcs, apcsModified } from '../../../domain/risk/apcs.ts';
import { colorectalNhc2024 } from '../../../domain/risk/colorectal-nhc-2024.ts';
import { gastricCai2019 } from '../../../domain/risk/gastric-cai-2019.ts';
import { codeOf, fieldOf, resultOf } from './outcome.ts';

describe('APCS', () => {
  const person = { age: 45, sex: 'female', firstDegreeRelative: false, smoker: false };
  it.each([
    [{}, 0, 'average'],
    [{ age: 49 }, 0, 'average'],
    [{ age: 50 }, 2, 'moderate'],
    [{ age: 69 }, 2, 'moderate'],
    [{ age: 70 }, 3, 'moderate'],
    [{ sex: 'male' }, 1, 'average'],
    [{ smoker: true }, 1, 'average'],
    [{ firstDegreeRelative: true }, 2, 'moderate'],
    [{ age: 50, sex: 'male' }, 3, 'moderate'],
    [{ age: 70, sex: 'male' }, 4, 'high'],
    [{ age: 70, sex: 'male', firstDegreeRelative: true, smoker: true }, 7, 'high'],
  ])('%j scores %d, %s', (change, score, tier) => {
    expect(resultOf(apcs, { ...person, ...change })).toEqual({ score, tier });
  });
  it('has no BMI, and asks for the relative', () => {
    expect(fieldOf(apcs, { ...person, bmi: 24 })).toBe('bmi');
    expect(fieldOf(apcs, { age: 60, sex: 'male', smoker: false })).toBe('firstDegreeRelative');
    expect(codeOf(apcs, { ...person, age: 17 })).toBe('outsidePopulation');
  });
});

describe('modified APCS', () => {
  const person = { age: 45, sex: 'female', firstDegreeRelative: false, smoker: false, bmi: 22.9 };
  it.each([
    [{}, 0, 'average'],
    [{ bmi: 23 }, 1, 'moderate'],
    [{ age: 50 }, 1, 'moderate'],
    [{ age: 59 }, 1, 'moderate'],
    [{ age: 60 }, 2, 'moderate'],
    [{ firstDegreeRelative: true }, 1, 'moderate'],
    [{ age: 60, smoker: true }, 3, 'high'],
    [{ age: 60, smoker: true, sex: 'male', firstDegreeRelative: true, bmi: 30 }, 6, 'high'],
  ])('%j scores %d, %s', (change, score, tier) => {
    expect(resultOf(apcsModified, { ...person, ...change })).toEqual({ score, tier });
  });
  it('can use the tiers remembered from the Chinese consensus', () => {
    expect(apcsModified.score({ ...person, age: 60 }, { moderateFrom: 3 })).toMatchObject({
      result: { score: 2, tier: 'average' },
    });
  });
});

describe('NHC 2024 colorectal score', () => {
  const person = {
    age: 45,
    sex: 'female',
    smoker: false,
    bmi: 22.9,
    firstDegreeRelatives: 0,
    firstDegreeRelativeUnder60: false,
  };
  it.each([
    [{ age: 40 }, 0, false],
    [{ age: 49 }, 0, false],
    [{ age: 50 }, 1, false],
    [{ age: 59 }, 1, false],
    [{ age: 60 }, 2, false],
    [{ age: 74 }, 2, false],
    [{ bmi: 23 }, 1, false],
    [{ age: 60, sex: 'male' }, 3, false],
    [{ age: 60, sex: 'male', smoker: true }, 4, true],
    [{ firstDegreeRelatives: 1 }, 1, false],
    [{ firstDegreeRelatives: 1, firstDegreeRelativeUnder60: true }, 4, true],
    [{ firstDegreeRelatives: 2 }, 4, true],
    [{ age: 60, sex: 'male', smoker: true, bmi: 25, firstDegreeRelatives: 3 }, 9, true],
  ])('%j scores %d, high risk %s', (change, score, highRisk) => {
    expect(resultOf(colorectalNhc2024, { ...person, ...change })).toEqual({ score, highRisk });
  });
  it.each([
    [{ age: 39 }, 'outsidePopulation', 'age'],
    [{ age: 75 }, 'outsidePopulation', 'age'],
    [{ firstDegreeRelatives: 1.5 }, 'wrongType', 'firstDegreeRelatives'],
    [{ firstDegreeRelatives: true }, 'wrongType', 'firstDegreeRelatives'],
    [{ firstDegreeRelatives: -1 }, 'outOfRange', 'firstDegreeRelatives'],
    [{ firstDegreeRelativeUnder60: true }, 'contradiction', 'firstDegreeRelativeUnder60'],
  ])('refuses %j', (change, code, field) => {
    const input = { ...person, ...change };
    expect([codeOf(colorectalNhc2024, input), fieldOf(colorectalNhc2024, input)]).toEqual([code, field]);
  });
  it('marks every point as to be confirmed', () => {
    expect(Object.values(colorectalNhc2024.defaults).every((entry) => entry.confirm)).toBe(true);
  });
});

describe('aMAP', () => {
  const person = (age: number, sex: string, albumin: number, bilirubin: number, platelets: number) => ({
    age,
    sex,
    albuminGPerL: albumin,
    bilirubinUmolPerL: bilirubin,
    platelets1e9PerL: platelets,
  });
  // The first three are the published formula's answers where CUHK's calculator shows 56, 44 and 68.
  it.each([
    [person(50, 'male', 42, 15, 200), 53.81845437284252, 'medium'],
    [person(30, 'male', 45, 10, 250), 41.102234258632365, 'low'],
    [person(65, 'male', 38, 25, 150), 64.87791059409142, 'high'],
    [person(60, 'female', 40, 20, 180), 54.029561967680095, 'medium'],
    [person(45, 'female', 35, 12, 120), 52.90375503553073, 'medium'],
  ])('%j', (input, score, tier) => {
    const result = resultOf(amap, input);
    expect(result['score']).toBeCloseTo(score, 9);
    expect(result['tier']).toBe(tier);
  });

  it('tiers meet at their bounds, and exactly the upper one is a setting', () => {
    const input = person(50, 'male', 42, 15, 200);
    const score = resultOf(amap, input)['score'] as number;
    const tier = (settings: Record<string, number | boolean>) => {
      const outcome = amap.score(input, settings);
      return 'result' in outcome ? (outcome.result as { tier: string }).tier : undefined;
    };
    expect(tier({ mediumFrom: score })).toBe('medium');
    expect(tier({ mediumFrom: score + 1e-9 })).toBe('low');
    expect(tier({ highAbove: score - 1e-9 })).toBe('high');
    expect(tier({ highAbove: score })).toBe('medium');
    expect(tier({ highAbove: score, exactlyAtHighIsHigh: true })).toBe('high');
  });

  it.each([
    [person(50, 'male', 4.2, 15, 200), 'outOfRange', 'albuminGPerL'],
    [person(50, 'male', 42, 0, 200), 'outOfRange', 'bilirubinUmolPerL'],
    [person(50, 'male', 42, 15, 0), 'outOfRange', 'platelets1e9PerL'],
    [person(50, 'male', 42, 15, 200_000), 'outOfRange', 'platelets1e9PerL'],
    [person(17, 'male', 42, 15, 200), 'outsidePopulation', 'age'],
  ])('refuses %j', (input, code, field) => {
    expect([codeOf(amap, input), fieldOf(amap, input)]).toEqual([code, field]);
  });
});

describe('gastric cancer score of Cai 2019', () => {
  const person = {
    age: 45,
    sex: 'female',
    helicobacterPylori: false,
    pepsinogenRatio: 3.89,
    gastrin17PmolPerL: 1.49,
    pickledFood: false,
    friedFood: false,
  };
  const most = {
    age: 70,
    sex: 'male',
    helicobacterPylori: true,
    pepsinogenRatio: 3.88,
    gastrin17PmolPerL: 5.71,
    pickledFood: true,
    friedFood: true,
  };
  it.each([
    [{}, 0, 'low'],
    [{ age: 49 }, 0, 'low'],
    [{ age: 50 }, 5, 'low'],
    [{ age: 59 }, 5, 'low'],
    [{ age: 60 }, 6, 'low'],
    [{ age: 69 }, 6, 'low'],
    [{ age: 70 }, 10, 'low'],
    [{ sex: 'male' }, 4, 'low'],
    [{ helicobacterPylori: true }, 1, 'low'],
    [{ pepsinogenRatio: 3.88 }, 3, 'low'],
    [{ gastrin17PmolPerL: 1.5 }, 3, 'low'],
    [{ gastrin17PmolPerL: 5.7 }, 3, 'low'],
    [{ gastrin17PmolPerL: 5.71 }, 5, 'low'],
    [{ pickledFood: true }, 1, 'low'],
    [{ friedFood: true }, 1, 'low'],
    [{ age: 70, friedFood: true }, 11, 'low'],
    [{ age: 70, friedFood: true, pickledFood: true }, 12, 'medium'],
    [{ ...most, sex: 'female', gastrin17PmolPerL: 0, helicobacterPylori: true }, 16, 'medium'],
    [{ ...most, pepsinogenRatio: 9, gastrin17PmolPerL: 0 }, 17, 'high'],
    [most, 25, 'high'],
  ])('%j scores %d, %s', (change, score, tier) => {
    expect(resultOf(gastricCai2019, { ...person, ...change })).toEqual({ score, tier });
  });
  it.each([
    [{ age: 39 }, 'outsidePopulation', 'age'],
    [{ age: 81 }, 'outsidePopulation', 'age'],
    [{ pepsinogenRatio: -1 }, 'outOfRange', 'pepsinogenRatio'],
    [{ gastrin17PmolPerL: '3' }, 'wrongType', 'gastrin17PmolPerL'],
  ])('refuses %j', (change, code, field) => {
    const input = { ...person, ...change };
    expect([codeOf(gastricCai2019, input), fieldOf(gastricCai2019, input)]).toEqual([code, field]);
  });
});
