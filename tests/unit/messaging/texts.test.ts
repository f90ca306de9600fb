import { describe, expect, it } from 'vitest';
import { formatText, textParameters, variablesIn } from '../../../domain/messaging/format.ts';
import { smsLength } from '../../../domain/messaging/sms-length.ts';
import { TemplateError } from '../../../domain/messaging/template-error.ts';
import type { TextValues } from '../../../domain/messaging/variables.ts';

const values: TextValues = {
  stepTitle: '年度问卷',
  dueDate: '2026-03-12',
  appointment: '2026-03-12T14:05',
  place: '示例中心',
  link: 'https://example.org/r/A',
  count: 1,
};

describe('a text is filled in', () => {
  it.each([
    ['zh', '{place}：{dueDate}', '示例中心：2026年3月12日'],
    ['en', '{place}: {dueDate}', '示例中心: 12 March 2026'],
    ['zh', '{appointment}', '3月12日周四 14:05'],
    ['en', '{appointment}', 'Thu 12 March at 14:05'],
    ['en', '{dueDate, date, ::yyyyMMdd}', '12/03/2026'],
    ['zh', '{appointment, time, short}', '14:05'],
    ['en', '{count, plural, one {# matter} other {# matters}}', '1 matter'],
    ['zh', '{count, plural, other {{dueDate} 前 # 项}}', '2026年3月12日 前 1 项'],
    ['en', "don't, it's '{place}'", "don't, it's {place}"],
    ['en', '<b>{place}</b>', '<b>示例中心</b>'],
    ['zh', '没有变量', '没有变量'],
  ] as const)('%s %s', (locale, text, said) => expect(formatText(text, locale, values)).toBe(said));

  it('with what a value holds as it is: nothing in it is a variable or a format', () => {
    expect(formatText('{place}', 'zh', { place: "{phone} '{' <b>" })).toBe("{phone} '{' <b>");
  });

  it.each([
    ['{phone}', 'missing-variable', 'phone'],
    ['{constructor}', 'missing-variable', 'constructor'],
    ['{count, plural, one {{phone}} other {x}}', 'missing-variable', 'phone'],
    ['{place', 'syntax', undefined],
  ])('or else says which variable is at fault: %s', (text, code, variable) => {
    const fill = () => formatText(text, 'zh', values);
    expect(fill).toThrow(TemplateError);
    expect(fill).toThrow(expect.objectContaining({ code, variable }));
  });

  it('and refuses a day that is none', () =>
    expect(() => formatText('{dueDate}', 'zh', { dueDate: 'soon' })).toThrow(
      expect.objectContaining({ code: 'wrong-value', variable: 'dueDate' }),
    ));

  it('and tells its variables, and each as it is written', () => {
    const text = '{place} {dueDate} {link} {place}';
    expect(variablesIn(text, 'zh')).toEqual(['place', 'dueDate', 'link']);
    expect(textParameters(text, 'zh', values)).toEqual({
      place: '示例中心',
      dueDate: '2026年3月12日',
      link: 'https://example.org/r/A',
    });
    expect(textParameters('{dueDate, date, ::yyyyMMdd}', 'en', values)).toEqual({ dueDate: '12/03/2026' });
  });
});

describe('the length of a text message', () => {
  it.each([
    ['nothing', '', 'GSM-7', 0, 1],
    ['160 of GSM-7', 'a'.repeat(160), 'GSM-7', 160, 1],
    ['161 of GSM-7', 'a'.repeat(161), 'GSM-7', 161, 2],
    ['two full parts of GSM-7', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['one more', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['letters of the basic table', 'äöüßÄÖÜÑñ£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞ@$_', 'GSM-7', 34, 1],
    ['80 of the extension table, which count twice', '€'.repeat(80), 'GSM-7', 160, 1],
    ['81 of them', '€'.repeat(81), 'GSM-7', 162, 2],
    ['each of the extension table', '^{}\\[~]|€', 'GSM-7', 18, 1],
    // The escape and its character stay together: 152 + € do not fit in a part of 153.
    ['an extension character at the end of a part', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['one character outside GSM-7', `${'a'.repeat(69)}ç`, 'UCS-2', 70, 1],
    ['70 of UCS-2', '字'.repeat(70), 'UCS-2', 70, 1],
    ['71 of UCS-2', '字'.repeat(71), 'UCS-2', 71, 2],
    ['two full parts of UCS-2', '字'.repeat(134), 'UCS-2', 134, 2],
    ['one more', '字'.repeat(135), 'UCS-2', 135, 3],
    ['35 surrogate pairs', '😀'.repeat(35), 'UCS-2', 70, 1],
    ['36 surrogate pairs', '😀'.repeat(36), 'UCS-2', 72, 2],
    // A pair is not torn apart: 66 + a pair do not fit in a part of 67.
    ['a pair at the end of a part', `${'字'.repeat(66)}😀${'字'.repeat(66)}`, 'UCS-2', 134, 3],
    ['a character beyond the basic plane', '𠮷', 'UCS-2', 2, 1],
  ] as const)('%s', (_name, text, encoding, characters, segments) =>
    expect(smsLength(text)).toEqual({ encoding, characters, segments }),
  );
});
