import { formatProblem } from '../../authoring/format-problem.ts';
import { readCalendar } from '../../authoring/read-calendar.ts';
import { weekdayName } from '../../domain/calendar/check-days.ts';
import type { DayDifference } from '../../domain/calendar/edit-calendar.ts';
import type { DayKind } from '../../domain/calendar/official-years.ts';
import type { AnnouncedYear } from '../../domain/calendar/read-year.ts';
import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import type { Locale } from '../../domain/model/localized.ts';
import { readText } from '../definition-files.ts';
import { say } from '../run.ts';

/** What a day is, in words. */
export const dayKinds: Readonly<Record<Locale, Readonly<Record<DayKind, string>>>> = {
  zh: { off: '放假', working: '上班' },
  en: { off: 'off', working: 'working' },
};

export interface CheckedFile {
  readonly announced: AnnouncedYear;
  /** Against the same year as it was announced before. */
  readonly differ: readonly DayDifference[];
}

/**
 * Tells everything that is wrong with the file of a year.
 * @param replace that it differs from what was announced before is meant, and told without complaint
 * @returns the year, or null when it may not be put in force
 */
export async function checkFile(
  file: string,
  inForce: WorkingCalendar,
  { locale, replace = false }: { readonly locale: Locale; readonly replace?: boolean },
): Promise<CheckedFile | null> {
  const { announced, differ = [], problems } = readCalendar(await readText(file), { file, inForce });
  const told = problems.filter(({ code }) => !(replace && code === 'year-differs'));
  for (const problem of told) console.log(formatProblem(problem, locale));
  const words = dayKinds[locale];
  for (const { date, was, is } of differ)
    console.log(`  ${date} ${weekday(date, locale)}  ${words[was]} → ${words[is]}`);
  return announced && told.length === 0 ? { announced, differ } : null;
}

const weekday = (date: string, locale: Locale): string => {
  const name = weekdayName(date)[locale];
  return locale === 'zh' ? name : name.replace(/^a /u, '');
};

/** Says what a year consists of. */
export function tellYear({ announced: { year, days } }: Pick<CheckedFile, 'announced'>): void {
  const off = days.holidays.length;
  const worked = days.workdays.length;
  say(
    `${year} 年：${off} 个工作日放假，${worked} 个周末上班；依据 ${days.source ?? '–'}`,
    `${year}: ${off} weekdays off, ${worked} days of weekends worked; by ${days.source ?? '–'}`,
  );
}
