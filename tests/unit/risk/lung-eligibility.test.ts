import { describe, expect, it } from 'vitest';
import { lungEligibility } from '../../../domain/risk/lung-eligibility.ts';
import { codeOf, fieldOf, resultOf } from './outcome.ts';

const smoker = { age: 60, smoker: 'current', packYears: 30 };
const quit = (quitYears: number) => ({ age: 60, smoker: 'former', packYears: 30, quitYears });
const never = { age: 60, smoker: 'never' };

const eligible = (input: object) => resultOf(lungEligibility, input)['eligible'];

describe('lung cancer screening eligibility', () => {
  it.each([
    ['uspstf2021', { ...smoker, age: 49 }, false],
    ['uspstf2021', { ...smoker, age: 50 }, true],
    ['uspstf2021', { ...smoker, age: 80 }, true],
    ['uspstf2021', { ...smoker, age: 81 }, false],
    ['uspstf2021', { ...smoker, packYears: 19.9 }, false],
    ['uspstf2021', { ...smoker, packYears: 20 }, true],
    ['uspstf2021', quit(14.9), true],
    ['uspstf2021', quit(15), false],
    ['uspstf2021', { ...never, copd: true, firstDegreeRelative: true }, false],
    ['cn2018', { ...smoker, age: 74, packYears: 20 }, true],
    ['cn2018', { ...smoker, age: 75 }, false],
    ['cn2018', { ...smoker, packYears: 19.9 }, false],
    ['cn2018', quit(5), true],
    ['cn2018', quit(5.1), false],
    ['cn2018', { ...never, copd: true }, false],
    ['cn2021', { ...smoker, packYears: 29.9 }, false],
    ['cn2021', { ...smoker, packYears: 30 }, true],
    ['cn2021', { ...smoker, age: 75 }, false],
    ['cn2021', { ...smoker, age: 49, copd: true }, false],
    ['cn2021', quit(14), true],
    ['cn2021', quit(15), false],
    ['cn2021', { ...quit(20), copd: true }, true],
    ['cn2021', { ...never, passiveSmokeYears: 19.9 }, false],
    ['cn2021', { ...never, passiveSmokeYears: 20 }, true],
    ['cn2021', { ...never, occupationalYears: 0.9 }, false],
    ['cn2021', { ...never, occupationalYears: 1 }, true],
    ['cn2021', { ...never, copd: true }, true],
    ['cn2021', { ...never, firstDegreeRelative: true }, true],
    ['cn2021', { ...never, copd: false, firstDegreeRelative: false }, false],
    ['nhc2024', { ...smoker, packYears: 20 }, true],
    ['nhc2024', { ...smoker, packYears: 19.9 }, false],
    ['nhc2024', { ...smoker, age: 50, packYears: 20 }, true],
    ['nhc2024', { ...smoker, age: 74.9, packYears: 20 }, true],
    ['nhc2024', { ...smoker, age: 75, packYears: 20 }, false],
    ['nhc2024', { ...never, firstDegreeRelative: true }, true],
  ])('%s %j: %s', (rule, input, expected) => {
    expect(eligible({ rule, ...input })).toBe(expected);
  });

  it.each(['uspstf2021', 'cn2018', 'cn2021', 'nhc2024'])('%s: what is unknown counts as not met', (rule) => {
    expect(eligible({ rule, age: 60 })).toBe(false);
    expect(eligible({ rule, age: 60, packYears: 60 })).toBe(false);
    expect(eligible({ rule, age: 60, smoker: 'current' })).toBe(false);
    expect(eligible({ rule, age: 60, smoker: 'former', packYears: 60 })).toBe(false);
  });

  it('says why, in stable codes', () => {
    expect(
      resultOf(lungEligibility, { rule: 'nhc2024', ...quit(16), copd: false, occupationalYears: 3 }),
    ).toEqual({
      eligible: true,
      because: [
        'ageInRange',
        'quitTooLong',
        'packYearsMet',
        'passiveSmokeUnknown',
        'noCopd',
        'occupationalExposureMet',
        'firstDegreeRelativeUnknown',
      ],
    });
    expect(resultOf(lungEligibility, { rule: 'uspstf2021', age: 45 })['because']).toEqual([
      'ageOutOfRange',
      'smokerUnknown',
      'packYearsUnknown',
    ]);
  });

  it('lets the clinic settle what sources leave open', () => {
    const settle = (input: object, settings: Record<string, boolean | number>) =>
      lungEligibility.score(input, settings);
    expect(settle({ rule: 'uspstf2021', ...quit(15) }, { quitExactly15YearsCounts: true })).toMatchObject({
      result: { eligible: true },
    });
    expect(settle({ rule: 'uspstf2021', ...quit(15.1) }, { quitExactly15YearsCounts: true })).toMatchObject({
      result: { eligible: false },
    });
    expect(
      settle(
        { rule: 'cn2021', ...never, passiveSmokeYears: 20 },
        { passiveSmokeExactly20YearsCounts: false },
      ),
    ).toMatchObject({ result: { eligible: false } });
    expect(settle({ rule: 'nhc2024', ...smoker, packYears: 25 }, { nhc2024PackYears: 30 })).toMatchObject({
      result: { eligible: false },
    });
    expect(() => settle({ rule: 'nhc2024', age: 60 }, { quit15: true })).toThrow(/no setting "quit15"/);
  });

  it.each([
    [{ rule: 'nlst', age: 60 }, 'notAllowed', 'rule'],
    [{ age: 60 }, 'missing', 'rule'],
    [{ rule: 'cn2021' }, 'missing', 'age'],
    [{ rule: 'cn2021', ...never, packYears: 10 }, 'contradiction', 'packYears'],
    [{ rule: 'cn2021', ...smoker, quitYears: 2 }, 'contradiction', 'quitYears'],
    [{ rule: 'cn2021', age: 60, copd: 'yes' }, 'wrongType', 'copd'],
    [{ rule: 'cn2021', age: 60, sex: 'male' }, 'unknownField', 'sex'],
  ])('refuses %j', (input, code, field) => {
    expect([codeOf(lungEligibility, input), fieldOf(lungEligibility, input)]).toEqual([code, field]);
  });
});
