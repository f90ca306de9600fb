import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCalendar } from '../../../authoring/read-calendar.ts';
import { withDay, withYear } from '../../../domain/calendar/edit-calendar.ts';
import { officialYears } from '../../../domain/calendar/official-years.ts';
import {
  addWorkingDays,
  compileCalendar,
  officialCalendar,
  type WorkingCalendar,
} from '../../../domain/calendar/working-calendar.ts';
import { civilDay } from '../../../domain/calendar/civil-day.ts';

const inForce = officialCalendar();
const read = (text: string, calendar: WorkingCalendar = inForce) =>
  readCalendar(text, { file: 'year.yaml', inForce: calendar });

/** The year that the tests spoil, one line at a time; lines are counted from 1. */
const sound = [
  'year: 2027',
  'source: invented No. 1',
  'holidays:',
  '  - name: { zh: 元旦, en: New Year }',
  '    days: 2027-01-01..2027-01-03',
  '  - name: { zh: 国庆, en: National Day }',
  '    days: [2027-10-01, 2027-10-04..2027-10-06]',
  'workdays:',
  '  - 2027-10-09',
];
const spoilt = (line: number, text: string): string =>
  sound.map((old, index) => (index + 1 === line ? text : old)).join('\n');

describe('the file of a year', () => {
  it('becomes days off from Monday to Friday, days worked, and their names', () => {
    const { announced, problems } = read(sound.join('\n'));
    expect(problems).toEqual([]);
    expect(announced).toEqual({
      year: 2027,
      days: {
        source: 'invented No. 1',
        holidays: ['2027-01-01', '2027-10-01', '2027-10-04', '2027-10-05', '2027-10-06'],
        workdays: ['2027-10-09'],
        named: [
          {
            name: { zh: '元旦', en: 'New Year' },
            days: ['2027-01-01', '2027-01-02', '2027-01-03'],
          },
          {
            name: { zh: '国庆', en: 'National Day' },
            days: ['2027-10-01', '2027-10-04', '2027-10-05', '2027-10-06'],
          },
        ],
      },
    });
  });

  it('may be JSON', () => {
    const year = {
      year: 2028,
      source: 'invented',
      holidays: [{ name: { zh: '元旦', en: 'New Year' }, days: ['2028-01-03'] }],
    };
    expect(read(JSON.stringify(year)).announced?.days.holidays).toEqual(['2028-01-03']);
  });

  it('the example in examples/ passes, and says that it is invented', () => {
    const text = readFileSync(
      new URL('../../../examples/calendar-2027-invented.yaml', import.meta.url),
      'utf8',
    );
    const { announced, problems } = read(text);
    expect(problems).toEqual([]);
    expect(announced?.days.source).toContain('invented');
  });
});

describe('a mistake is told with its place and remedy', () => {
  it.each([
    ['a year that is none', 1, 'year: 27', 'wrong-form', [1, 7], '四位年份'],
    ['no year', 1, 'source2: x', 'unknown-key', [1, 1], 'source'],
    ['an empty source', 2, 'source: ""', 'missing', [2, 9], '文号'],
    ['no holidays', 3, 'holiday:', 'unknown-key', [3, 1], 'holidays'],
    ['a name in one language', 4, '  - name: { zh: 元旦 }', 'missing', [4, 5], '中文和英文'],
    ['31 February', 5, '    days: 2027-02-31', 'no-such-day', [5, 11], '核对'],
    ['a slip of the pen', 5, '    days: 1st of January', 'wrong-form', [5, 11], '2027-01-01'],
    [
      'a range written backwards',
      5,
      '    days: 2027-01-03..2027-01-01',
      'backwards',
      [5, 11],
      '2027-01-01..',
    ],
    ['a range with a slip in it', 5, '    days: 2027-01-01..2027-11-03', 'too-long', [5, 11], '核对'],
    ['a day of another year', 5, '    days: 2026-12-31..2027-01-03', 'outside-year', [5, 11], '那一年'],
    ['overlapping days', 7, '    days: [2027-10-01, 2027-01-03]', 'day-twice', [7, 24], '其中一处'],
    ['off and working', 9, '  - 2027-10-04', 'off-and-working', [9, 5], '其中一处'],
    ['worked in exchange on a weekday', 9, '  - 2027-10-11', 'already-working', [9, 5], '周末'],
  ] as const)('%s', (_what, line, text, code, [atLine, column], remedy) => {
    const { announced, problems } = read(spoilt(line, text));
    expect(announced).toBeUndefined();
    const found = problems.find((problem) => problem.code === code);
    expect(found).toMatchObject({ file: 'year.yaml', line: atLine, column, severity: 'error' });
    expect(found?.remedy.zh).toContain(remedy);
    expect(found?.message.en).not.toBe('');
  });

  it('all of them at once, in the order of the file', () => {
    const text = sound
      .join('\n')
      .replace('2027-01-01..2027-01-03', '2027-02-30')
      .replace('invented No. 1', '""')
      .replace('2027-10-09', '2027-10-08');
    expect(read(text).problems.map(({ code, line }) => [code, line])).toEqual([
      ['missing', 2],
      ['no-such-day', 5],
      ['already-working', 9],
    ]);
  });

  it('an overlap of many days is told once', () => {
    const text = spoilt(7, '    days: 2027-01-01..2027-01-03');
    expect(read(text).problems.filter(({ code }) => code === 'day-twice')).toHaveLength(1);
  });

  it.each([
    ['a list', '- 1'],
    ['an empty file', ''],
    ['no YAML', 'year: [2027'],
    ['a file that holds itself', '&a [*a]'],
  ])('%s is no year', (_what, text) => {
    const { announced, problems } = read(text);
    expect(announced).toBeUndefined();
    expect(problems).toHaveLength(1);
  });
});

describe('a year that was announced before', () => {
  const asFile = (year: number, change: (days: string[]) => string[]): string => {
    const { holidays = [], workdays = [] } = officialYears[year] ?? {};
    return JSON.stringify({
      year,
      source: 'again',
      holidays: [{ name: { zh: '节日', en: 'Holidays' }, days: change([...holidays]) }],
      workdays,
    });
  };

  it('and says the same is no problem', () => {
    const { problems, differ } = read(asFile(2026, (days) => days));
    expect([problems, differ]).toEqual([[], []]);
  });

  it('and differs is told, day by day', () => {
    const { announced, problems, differ } = read(
      asFile(2026, (days) => [...days.filter((day) => day !== '2026-06-19'), '2026-06-22']),
    );
    expect(announced?.year).toBe(2026);
    expect(problems).toMatchObject([{ code: 'year-differs', line: 1 }]);
    expect(problems[0]?.remedy.en).toContain('--replace');
    expect(differ).toEqual([
      { date: '2026-06-19', was: 'off', is: 'working' },
      { date: '2026-06-22', was: 'working', is: 'off' },
    ]);
  });
});

describe('a day that a district changes', () => {
  const change = (date: string, as: 'off' | 'working') => ({ date, as, reason: 'typhoon', by: 'test' });
  const typhoon = withDay(inForce, 'd/1', change('2026-08-12', 'off'));

  it.each([
    ['a Wednesday', '2026-08-12', 'off', false],
    ['a Saturday', '2026-08-15', 'working', true],
    ['a holiday', '2026-10-01', 'working', true],
    ['a Saturday that was worked in exchange', '2026-10-10', 'off', false],
  ] as const)('%s, %s, is %s', (_what, date, as, working) => {
    const changed = withDay(inForce, 'd/1', change(date, as));
    expect(compileCalendar(inForce).isWorkingDay(civilDay(date))).toBe(!working);
    expect(compileCalendar(changed).isWorkingDay(civilDay(date))).toBe(working);
  });

  it('the latest word about a day counts', () => {
    const back = withDay(typhoon, 'd/2', change('2026-08-12', 'working'));
    expect(compileCalendar(back).isWorkingDay(civilDay('2026-08-12'))).toBe(true);
    expect(back.years[2026]?.changes).toHaveLength(2);
  });

  it('makes no year official', () => {
    const early = withDay(inForce, 'd/1', change('2027-08-12', 'off'));
    expect(addWorkingDays(early, '2027-08-11', 1)).toEqual({ date: '2027-08-13', provisional: true });
  });

  it('stays changed when the year is announced', () => {
    const early = withDay(inForce, 'd/1', change('2027-08-12', 'off'));
    const announced = withYear(early, 'd/2', 2027, { source: 'x', holidays: ['2027-08-13'], workdays: [] });
    expect(addWorkingDays(announced, '2027-08-11', 1)).toEqual({ date: '2027-08-16', provisional: false });
  });
});
