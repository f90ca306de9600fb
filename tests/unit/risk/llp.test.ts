import { describe, expect, it } from 'vitest';
import { llpV2, llpV3 } from '../../../domain/risk/llp.ts';
import { codeOf, fieldOf, resultOf } from './outcome.ts';

const person = {
  age: 58,
  sex: 'female',
  smokingYears: 0,
  pneumoniaOrCopd: false,
  asbestos: false,
  priorCancer: false,
  familyLungCancer: 'none',
};
const heavy = {
  age: 72,
  sex: 'male',
  smokingYears: 45,
  pneumoniaOrCopd: false,
  asbestos: true,
  priorCancer: true,
  familyLungCancer: 'early',
};

// Computed apart from the code, with the t1/t2 age formula of the IARC script.
describe('LLP, against values computed by hand', () => {
  it.each([
    ['v2 man of 40, never smoked', llpV2, { ...person, sex: 'male', age: 40 }, 0.00012715202246260866],
    [
      'v2 man of 44: nearly all of the five years in the next band',
      llpV2,
      { ...person, sex: 'male', age: 44 },
      0.0002611903190957194,
    ],
    ['v2 man of 45', llpV2, { ...person, sex: 'male', age: 45 }, 0.0003111264381563881],
    [
      'v2 woman of 65, 20 years, COPD',
      llpV2,
      { ...person, age: 65, smokingYears: 20, pneumoniaOrCopd: true },
      0.020116368191581746,
    ],
    ['v2 man of 72 with much', llpV2, heavy, 0.3659340140826009],
    ['v3 man of 72 with much', llpV3, heavy, 0.20920899306037669],
    [
      'v3 woman of 84, 60 years, late family',
      llpV3,
      { ...person, age: 84, smokingYears: 60, familyLungCancer: 'late' },
      0.04751630832409852,
    ],
    [
      'v3 man of 84, one year',
      llpV3,
      { ...person, sex: 'male', age: 84, smokingYears: 1 },
      0.009095845886602578,
    ],
    ['v3 woman of 58, never smoked', llpV3, person, 0.0011418078262080142],
    ['v2 woman of 79: the last step of the table', llpV2, { ...person, age: 79 }, 0.004491799321429546],
  ])('%s', (_name, model, input, risk) => {
    expect(resultOf(model, input)['risk']).toBeCloseTo(risk, 10);
  });
});

describe('LLP smoking classes', () => {
  const logit = (smokingYears: number): number => {
    const risk = resultOf(llpV2, { ...person, age: 70, smokingYears })['risk'] as number;
    return Math.log(risk / (1 - risk));
  };
  it.each([
    [0, 0],
    [0.5, 0.7692],
    [19.9, 0.7692],
    [20, 1.4516],
    [39.9, 1.4516],
    [40, 2.5072],
    [59.9, 2.5072],
    [60, 2.7243],
  ])('%d years adds %d', (smokingYears, term) => {
    expect(logit(smokingYears) - logit(0)).toBeCloseTo(term, 8);
  });
});

describe('LLP refuses', () => {
  it.each([39, 39.9, 85, 100])('age %d', (age) => {
    expect([codeOf(llpV3, { ...person, age }), fieldOf(llpV3, { ...person, age })]).toEqual([
      'outsidePopulation',
      'age',
    ]);
  });
  it('takes 84.9 as 84', () => {
    expect(resultOf(llpV2, { ...person, age: 84.9 })).toEqual(resultOf(llpV2, { ...person, age: 84 }));
  });
  it.each([
    [{ ...person, smokingYears: 59 }, 'contradiction', 'smokingYears'],
    [{ ...person, smokingYears: -1 }, 'outOfRange', 'smokingYears'],
    [{ ...person, sex: 'M' }, 'notAllowed', 'sex'],
    [{ ...person, familyLungCancer: true }, 'notAllowed', 'familyLungCancer'],
    [{ ...person, smoker: 'never' }, 'unknownField', 'smoker'],
  ])('%j', (input, code, field) => {
    expect([codeOf(llpV2, input), fieldOf(llpV2, input)]).toEqual([code, field]);
  });
});
