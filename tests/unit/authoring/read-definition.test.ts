import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../authoring/format-problem.ts';
import { readAndCheck, readDefinition } from '../../../authoring/read-definition.ts';

const good = `pathway: tiny
title: { zh: 小路径, en: Tiny pathway }
facts:
  points: { type: int, min: 0, max: 10 }
ladders:
  routine:
    rungs:
      - { after: 0wd, tell: owner }
      - { after: 5wd, tell: district-coordinator }
stages:
  screening:
    title: { zh: 初筛, en: Screening }
    steps:
      check:
        kind: task
        title: { zh: 检查, en: Check }
        owner: family-doctor
        ladder: routine
        due: { in: 14d }
        records: [points]
        outcomes:
          done:
            - when: points >= 4
              open: check
            - when: "points >= 2 && points != 3"
              open: check
            - when: >-
                points >= 1 ||
                points == 3
              end: completed
            - otherwise: { end: completed }
`;

const check = (text: string) =>
  readAndCheck(text, { file: 'tiny.yaml' }).problems.map(
    ({ code, line, column }) => `${line}:${column} ${code}`,
  );

describe('reading a definition', () => {
  it('gives the definition when nothing is wrong', () => {
    const { source, problems } = readDefinition(good, { file: 'tiny.yaml' });
    expect(problems).toEqual([]);
    expect(source?.pathway).toBe('tiny');
    expect(check(good)).toEqual([]);
  });

  it('reads files of other systems: a byte order mark and CRLF', () =>
    expect(check(`\uFEFF${good.replaceAll('\n', '\r\n')}`)).toEqual([]));

  it('tells a mistake in what an alias repeats once', () => {
    const aliased = good
      .replace(
        '- when: points >= 4\n              open: check',
        '- &again { when: pionts >= 4, open: check }',
      )
      .replace('- when: "points >= 2 && points != 3"\n              open: check', '- *again');
    expect(check(aliased)).toEqual(['23:30 unknown-fact']);
  });

  it('finds characters that were lost in a text', () =>
    expect(check(good.replace('小路径', '小\uFFFD径'))).toEqual(['2:14 lost-characters']));

  it.each([
    ['a line too deep', good.replace('        kind: task', '          kind: task'), /上一行/u],
    ['a colon that is gone', good.replace('ladders:', 'ladders'), /上一行/u],
    ['a quotation mark that is gone', good.replace('when: points >= 4', "when: 'points >= 4"), /引号/u],
  ])('says in Chinese what the YAML parser says: %s', (_, text, said) => {
    const [problem] = readAndCheck(text, { file: 'tiny.yaml' }).problems;
    expect(`${problem?.message.zh}${problem?.remedy.zh}`).toMatch(said);
    expect(problem?.message.zh).not.toMatch(/YAML 有误|[a-z]{4}/u);
  });

  it.each<[what: string, from: string, to: string, expected: string[]]>([
    [
      'a key twice',
      'owner: family-doctor\n',
      'owner: family-doctor\n        owner: specialist\n',
      ['18:9 duplicate-key'],
    ],
    ['a tab for indentation', '        ladder: routine', '\tladder: routine', ['18:1 tab-as-indent']],
    ['an unknown key', 'due: {', 'deu: {', ['19:9 unknown-key']],
    ['a wrong type', 'in: 14d', 'in: 14', ['19:20 wrong-type']],
    ['a wrong value', 'owner: family-doctor', 'owner: doctor', ['17:16 unknown-value']],
    [
      'a part missing',
      '        title: { zh: 检查, en: Check }\n',
      '        title: { zh: 检查 }\n',
      ['16:9 missing'],
    ],
    ['a wrong name', 'check:', 'Check_up:', ['14:7 wrong-name']],
    ['a name in a plain condition', 'when: points >= 4', 'when: 4 <= pionts', ['23:26 unknown-fact']],
    ['a name in a quoted condition', 'points != 3"', 'pionts != 3"', ['25:37 unknown-fact']],
    ['a name in a folded condition', 'points == 3', 'pionts == 3', ['29:17 unknown-fact']],
    ['a type in a condition', 'when: points >= 4', "when: points >= '4'", ['23:21 condition-invalid']],
    ['a step without deadline', '        due: { in: 14d }\n', '', ['14:7 due-missing']],
    ['not YAML at all', 'pathway: tiny', 'pathway: "tiny', ['1:1 missing']],
  ])('says where: %s', (what, from, to, expected) => {
    expect(good).toContain(from);
    const found = check(good.replace(from, to));
    if (what === 'not YAML at all') expect(found.length).toBeGreaterThan(0);
    else expect(found).toEqual(expected);
  });

  it('shows a problem on a terminal in either language', () => {
    const [problem] = readAndCheck(good.replace('end: completed }', 'stay: true }'), {
      file: 'tiny.yaml',
    }).problems;
    if (!problem) throw new Error('expected a problem');
    expect(formatProblem(problem, 'en')).toBe(
      [
        'tiny.yaml:31:26 error [stay-with-nothing-open] check can end in "done" and then nothing is open: the resident would be forgotten.',
        '  "stay" is only for when something else is surely open; open a step or end the journey.',
        '  How it comes to that:',
        '    1. The resident is enrolled: check opens',
        '    2. check: done',
      ].join('\n'),
    );
    expect(formatProblem(problem, 'zh')).toContain('tiny.yaml:31:26 错误');
  });

  it.each([
    '',
    '[]',
    'text',
    '{}',
    '? [a]\n: b',
    '--- a\n--- b',
    '*x',
    '&a [*a]',
    '<<: {}',
    'pathway: !!js x',
  ])('never throws, whatever the text: %j', (text) => expect(check(text).length).toBeGreaterThan(0));

  it('refuses aliases that unfold without end', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${'bcdefgh'
      .split('')
      .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(', ')}]`)
      .join('\n')}\n`;
    expect(check(bomb)).toEqual(['1:1 yaml']);
  });
});
