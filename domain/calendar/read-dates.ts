import { error, type Problem, type ProblemPath } from '../checker/problem.ts';
import { cutShort } from '../definition/cut-short.ts';
import { say, type Localized } from '../model/localized.ts';
import type { GivenDay } from './check-days.ts';
import { civilDay } from './civil-day.ts';
import { daysBetween } from './edit-calendar.ts';

/** @returns the key in quotation marks */
export const named = (key: string): Localized => say(`“${key}”`, `"${key}"`);

/** @returns that what the path leads to is not there */
export function missing(path: ProblemPath, remedy: Localized): Problem {
  const { zh, en } = named(String(path.at(-1) ?? ''));
  return error('missing', path, say(`缺少${zh}。`, `${en} is missing.`), remedy);
}

/** A range is written `2027-02-05..2027-02-11`, or with 至 or "to" between. */
const range = /^(\d{4}-\d{2}-\d{2})\s*(?:\.\.|至|\bto\b)\s*(\d{4}-\d{2}-\d{2})$/u;
const single = /^\d{4}-\d{2}-\d{2}$/u;

/** @returns the days of one entry or of a list of entries, each with its place */
export function datesIn(value: unknown, path: ProblemPath, problems: Problem[]): GivenDay[] {
  if (value === undefined || value === null) {
    problems.push(missing(path, howToWrite));
    return [];
  }
  const entries: [unknown, ProblemPath][] = Array.isArray(value)
    ? (value as unknown[]).map((entry, index) => [entry, [...path, index]])
    : [[value, path]];
  if (entries.length === 0 && path[0] === 'holidays') problems.push(missing(path, howToWrite));
  return entries.flatMap(([entry, at]) => datesOf(entry, at, problems).map((date) => ({ date, path: at })));
}

const howToWrite = say(
  '日期写作 2027-01-01，一段写作 2027-02-05..2027-02-11。',
  'Write a day as 2027-01-01, a range as 2027-02-05..2027-02-11.',
);

function datesOf(entry: unknown, path: ProblemPath, problems: Problem[]): string[] {
  const text = typeof entry === 'string' ? entry.trim() : '';
  const [from, to] = range.exec(text)?.slice(1) ?? (single.test(text) ? [text, text] : []);
  if (from === undefined || to === undefined) {
    const shown = cutShort(String(entry));
    problems.push(
      error('wrong-form', path, say(`“${shown}”不是日期。`, `"${shown}" is not a day.`), howToWrite),
    );
    return [];
  }
  const unknown = [from, to].find((date) => !isDay(date));
  if (unknown !== undefined) {
    problems.push(
      error(
        'no-such-day',
        path,
        say(`没有 ${unknown} 这一天。`, `There is no ${unknown}.`),
        say('请对照公布的文件核对月和日。', 'Compare month and day with the announcement.'),
      ),
    );
    return [];
  }
  if (to < from) {
    problems.push(
      error(
        'backwards',
        path,
        say(`${from} 晚于 ${to}。`, `${from} is after ${to}.`),
        say(`请写 ${to}..${from}。`, `Write ${to}..${from}.`),
      ),
    );
    return [];
  }
  if (civilDay(to) - civilDay(from) > longestRange) {
    problems.push(
      error(
        'too-long',
        path,
        say(`${text} 超过 ${longestRange} 天。`, `${text} is longer than ${longestRange} days.`),
        say('请核对年份和月份。', 'Compare year and month with the announcement.'),
      ),
    );
    return [];
  }
  return daysBetween(from, to);
}

/** No holiday lasts longer; a slip in the year of a range would name thousands of days. */
const longestRange = 60;

/** @returns whether `YYYY-MM-DD` names a day that there is */
export function isDay(text: string): boolean {
  try {
    civilDay(text);
    return true;
  } catch {
    return false;
  }
}
