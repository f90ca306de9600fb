import { describe, expect, it } from 'vitest';
import { plcoM2012, plcoM2012NoRace } from '../../../domain/risk/plco-m2012.ts';
import { codeOf, fieldOf, resultOf } from './outcome.ts';

const person = {
  age: 66,
  race: 'asian',
  education: 2,
  bmi: 22.5,
  copd: true,
  personalCancer: false,
  familyLungCancer: true,
  smoker: 'current',
  cigarettesPerDay: 20,
  smokingYears: 45,
  quitYears: 0,
};
const { race: _race, ...withoutRace } = person;

const former = {
  ...person,
  age: 70,
  race: 'black',
  education: 1,
  bmi: 31,
  copd: false,
  personalCancer: true,
  familyLungCancer: false,
  smoker: 'former',
  cigarettesPerDay: 15,
  smokingYears: 30,
  quitYears: 12,
};
const { race: _formerRace, ...formerWithoutRace } = former;

// Every predictor at its centre leaves the intercept alone.
const centred = {
  ...person,
  age: 62,
  race: 'white',
  education: 4,
  bmi: 27,
  copd: false,
  familyLungCancer: false,
  smoker: 'former',
  cigarettesPerDay: 10 / 0.4021541613,
  smokingYears: 27,
  quitYears: 10,
};

describe('PLCOm2012, against values computed by hand from Table 2', () => {
  it.each([
    ['every predictor at its centre', centred, 0.010639281944439997],
    ['a current smoker with COPD and family history', person, 0.07600146198288514],
    ['a former smoker who had cancer', former, 0.03323309245034583],
    [
      'hispanic, postgraduate',
      {
        ...person,
        age: 58,
        race: 'hispanic',
        education: 6,
        bmi: 24,
        copd: false,
        familyLungCancer: false,
        cigarettesPerDay: 40,
        smokingYears: 38,
      },
      0.011282755271296008,
    ],
    [
      'Pacific islander of 50 with every history',
      {
        ...person,
        age: 50,
        race: 'nativeHawaiianPacificIslander',
        education: 3,
        bmi: 28,
        personalCancer: true,
        smoker: 'former',
        cigarettesPerDay: 5,
        smokingYears: 20,
        quitYears: 3,
      },
      0.0027237453628444312,
    ],
    [
      'American Indian of 80',
      {
        ...person,
        age: 80,
        race: 'americanIndianAlaskanNative',
        education: 5,
        bmi: 19,
        copd: false,
        familyLungCancer: false,
        smoker: 'former',
        cigarettesPerDay: 30,
        smokingYears: 50,
        quitYears: 10,
      },
      0.10553423318465557,
    ],
  ])('%s', (_name, input, risk) => {
    expect(resultOf(plcoM2012, input)['risk']).toBeCloseTo(risk, 10);
  });

  it.each([
    [withoutRace, 0.11688235056532306],
    [formerWithoutRace, 0.023284113923145278],
  ])('without race', (input, risk) => {
    expect(resultOf(plcoM2012NoRace, input)['risk']).toBeCloseTo(risk, 10);
  });

  it('is high risk from the threshold on, and the threshold can be set', () => {
    const risk = resultOf(plcoM2012, person)['risk'] as number;
    expect(resultOf(plcoM2012, person)['highRisk']).toBe(true);
    expect(resultOf(plcoM2012, centred)['highRisk']).toBe(false);
    expect(plcoM2012.score(person, { highRiskFrom: risk })).toMatchObject({ result: { highRisk: true } });
    expect(plcoM2012.score(person, { highRiskFrom: risk + 1e-9 })).toMatchObject({
      result: { highRisk: false },
    });
  });
});

describe('PLCOm2012 ages', () => {
  const at = (age: number) => plcoM2012.score({ ...person, age, smokingYears: 20 });

  it.each([44, 44.9, 86, 12])('%d is outside: an error', (age) => {
    expect(at(age)).toMatchObject({ error: { code: 'outsidePopulation', field: 'age' } });
  });
  it.each([45, 54, 54.9, 75, 85])('%d is outside development: a warning beside the result', (age) => {
    expect(at(age)).toMatchObject({ result: {}, warning: { code: 'outsideDevelopmentAge', field: 'age' } });
  });
  it.each([55, 74, 74.9])('%d is inside: no warning', (age) => {
    expect(at(age)).toHaveProperty('result');
    expect(at(age)).not.toHaveProperty('warning');
  });
});

describe('PLCOm2012 refuses', () => {
  it.each([
    ['a never-smoker', { ...person, smoker: 'never' }, 'neverSmoker', 'smoker'],
    ['no cigarettes', { ...person, cigarettesPerDay: 0 }, 'outOfRange', 'cigarettesPerDay'],
    ['no years of smoking', { ...person, smokingYears: 0 }, 'outOfRange', 'smokingYears'],
    ['a current smoker who quit', { ...person, quitYears: 1 }, 'contradiction', 'quitYears'],
    ['more smoking than life', { ...former, smokingYears: 59 }, 'contradiction', 'smokingYears'],
    ['education 0', { ...person, education: 0 }, 'outOfRange', 'education'],
    ['education 7', { ...person, education: 7 }, 'outOfRange', 'education'],
    ['education 2.5', { ...person, education: 2.5 }, 'wrongType', 'education'],
    ['a height for a BMI', { ...person, bmi: 170 }, 'outOfRange', 'bmi'],
    ['an unknown race', { ...person, race: 'other' }, 'notAllowed', 'race'],
    ['no race', withoutRace, 'missing', 'race'],
    ['COPD as a number', { ...person, copd: 1 }, 'wrongType', 'copd'],
    ['an unknown field', { ...person, packYears: 30 }, 'unknownField', 'packYears'],
  ])('%s', (_name, input, code, field) => {
    expect([codeOf(plcoM2012, input), fieldOf(plcoM2012, input)]).toEqual([code, field]);
  });

  it('race, where it is not asked', () => {
    expect(fieldOf(plcoM2012NoRace, person)).toBe('race');
  });
});
