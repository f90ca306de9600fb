import { error, type Problem, type ProblemPath } from '../checker/problem.ts';
import { suggestion } from '../checker/near-match.ts';
import { cutShort } from '../definition/cut-short.ts';
import { say, type Localized } from '../model/localized.ts';
import { checkDays, type GivenDays } from './check-days.ts';
import { civilDay } from './civil-day.ts';
import type { OfficialYear } from './official-years.ts';
import { datesIn, missing, named } from './read-dates.ts';
import { isWeekend } from './working-calendar.ts';

/** A year as a document announces it. */
export interface AnnouncedYear {
  readonly year: number;
  readonly days: OfficialYear;
}

export interface ReadYear {
  /** Absent when anything is wrong: half a year is never put in force. */
  readonly announced?: AnnouncedYear;
  readonly problems: readonly Problem[];
}

const keys = {
  file: ['year', 'source', 'holidays', 'workdays'],
  holiday: ['name', 'days'],
  name: ['zh', 'en'],
} as const;

/** Years that anybody plans in; also keeps a slip such as 20027 out. */
const [firstYear, lastYear] = [2000, 2199];

/** @returns whether a calendar may say anything about that day, `YYYY-MM-DD` */
export const isPlannable = (date: string): boolean =>
  Number(date.slice(0, 4)) >= firstYear && Number(date.slice(0, 4)) <= lastYear;

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * @param data what the file of a year holds, as plain data
 * @returns the year, or everything that is wrong with it
 */
export function readYear(data: unknown): ReadYear {
  const problems: Problem[] = [];
  if (!isGroup(data))
    return {
      problems: [
        error(
          'not-a-year',
          [],
          say('这不是一年的日历。', 'This is not the calendar of a year.'),
          say(
            '请写 year、source、holidays、workdays，见 docs/calendar.md。',
            'Write year, source, holidays and workdays; see docs/calendar.md.',
          ),
        ),
      ],
    };
  problems.push(...unknownKeys(data, keys.file, []));
  const year = yearIn(data['year'], problems);
  const source = sourceIn(data['source'], problems);
  const given = daysIn(data, problems);
  problems.push(...checkDays(given, year));
  if (problems.length > 0 || year === undefined || source === undefined) return { problems };
  const off = given.holidays.flatMap(({ days }) => days.map(({ date }) => date));
  return {
    announced: {
      year,
      days: {
        source,
        holidays: off.filter((date) => !isWeekend(civilDay(date))).sort(),
        workdays: given.workdays.map(({ date }) => date).sort(),
        named: given.holidays.map(({ name, days }) => ({ name, days: days.map(({ date }) => date) })),
      },
    },
    problems,
  };
}

function unknownKeys(group: object, known: readonly string[], path: ProblemPath): Problem[] {
  return Object.keys(group)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const { zh, en } = named(cutShort(key));
      return error(
        'unknown-key',
        [...path, key],
        say(`不认识的键${zh}。`, `${en} is not known here.`),
        suggestion(key, known),
        { atKey: true },
      );
    });
}

function yearIn(value: unknown, problems: Problem[]): number | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value >= firstYear && value <= lastYear)
    return value;
  const remedy = say('请写四位年份，例如 year: 2027。', 'Write four digits, such as year: 2027.');
  problems.push(
    value === undefined || value === null
      ? missing(['year'], remedy)
      : error(
          'wrong-form',
          ['year'],
          say(`“${cutShort(String(value))}”不是年份。`, `"${cutShort(String(value))}" is not a year.`),
          remedy,
        ),
  );
  return undefined;
}

function sourceIn(value: unknown, problems: Problem[]): string | undefined {
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  problems.push(
    missing(
      ['source'],
      say(
        '请写公布这一年安排的文件及文号，例如 国办发明电〔…〕…号。',
        'Name the document that announces the year, with its number.',
      ),
    ),
  );
  return undefined;
}

function daysIn(data: Readonly<Record<string, unknown>>, problems: Problem[]): GivenDays {
  const { holidays, workdays } = data;
  const given: { holidays: GivenDays['holidays'][number][]; workdays: GivenDays['workdays'][number][] } = {
    holidays: [],
    workdays: [],
  };
  if (!Array.isArray(holidays) || holidays.length === 0)
    problems.push(
      missing(
        ['holidays'],
        say('请列出节假日，每项写 name 和 days。', 'List the holidays, each with name and days.'),
      ),
    );
  else
    for (const [index, holiday] of (holidays as unknown[]).entries()) {
      const path = ['holidays', index];
      if (!isGroup(holiday)) {
        problems.push(
          error(
            'wrong-type',
            path,
            say('节假日应写 name 和 days。', 'A holiday has a name and days.'),
            say(
              '例如 - name: { zh: 元旦, en: New Year } 加 days。',
              'Such as - name: { zh: 元旦, en: New Year } and days.',
            ),
          ),
        );
        continue;
      }
      problems.push(...unknownKeys(holiday, keys.holiday, path));
      const name = nameIn(holiday['name'], [...path, 'name'], problems);
      const days = datesIn(holiday['days'], [...path, 'days'], problems);
      given.holidays.push({ name, days });
    }
  if (workdays !== undefined && workdays !== null)
    given.workdays.push(...datesIn(workdays, ['workdays'], problems));
  return given;
}

function nameIn(value: unknown, path: ProblemPath, problems: Problem[]): Localized {
  const remedy = say(
    '请写中文和英文名称：{ zh: 元旦, en: New Year }。',
    'Give both names: { zh: 元旦, en: New Year }.',
  );
  if (!isGroup(value)) {
    problems.push(missing(path, remedy));
    return say('', '');
  }
  problems.push(...unknownKeys(value, keys.name, path));
  const text = (key: 'zh' | 'en'): string => {
    const found = value[key];
    if (typeof found === 'string' && found.trim() !== '') return found.trim();
    problems.push(missing([...path, key], remedy));
    return '';
  };
  return say(text('zh'), text('en'));
}
