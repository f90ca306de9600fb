import { describe, expect, it } from 'vitest';
import { cLungRads } from '../../../domain/risk/c-lung-rads.ts';
import { lungRads2022 } from '../../../domain/risk/lung-rads-2022.ts';
import { codeOf, fieldOf, resultOf } from './outcome.ts';

const timings = {
  baseline: { baseline: true },
  new: { baseline: false, isNew: true },
  growing: { baseline: false, growing: true },
} as const;
const solid = (meanDiameterMm: number) => ({ kind: 'solid', meanDiameterMm });
const glass = (meanDiameterMm: number) => ({ kind: 'groundGlass', meanDiameterMm });
const part = (meanDiameterMm: number, solidMeanDiameterMm: number) => ({
  kind: 'partSolid',
  meanDiameterMm,
  solidMeanDiameterMm,
});

describe('Lung-RADS v2022', () => {
  it.each([
    ['baseline', solid(5.9), '2'],
    ['baseline', solid(6), '3'],
    ['baseline', solid(7.9), '3'],
    ['baseline', solid(8), '4A'],
    ['baseline', solid(14.9), '4A'],
    ['baseline', solid(15), '4B'],
    ['baseline', part(5.9, 5), '2'],
    ['baseline', part(6, 5.9), '3'],
    ['baseline', part(20, 5.9), '3'],
    ['baseline', part(6, 6), '4A'],
    ['baseline', part(12, 7.9), '4A'],
    ['baseline', part(12, 8), '4B'],
    ['baseline', glass(29.9), '2'],
    ['baseline', glass(30), '3'],
    ['new', solid(3.9), '2'],
    ['new', solid(4), '3'],
    ['new', solid(5.9), '3'],
    ['new', solid(6), '4A'],
    ['new', solid(7.9), '4A'],
    ['new', solid(8), '4B'],
    ['new', part(5.9, 3), '3'],
    ['new', part(5.9, 4.5), '3'],
    ['new', part(6, 3.9), '4A'],
    ['new', part(6, 4), '4B'],
    ['new', glass(29.9), '2'],
    ['new', glass(30), '3'],
    ['growing', solid(3), '4A'],
    ['growing', solid(7.9), '4A'],
    ['growing', solid(8), '4B'],
    ['growing', part(5, 3.9), '4A'],
    ['growing', part(12, 3.9), '4A'],
    ['growing', part(12, 4), '4B'],
    ['growing', glass(29.9), '2'],
    ['growing', glass(30), '3'],
  ] as const)('%s %j is %s', (timing, nodule, category) => {
    expect(resultOf(lungRads2022, { ...timings[timing], ...nodule })['category']).toBe(category);
  });

  it.each([
    [solid(4), 12],
    [solid(7), 6],
    [solid(10), 3],
    [solid(20), null],
  ])('%j comes back in %s months', (nodule, months) => {
    const result = resultOf(lungRads2022, { baseline: true, ...nodule });
    expect(result['months']).toBe(months);
    expect(result['action']).toEqual({ zh: expect.any(String), en: expect.any(String) });
  });

  it('lets the clinic settle the growing ground-glass nodule that is not in the table', () => {
    const input = { ...timings.growing, ...glass(31) };
    expect(lungRads2022.score(input, { growingGroundGlassFrom30Mm: '4A' })).toMatchObject({
      result: { category: '4A', months: 3 },
    });
    expect(() => lungRads2022.score(input, { growingGroundGlassFrom30Mm: '9' })).toThrow(/must be 2, 3/);
  });

  it.each([
    ['a stable nodule', { baseline: false, ...solid(7) }, 'stableNodule', 'isNew'],
    ['no timing', solid(7), 'missing', 'baseline'],
  ])('refuses %s', (_name, input, code, field) => {
    expect([codeOf(lungRads2022, input), fieldOf(lungRads2022, input)]).toEqual([code, field]);
  });
});

describe('C-Lung-RADS', () => {
  it.each([
    [solid(5.9), '1'],
    [solid(6), '2'],
    [solid(9.9), '2'],
    [solid(10), '3'],
    [solid(17.9), '3'],
    [solid(18), '4'],
    [glass(5.9), '1'],
    [glass(6), '2'],
    [glass(19.9), '2'],
    [glass(20), '3'],
    [glass(60), '3'],
    [part(5.9, 5.9), '1'],
    [part(6, 5.9), '2'],
    [part(25, 5.9), '2'],
    [part(6, 6), '3'],
    [part(25, 9.9), '3'],
    [part(25, 10), '4'],
  ])('%j is %s, at whatever CT', (nodule, category) => {
    for (const timing of [...Object.values(timings), { baseline: false }, {}]) {
      expect(resultOf(cLungRads, { ...timing, ...nodule })['category']).toBe(category);
    }
  });

  it.each([
    [solid(5), 12],
    [solid(7), 6],
    [solid(12), 3],
    [solid(18), null],
  ])('%j comes back in %s months', (nodule, months) => {
    expect(resultOf(cLungRads, { baseline: true, ...nodule })['months']).toBe(months);
  });
});

describe.each([lungRads2022, cLungRads])('$id refuses', (model) => {
  it.each([
    [{ baseline: true, isNew: true, ...solid(7) }, 'contradiction', 'isNew'],
    [{ baseline: true, growing: true, ...solid(7) }, 'contradiction', 'growing'],
    [{ baseline: false, isNew: true, growing: true, ...solid(7) }, 'contradiction', 'growing'],
    [{ baseline: true, ...solid(0) }, 'outOfRange', 'meanDiameterMm'],
    [{ baseline: true, ...solid(-2) }, 'outOfRange', 'meanDiameterMm'],
    [{ baseline: true, ...solid(301) }, 'outOfRange', 'meanDiameterMm'],
    [{ baseline: true, kind: 'partSolid', meanDiameterMm: 8 }, 'missing', 'solidMeanDiameterMm'],
    [{ baseline: true, ...part(8, 8.1) }, 'contradiction', 'solidMeanDiameterMm'],
    [{ baseline: true, ...part(8, 0) }, 'contradiction', 'solidMeanDiameterMm'],
    [{ baseline: true, ...glass(8), solidMeanDiameterMm: 3 }, 'contradiction', 'solidMeanDiameterMm'],
    [{ baseline: true, ...solid(8), solidMeanDiameterMm: 3 }, 'contradiction', 'solidMeanDiameterMm'],
    [{ baseline: true, kind: 'cyst', meanDiameterMm: 8 }, 'notAllowed', 'kind'],
    [{ baseline: true, kind: 'solid' }, 'missing', 'meanDiameterMm'],
    [{ baseline: 'yes', ...solid(8) }, 'wrongType', 'baseline'],
    [{ baseline: true, ...solid(8), lobe: 'RUL' }, 'unknownField', 'lobe'],
  ])('%j', (input, code, field) => {
    expect([codeOf(model, input), fieldOf(model, input)]).toEqual([code, field]);
  });

  it('takes flags that say no, and a solid part that agrees', () => {
    expect(resultOf(model, { baseline: true, isNew: false, growing: false, ...solid(8) })).toEqual(
      resultOf(model, { baseline: true, ...solid(8) }),
    );
    expect(resultOf(model, { baseline: true, ...glass(8), solidMeanDiameterMm: 0 })).toEqual(
      resultOf(model, { baseline: true, ...glass(8) }),
    );
  });
});
