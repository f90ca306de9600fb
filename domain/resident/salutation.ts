import type { Locale } from '../model/localized.ts';

/** Surnames of two characters in use today, most of them in 《百家姓》. */
const twoCharacters = new Set(
  '欧阳 上官 皇甫 令狐 诸葛 司徒 司马 申屠 夏侯 贺兰 完颜 慕容 尉迟 长孙 端木 东方 独孤 公孙 司空 宇文 南宫 西门 轩辕 澹台 太史 闻人 钟离 淳于 单于 公冶 宗政 濮阳 仲孙 鲜于 闾丘 呼延 百里 东郭 拓跋 第五'.split(
    ' ',
  ),
);

const isHan = (name: string): boolean => /^\p{Script=Han}/u.test(name);

/** @returns the surname: the first part of a Chinese name, the last word of another; a name in dotted form as its last part */
export function surnameOf(name: string): string {
  const whole = name.trim();
  const parts = whole.split(/[\s·•]+/u).filter((part) => part !== '');
  const last = parts.at(-1) ?? whole;
  if (!isHan(whole) || parts.length > 1) return last;
  const characters = Array.from(whole);
  const two = characters.slice(0, 2).join('');
  return characters.length > 2 && twoCharacters.has(two) ? two : (characters[0] ?? whole);
}

/** @returns how a message or a page addresses a resident: surname and title, never the full name, as others may read it */
export function salutationOf(name: string, sex: 'male' | 'female', locale: Locale): string {
  const surname = surnameOf(name);
  if (locale === 'en') return `${sex === 'male' ? 'Mr' : 'Ms'} ${surname}`;
  // A surname of another script keeps its space.
  return `${surname}${isHan(surname) ? '' : ' '}${sex === 'male' ? '先生' : '女士'}`;
}
