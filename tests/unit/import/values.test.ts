import { describe, expect, it } from 'vitest';
import {
  dateOf,
  emailOf,
  identityOf,
  localeOf,
  nameOf,
  phoneOf,
  plain,
  sexOf,
} from '../../../cli/import/values.ts';
import { makeIdentityNumber } from '../../../domain/resident/identity-number.ts';

const today = '2026-01-31';

describe('dates as offices write them', () => {
  it.each([
    ['2026-01-02', '2026-01-02'],
    ['2026/1/2', '2026-01-02'],
    ['2026.1.2', '2026-01-02'],
    ['20260102', '2026-01-02'],
    ['2026年1月2日', '2026-01-02'],
    ['２０２６年１月２日', '2026-01-02'],
    [' 2026-01-02 00:00:00 ', '2026-01-02'],
    ['2026-01-02T08:30:00+08:00', '2026-01-02'],
    // A spreadsheet's serial number; it believes in 29 February 1900.
    ['45658', '2025-01-01'],
    ['21976', '1960-03-01'],
    ['2024-02-29', '2024-02-29'],
  ])('%s', (text, value) => expect(dateOf(text)).toEqual({ value }));

  it.each(['2026-02-30', '2023-02-29', '20261301', '31/12/1959', '01-02-26', '12月', 'x', '2026-1-2-3'])(
    '%s is none',
    (text) => expect(dateOf(text)).toHaveProperty('wrong.zh'),
  );
});

describe('telephone numbers', () => {
  it.each([
    ['16100000001', '16100000001'],
    ['161 0000 0001', '16100000001'],
    ['161-0000-0001', '16100000001'],
    ['+86 161 0000 0001', '16100000001'],
    ['0086-16100000001', '16100000001'],
    ['8616100000001', '16100000001'],
    ['１６１００００００００１'.slice(0, 11), '16100000000'],
    ['(099) 1234567', '0991234567'],
    ['0990-12345678', '099012345678'],
    ['+44 20 0000 0000', '+442000000000'],
  ])('%s', (text, value) => expect(phoneOf(text)).toEqual({ value }));

  it.each(['1610000000', '161000000011', '12345678', '+86 1610000', '1.61E+10', 'none'])(
    '%s is none',
    (text) => expect(phoneOf(text)).toHaveProperty('wrong.en'),
  );

  it('says so when a cell holds two', () =>
    expect(phoneOf('16100000001/16100000002')).toMatchObject({
      wrong: { en: expect.stringContaining('several') },
    }));
});

describe('identity numbers', () => {
  const number = makeIdentityNumber('990101', '1960-02-29', 12);
  const withX = Array.from({ length: 99 }, (_, n) => makeIdentityNumber('990101', '1960-02-29', n)).find(
    (one) => one.endsWith('X'),
  );

  it.each([
    ['as it is', number],
    ['with spaces', `${number.slice(0, 6)} ${number.slice(6, 14)}　${number.slice(14)}`],
    ['with the mark that makes a number text', `'${number}`],
    ['as a formula that makes a number text', `="${number}"`],
    [
      'in full width',
      Array.from(number)
        .map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0))
        .join(''),
    ],
    ['with an invisible space', `\u200B${number}\uFEFF`],
  ])('%s', (_, text) =>
    expect(identityOf(text, today)).toEqual({ value: { number, birthDate: '1960-02-29', sex: 'female' } }),
  );

  it('takes a small x', () =>
    expect(identityOf(withX?.toLowerCase() ?? '', today)).toMatchObject({ value: { number: withX } }));

  it.each([
    ['', 'missing'],
    ['9.90102E+17', 'spreadsheet'],
    ['990101196002290', '15 digits'],
    [number.slice(0, 17), 'not 17'],
    [`${number.slice(0, 16)}A${number.slice(17)}`, 'digits'],
    [`${number.slice(0, 17)}${number.endsWith('1') ? '2' : '1'}`, 'check character'],
    [makeIdentityNumber('990101', '2026-02-01', 1), 'future'],
  ])('%s is refused and says why', (text, why) =>
    expect(identityOf(text, today)).toMatchObject({ wrong: { en: expect.stringContaining(why) } }),
  );
});

it.each([
  ['张 三', '张三'],
  ['张　三', '张三'],
  [' 阿依古丽·买买提 ', '阿依古丽·买买提'],
  ['Ann  Example', 'Ann Example'],
  ['\u200B李四\u200B', '李四'],
])('the name %s', (text, name) => expect(nameOf(text)).toBe(name));

it.each([
  ['男', 'male'],
  ['女性', 'female'],
  ['F', 'female'],
  ['1', 'male'],
  ['２', 'female'],
])('the sex %s', (text, value) => expect(sexOf(text)).toEqual({ value }));

it('refuses what is no sex, address or language', () => {
  expect(sexOf('3')).toHaveProperty('wrong');
  expect(emailOf('name@example')).toHaveProperty('wrong');
  expect(emailOf('name@example.org')).toEqual({ value: 'name@example.org' });
  expect(localeOf('中文')).toEqual({ value: 'zh' });
  expect(localeOf('fr')).toHaveProperty('wrong');
});

it('makes full-width figures plain', () => expect(plain('　ＡＢ１２　')).toBe('AB12'));
