import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../authoring/format-problem.ts';
import { readPools } from '../../../authoring/read-pools.ts';

const text = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
const example = text('examples/slots.yaml');
/** @returns line:column and code of each problem */
const told = (yaml: string): string[] =>
  readPools(yaml, { file: 'pools.yaml' }).problems.map(
    ({ line, column, code }) => `${line}:${column} ${code}`,
  );
const lineOf = (yaml: string, part: string): number =>
  yaml.split('\n').findIndex((line) => line.includes(part)) + 1;

/** The example with one part of it written otherwise, and where that is wrong. */
const wrong: readonly (readonly [what: string, from: string, to: string, at: string, code: string])[] = [
  [
    'a key nobody knows',
    'site: SL-H1-MAIN # where',
    'place: x\n    site: SL-H1-MAIN # where',
    'place: x',
    'unknown-key',
  ],
  [
    'a word that is no audience',
    'audience: community-screening',
    'audience: everybody',
    'audience: everybody',
    'wrong-shape',
  ],
  ['no length of time', 'opensBefore: 60d', 'opensBefore: 60 days', 'opensBefore: 60 days', 'wrong-shape'],
  ['no day', 'day: 2026-12-12', 'day: 2026-02-30', 'day: 2026-02-30', 'wrong-shape'],
  ['a code twice', 'code: SL-H1-CECT', 'code: SL-H1-LDCT', 'code: SL-H1-LDCT', 'code-twice'],
  [
    'an end before the beginning',
    "until: '11:30'",
    "until: '07:30'",
    "until: '07:30'",
    'ends-before-it-begins',
  ],
  [
    'sessions that overlap',
    "from: '13:30'",
    "from: '11:00'",
    'days: [tuesday, thursday]',
    'sessions-overlap',
  ],
  ['more kept than there is', 'places: 1', 'places: 9', 'places: 9', 'more-kept-than-there-is'],
];

describe('a file of pools', () => {
  it('is read, what it leaves out filled in', () => {
    const { pools, problems } = readPools(example, { file: 'slots.yaml' });
    expect(problems).toEqual([]);
    expect(pools?.map(({ code, holdFor }) => [code, holdFor])).toEqual([
      ['SL-H1-LDCT', '15min'],
      ['SL-H1-CECT', '15min'],
      ['SL-H1-CLINIC', '15min'],
    ]);
  });

  it.each(wrong)('with %s is not taken, and the place is told', (_what, from, to, at, code) => {
    const yaml = example.replace(from, to);
    expect(yaml).not.toBe(example);
    const line =
      code === 'code-twice' ? yaml.split('\n').findLastIndex((l) => l.includes(at)) + 1 : lineOf(yaml, at);
    expect(readPools(yaml, { file: 'pools.yaml' }).pools).toBeUndefined();
    expect(told(yaml).map((problem) => problem.replace(/:\d+ /u, ' '))).toContain(`${line} ${code}`);
  });

  it('with several mistakes has all of them told at once, in the order of the file', () => {
    const yaml = 'pool: 1\npools:\n  - code: A\n    audience: general\n  - x: 1\n';
    const problems = told(yaml);
    expect(problems[0]).toBe('1:1 unknown-key');
    expect(problems.filter((problem) => problem.includes('missing'))).toHaveLength(5 + 7);
    expect(problems).toContain('5:5 unknown-key');
  });

  it.each([
    ['', '1:1 no-pools'],
    ['pools: []', '1:8 no-pools'],
    ['pools: {}', '1:8 no-pools'],
    ['- 1', '1:1 no-pools'],
    ['pools: [', '1:9 yaml'],
    ['pools: &a [*a]', '1:12 wrong-shape'],
  ])('that is %j is told what would be right', (yaml, problem) => {
    expect(told(yaml)).toEqual([problem]);
  });

  it('says what would be right in both languages', () => {
    const [problem] = readPools(example.replace('general', 'everybody'), { file: 'pools.yaml' }).problems;
    expect(formatProblem(problem!, 'zh')).toContain(
      '请写其中之一：community-screening、green-channel、general。',
    );
    expect(formatProblem(problem!, 'en')).toContain(
      'Write one of community-screening, green-channel, general.',
    );
  });
});

it('the guide to slots shows a file that can be set', () => {
  const [shown = ''] = [...text('docs/slots.md').matchAll(/^```yaml\n(.*?)^```$/gmsu)].map(
    ([, yaml]) => yaml ?? '',
  );
  expect(shown).toContain('pools:');
  expect(told(shown)).toEqual([]);
});
