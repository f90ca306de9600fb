import { error, type Problem, type ProblemPath } from '../checker/problem.ts';
import { say, type Localized } from '../model/localized.ts';
import { civilDay, weekdayOf } from './civil-day.ts';
import { isWeekend } from './working-calendar.ts';

/** A day, and the entry of the file that names it. */
export interface GivenDay {
  readonly date: string;
  readonly path: ProblemPath;
}

export interface GivenDays {
  readonly holidays: readonly { readonly name: Localized; readonly days: readonly GivenDay[] }[];
  readonly workdays: readonly GivenDay[];
}

const weekdays: readonly Localized[] = [
  say('周日', 'a Sunday'),
  say('周一', 'a Monday'),
  say('周二', 'a Tuesday'),
  say('周三', 'a Wednesday'),
  say('周四', 'a Thursday'),
  say('周五', 'a Friday'),
  say('周六', 'a Saturday'),
];

/** @returns the day of the week, for a sentence */
export const weekdayName = (date: string): Localized => weekdays[weekdayOf(civilDay(date))] ?? say('', '');

/**
 * @param year undefined: it is not known, and nothing is said about it
 * @returns where the days of a year contradict it, each other, or the week; each entry is told once
 */
export function checkDays({ holidays, workdays }: GivenDays, year: number | undefined): Problem[] {
  const problems: Problem[] = [];
  const told = new Set<string>();
  const tell = (code: string, { path }: GivenDay, message: Localized, remedy: Localized): void => {
    const once = `${code} ${path.join('/')}`;
    if (told.has(once)) return;
    told.add(once);
    problems.push(error(code, path, message, remedy));
  };
  const inYear = (day: GivenDay): boolean => {
    if (year === undefined || Number(day.date.slice(0, 4)) === year) return true;
    tell(
      'outside-year',
      day,
      say(`${day.date} 不在 ${year} 年。`, `${day.date} is not in ${year}.`),
      say(
        `请改正日期；属于其他年份的日子写进那一年的文件。`,
        `Correct the date; days of another year belong into the file of that year.`,
      ),
    );
    return false;
  };
  const off = new Map<string, Localized>();
  for (const { name, days } of holidays)
    for (const day of days) {
      const { date } = day;
      if (!inYear(day)) continue;
      const other = off.get(date);
      if (other)
        tell(
          'day-twice',
          day,
          say(`${date} 已属于“${other.zh}”。`, `${date} is in "${other.en}" already.`),
          say(
            '每一天只能写在一个节假日里；请删去其中一处。',
            'A day stands in one holiday; take it out of one of them.',
          ),
        );
      else off.set(date, name);
    }
  const working = new Set<string>();
  for (const day of workdays) {
    const { date } = day;
    if (!inYear(day)) continue;
    const holiday = off.get(date);
    if (working.has(date))
      tell(
        'day-twice',
        day,
        say(`${date} 写了两次。`, `${date} is written twice.`),
        say('请删去其中一处。', 'Take one of them out.'),
      );
    else if (holiday)
      tell(
        'off-and-working',
        day,
        say(
          `${date} 既是“${holiday.zh}”的放假日，又是调休上班日。`,
          `${date} is off for "${holiday.en}" and a make-up working day as well.`,
        ),
        say('请对照公布的文件，删去其中一处。', 'Compare with the announcement and take one of them out.'),
      );
    else if (!isWeekend(civilDay(date))) {
      const weekday = weekdayName(date);
      tell(
        'already-working',
        day,
        say(`${date} 是${weekday.zh}，本来就上班。`, `${date} is ${weekday.en}, a working day as it is.`),
        say(
          '调休上班日是周末；请核对日期。',
          'A make-up working day is a day of a weekend; compare the date.',
        ),
      );
    }
    working.add(date);
  }
  return problems;
}
