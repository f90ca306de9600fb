import { Environment } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { branchCover } from '../../../domain/checker/branch-cover.ts';
import type { FactDeclaration } from '../../../domain/definition/source.ts';

const facts: Record<string, FactDeclaration> = {
  category: { type: 'enum', of: ['1', '2', '3'] },
  sex: { type: 'enum', of: ['male', 'female'], from: 'resident.sex' },
  pain: { type: 'int', min: 0, max: 10 },
  size: { type: 'double' },
  smoker: { type: 'bool' },
  note: { type: 'string' },
};
const parser = new Environment({ unlistedVariablesAreDyn: true });
const cover = (...conditions: string[]) =>
  branchCover(
    conditions.map((condition) => parser.parse(condition).ast),
    facts,
  );

describe('a list of conditions', () => {
  it.each<[string[], boolean, string[]]>([
    [["category == '1'", "category in ['2', '3']"], true, ['category']],
    [["category == '1'", "category == '2'"], false, []],
    [["category != '1'", "category == '1'"], true, ['category']],
    [['smoker', '!smoker'], true, ['smoker']],
    [['smoker == true', 'smoker == false'], true, ['smoker']],
    [['!known("smoker")', 'smoker', '!smoker'], true, []],
    [['known("smoker") && smoker', 'true'], true, []],
    [["sex == 'male'", "sex == 'female'"], true, []],
    [['pain >= 7', 'pain >= 4', 'pain < 4'], true, ['pain']],
    [['pain >= 7', 'pain >= 4', 'pain < 3'], false, []],
    [['pain > 3', '3 >= pain'], true, ['pain']],
    [['pain >= 0'], true, ['pain']],
    [['size >= 6.0', 'size < 6.0'], true, ['size']],
    [['size > 6.0', 'size < 6.0'], false, []],
    [['size < 6.0 || smoker', 'size >= 6.0 && !smoker'], true, ['size', 'smoker']],
    [["note == 'a'", "note != 'a'"], true, ['note']],
    [["note == 'a'", "note == 'b'"], false, []],
    // A risk model may give no answer at all, so that nothing but otherwise covers it.
    [["tier('apcs') == 'high'", "tier('apcs') != 'high'"], false, []],
    [['amap() >= 50.0', 'amap() < 50.0'], false, []],
    [['smoker ? pain > 5 : pain <= 5', 'smoker ? pain <= 5 : pain > 5'], true, ['pain', 'smoker']],
  ])('%j: exhaustive %s, once %j is known', (conditions, exhaustive, needs) => {
    const found = cover(...conditions);
    expect(found.exhaustive).toBe(exhaustive);
    if (exhaustive) expect([...found.needs].sort()).toEqual(needs);
  });

  it.each<[string[], boolean[]]>([
    [
      ['pain >= 4', 'pain >= 7'],
      [true, false],
    ],
    [
      ['pain >= 7', 'pain >= 4'],
      [true, true],
    ],
    [['pain > 11'], [false]],
    [
      ["category == '1' && category == '2'", 'smoker'],
      [false, true],
    ],
    [
      ['smoker', '!smoker', "category == '1'"],
      [true, true, true],
    ],
    [
      ["highRisk('plcoM2012')", "highRisk('plcoM2012') && smoker"],
      [true, false],
    ],
  ])('%j: possible %j', (conditions, possible) => expect(cover(...conditions).possible).toEqual(possible));
});
