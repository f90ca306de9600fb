import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAndCheck } from '../../../authoring/read-definition.ts';
import { passes } from '../../../domain/checker/problem.ts';
import { builtInForResidents, builtInWordings } from '../../../domain/messaging/built-in.ts';
import { checkWording } from '../../../domain/messaging/check-wording.ts';
import { clinicalWordsIn, defaultClinicalWords } from '../../../domain/messaging/clinical-words.ts';
import type { Audience, Wording } from '../../../domain/messaging/wording.ts';

const good: Wording = {
  subject: { zh: '提醒：{stepTitle}', en: 'Reminder: {stepTitle}' },
  body: { zh: '请在 {dueDate} 前完成。', en: 'Please come by {dueDate}.' },
  sms: { zh: '请在{dueDate}前完成：{link}', en: 'Please come by {dueDate}: {link}' },
};
const check = (wording: Wording, audiences: readonly Audience[] = ['resident']) =>
  checkWording(wording, {
    template: 'reminder',
    path: ['templates', 'reminder'],
    audiences: new Set(audiences),
    facts: ['packYears'],
    clinicalWords: defaultClinicalWords,
  });

describe('a wording', () => {
  it('that is as it should be has no problem', () => expect(check(good)).toEqual([]));

  it.each<[string, Partial<Wording>, string, string, [number, number] | undefined]>([
    [
      'an unknown variable',
      { body: { zh: '{dueDay}', en: '{dueDay}' } },
      'unknown-variable',
      'body/zh',
      [0, 8],
    ],
    [
      'one that every object has',
      { body: { zh: '{toString}', en: '{toString}' } },
      'unknown-variable',
      'body/zh',
      [0, 10],
    ],
    [
      'one deep in a plural',
      { body: { zh: '{count, plural, other {{wo}}}', en: 'x' } },
      'unknown-variable',
      'body/zh',
      [23, 27],
    ],
    [
      'a bracket that is not closed',
      { body: { zh: '于{dueDate', en: 'x' } },
      'text-not-well-formed',
      'body/zh',
      [1, 9],
    ],
    [
      'no variable in the brackets',
      { body: { zh: 'a{}', en: 'x' } },
      'text-not-well-formed',
      'body/zh',
      [1, 3],
    ],
    [
      'an unknown format',
      { body: { zh: '{dueDate, day}', en: 'x' } },
      'text-not-well-formed',
      'body/zh',
      [10, 13],
    ],
    [
      'a plural without other',
      { body: { zh: '{count, plural, one {x}}', en: 'x' } },
      'text-not-well-formed',
      'body/zh',
      [23, 23],
    ],
    [
      'a plural of a text',
      { body: { zh: '{place, plural, other {x}}', en: '{place}' } },
      'wrong-format',
      'body/zh',
      [0, 26],
    ],
    ['a fact', { body: { zh: '{packYears}', en: '{packYears}' } }, 'clinical-variable', 'body/zh', [0, 11]],
    [
      'a full name',
      { body: { zh: '{residentName}', en: '{residentName}' } },
      'full-name',
      'body/zh',
      [0, 14],
    ],
    [
      'what is for staff only',
      { body: { zh: '旅程 {journey}', en: '{journey}' } },
      'wrong-audience',
      'body/zh',
      [3, 12],
    ],
    ['blanks', { body: { zh: '  ', en: ' ' } }, 'empty', 'body/zh', undefined],
    [
      'a title of a step in an SMS',
      { sms: { zh: '请做{stepTitle}', en: '{stepTitle}' } },
      'not-in-sms',
      'sms/zh',
      [2, 13],
    ],
    [
      'a clinical word in an SMS',
      { sms: { zh: '您的结节复查', en: 'x' } },
      'clinical-word-in-sms',
      'sms/zh',
      [2, 4],
    ],
    [
      'a clinical word in English',
      { sms: { zh: '好', en: 'Your Biopsy' } },
      'clinical-word-in-sms',
      'sms/en',
      [5, 10],
    ],
    ['an SMS in four parts', { sms: { zh: '字'.repeat(192), en: 'x' } }, 'sms-too-long', 'sms/zh', undefined],
    [
      'a variable in one language alone',
      { body: { zh: '{dueDate}', en: 'soon' } },
      'variable-in-one-language',
      'body/en',
      undefined,
    ],
  ])('with %s is told at its place', (_name, part, code, path, range) => {
    const [problem] = check({ ...good, ...part });
    expect(problem).toMatchObject({ code, path: ['templates', 'reminder', ...path.split('/')] });
    expect(problem?.range).toEqual(range && { start: range[0], end: range[1] });
    expect(problem?.remedy.zh).not.toBe('');
  });

  it('may be long in three parts, its signature counted', () =>
    expect(check({ ...good, sms: { zh: '字'.repeat(191), en: 'x' } })).toEqual([]));

  it('for staff may name the journey and the disease, and has no link', () => {
    const wording = { ...good, body: { zh: '{journey}', en: '{journey}' }, sms: { zh: '癌', en: 'cancer' } };
    expect(check(wording, ['staff'])).toEqual([]);
    expect(check(good, ['staff']).map(({ code }) => code)).toEqual(['wrong-audience', 'wrong-audience']);
    expect(check(wording, ['staff', 'resident']).map(({ code }) => code)).toContain('wrong-audience');
  });

  it.each(Object.entries(builtInWordings))('that is built in passes: %s', (name, wording) => {
    const toResident = (builtInForResidents as readonly string[]).includes(name);
    expect(check(wording, [toResident ? 'resident' : 'staff'])).toEqual([]);
  });
});

describe('a clinical word', () => {
  it.each([
    ['Please bring your CANCER card', ['cancer']],
    ['二次活检，结节', ['结节', '活检']],
    ['cancers and tumours', ['cancer', 'tumour']],
    ['a nonpositive integer, and an ulcancer', []],
    ['postpositive positive', ['positive']],
    ['一项健康服务', []],
  ])('%s', (text, words) => {
    expect(clinicalWordsIn(text, defaultClinicalWords).map(({ word }) => word)).toEqual(words);
  });
});

describe('a file', () => {
  const lung = readFileSync(new URL('../../../definitions/lung.yaml', import.meta.url), 'utf8');

  it('is told line and column of the slip in a text', () => {
    const spoilt = lung.replace('请尽快点此答复：{link}', '请尽快点此答复：{lnk}');
    expect(spoilt).not.toBe(lung);
    const { problems } = readAndCheck(spoilt, { file: 'lung.yaml' });
    const lines = spoilt.split('\n');
    const line = lines.findIndex((text) => text.includes('{lnk}'));
    expect(problems).toMatchObject([
      { code: 'unknown-variable', line: line + 1, column: (lines[line]?.indexOf('{lnk}') ?? 0) + 1 },
    ]);
  });

  it.each(['7mo', '30min', '91d'])('with a validity of %s is refused', (validFor) => {
    const spoilt = lung.replace('  gentle-reminder:\n', `  gentle-reminder:\n    validFor: ${validFor}\n`);
    expect(passes(readAndCheck(spoilt, { file: 'lung.yaml' }).problems)).toBe(false);
  });
});
