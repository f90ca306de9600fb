import { checkIdentityNumber, type IdentityNumberReason } from '../../domain/resident/identity-number.ts';
import { wrong, type Parsed } from './row-problem.ts';

/** What copying leaves behind and nobody sees: zero-width signs, and control signs, which PostgreSQL refuses. */
const invisible = /(?![\t\n\r])[\p{Cf}\p{Cc}]/gu;

/** @returns the cell with full-width digits and letters made plain, and without what cannot be seen around it */
export function plain(cell: string): string {
  let text = cell;
  // Most cells are plain already, and a file has millions.
  if (!/^[\u0020-\u007E]*$/u.test(text)) text = text.replaceAll(invisible, '').normalize('NFKC');
  text = text.trim();
  if (text.startsWith("'")) return text.slice(1).trim();
  if (text.startsWith('="') && text.endsWith('"')) return text.slice(2, -1).trim();
  return text;
}

/** @returns a name as people write it: one space between words, none between Chinese characters */
export function nameOf(cell: string): string {
  const text = cell
    .replaceAll(invisible, '')
    .replaceAll(/[\s\u3000]+/gu, ' ')
    .trim();
  return text.replaceAll(/(?<=\p{Script=Han}) (?=\p{Script=Han})/gu, '');
}

const identityReasons: Readonly<Record<IdentityNumberReason, readonly [string, string]>> = {
  length: ['身份证号应为 18 位', 'the identity number must have 18 characters'],
  characters: [
    '身份证号前 17 位应为数字，末位为数字或 X',
    'the first 17 characters must be digits, the last a digit or X',
  ],
  date: ['身份证号中的出生日期不存在', 'the birth date in the identity number does not exist'],
  checkDigit: [
    '身份证号校验码不符，请核对是否录错',
    'the check character of the identity number does not fit; look for a mistyped digit',
  ],
};

export interface Identity {
  readonly number: string;
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
}

/** @param today `YYYY-MM-DD`: nobody is born later */
export function identityOf(cell: string, today: string): Parsed<Identity> {
  const text = plain(cell).replaceAll(/[\s-]/gu, '');
  if (text === '') return wrong('缺少身份证号', 'the identity number is missing');
  if (/^\d(\.\d+)?E\+?\d+$/iu.test(text) || /^\d{15,17}000$/u.test(cell.trim()))
    if (!checkIdentityNumber(text).valid)
      return wrong(
        `身份证号被表格软件改成了数字（${text}），末几位已丢失；请把该列设为“文本”后重新填写`,
        `the spreadsheet program turned the identity number into a figure (${text}) and lost its last digits; format the column as text and enter it again`,
      );
  if (/^\d{15}$/u.test(text))
    return wrong(
      '15 位旧身份证号已停用，请填 18 位号码',
      'numbers of 15 digits are out of use; give the one of 18',
    );
  const check = checkIdentityNumber(text);
  if (!check.valid) {
    const [zh, en] = identityReasons[check.reason];
    return check.reason === 'length'
      ? wrong(`${zh}，收到 ${text.length} 位`, `${en}, not ${text.length}`)
      : wrong(zh, en);
  }
  if (check.birthDate > today)
    return wrong(
      '身份证号中的出生日期在今天之后',
      'the birth date in the identity number lies in the future',
    );
  return { value: { number: check.value, birthDate: check.birthDate, sex: check.sex } };
}

const pad = (text: string | undefined): string => (text ?? '').padStart(2, '0');

function existing(year: string, month: string, day: string): string | undefined {
  const text = `${year}-${pad(month)}-${pad(day)}`;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || !at.toISOString().startsWith(text) ? undefined : text;
}

const dateHint = [
  '日期请写成 2026-01-31、2026/1/31、20260131 或 2026年1月31日',
  'write the date as 2026-01-31, 2026/1/31, 20260131 or 2026年1月31日',
] as const;
/** Day 0 of a spreadsheet's calendar, which believes that 1900 was a leap year. */
const spreadsheetEpochMs = Date.UTC(1899, 11, 30);

/** @returns `YYYY-MM-DD`; a time of day behind the date is left out */
export function dateOf(cell: string): Parsed<string> {
  const text = plain(cell).replace(/[T\s]+\d{1,2}[:：]\d{2}.*$/u, '');
  if (/^\d{4,5}$/u.test(text) && Number(text) > 60 && Number(text) < 73_050)
    return { value: new Date(spreadsheetEpochMs + Number(text) * 86_400_000).toISOString().slice(0, 10) };
  const parts =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/u.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/u.exec(text);
  if (!parts) return wrong(`“${text}”不是日期；${dateHint[0]}`, `"${text}" is not a date; ${dateHint[1]}`);
  const value = existing(parts[1] ?? '', parts[2] ?? '', parts[3] ?? '');
  return value === undefined ? wrong(`没有“${text}”这一天`, `there is no such day as "${text}"`) : { value };
}

const sexes: Readonly<Record<string, 'male' | 'female'>> = {
  男: 'male',
  男性: 'male',
  male: 'male',
  m: 'male',
  '1': 'male',
  女: 'female',
  女性: 'female',
  female: 'female',
  f: 'female',
  '2': 'female',
};

/** Codes 1 and 2 are those of GB/T 2261.1. */
export function sexOf(cell: string): Parsed<'male' | 'female'> {
  const text = plain(cell).toLowerCase();
  const value = sexes[text];
  return value ? { value } : wrong(`性别“${text}”应为 男 或 女`, `the sex "${text}" must be male or female`);
}

/** @returns digits alone for a number of mainland China, `+` and digits for one abroad */
export function phoneOf(cell: string): Parsed<string> {
  const text = plain(cell);
  const digits = text.replaceAll(/[\s()\-–—.·]/gu, '');
  const national = digits.replace(/^(?:\+|00)?86(?=1\d{10}$|0\d{9,11}$)/u, '');
  if (/^1\d{10}$/u.test(national) || /^0[1-9]\d{8,10}$/u.test(national)) return { value: national };
  if (/^\+(?!86)\d{8,15}$/u.test(digits)) return { value: digits };
  if (/[/,;、，；\n]/u.test(text))
    return wrong(
      `电话“${text}”有多个号码，请只留一个`,
      `"${text}" holds several telephone numbers; keep one`,
    );
  if (/^\d(\.\d+)?E\+?\d+$/iu.test(digits))
    return wrong(
      `电话被表格软件改成了数字（${text}）；请把该列设为“文本”`,
      `the spreadsheet program turned the telephone number into a figure (${text}); format the column as text`,
    );
  return wrong(
    `电话“${text}”应为 11 位手机号，或带区号的固定电话`,
    `"${text}" must be a mobile number of 11 digits or a land line with its area code`,
  );
}

export function emailOf(cell: string): Parsed<string> {
  const text = plain(cell);
  return /^[^\s@]+@[^\s@]+\.[^\s@.]+$/u.test(text)
    ? { value: text }
    : wrong(
        `邮箱“${text}”格式不对，应如 name@example.org`,
        `"${text}" is not an address such as name@example.org`,
      );
}

export function localeOf(cell: string): Parsed<'zh' | 'en'> {
  const text = plain(cell).toLowerCase();
  if (/^(zh|中文|汉语|chinese|zh-.*)$/u.test(text)) return { value: 'zh' };
  if (/^(en|英文|英语|english|en-.*)$/u.test(text)) return { value: 'en' };
  return wrong(`语言“${text}”应为 zh 或 en`, `the language "${text}" must be zh or en`);
}
