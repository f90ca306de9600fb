import { weekdayName } from '../../domain/calendar/check-days.ts';
import { isAnnounced } from '../../domain/calendar/edit-calendar.ts';
import type { OfficialYear } from '../../domain/calendar/official-years.ts';
import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import type { Locale } from '../../domain/model/localized.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { Organisation } from '../../store/organisations.ts';
import { say } from '../run.ts';
import { alignedTable } from '../table.ts';
import { dayKinds } from './check-file.ts';

/** Shows a district's calendar: its years, or the days of one. @throws PlainError for a year that it does not hold */
export function showCalendar(
  { code, names }: Organisation,
  calendar: WorkingCalendar,
  year: string | undefined,
  locale: Locale,
): void {
  console.log(`${names[0] ?? code}（${code}） · ${calendar.version} · ${calendar.zone}`);
  if (year === undefined) {
    for (const [number, days] of Object.entries(calendar.years)) tellYear(calendar, number, days);
    return;
  }
  const days = calendar.years[year];
  if (!days)
    throw new PlainError(
      `没有 ${year} 年的数据；有：${Object.keys(calendar.years).join('、')}。涉及它的期限为暂定。`,
      `There is nothing about ${year}; there is: ${Object.keys(calendar.years).join(', ')}. Deadlines in it are provisional.`,
    );
  tellYear(calendar, year, days);
  console.log(alignedTable(daysOf(days, locale)));
}

function tellYear(calendar: WorkingCalendar, year: string, days: OfficialYear): void {
  const changes = days.changes?.length ?? 0;
  if (isAnnounced(calendar, Number(year)))
    say(
      `  ${year}：${days.holidays.length} 个工作日放假，${days.workdays.length} 个周末上班，${changes} 处本区改动`,
      `${days.holidays.length} weekdays off, ${days.workdays.length} days of weekends worked, ${changes} changed here`,
    );
  else say(`  ${year}：尚未公布，${changes} 处本区改动`, `not announced yet, ${changes} changed here`);
}

function daysOf({ holidays, workdays, named = [], changes = [] }: OfficialYear, locale: Locale): string[][] {
  const words = dayKinds[locale];
  const nameOf = (date: string): string => named.find(({ days }) => days.includes(date))?.name[locale] ?? '';
  const announced = [
    ...holidays.map((date) => [date, words.off, nameOf(date)]),
    ...workdays.map((date) => [date, words.working, '']),
  ];
  const changed = changes.map(({ date, as, name, reason, by }) => [
    date,
    words[as],
    [name?.[locale], reason, by].filter((text) => text !== undefined).join(' · '),
  ]);
  return [...announced, ...changed]
    .map(([date = '', ...rest]) => [date, weekdayName(date)[locale], ...rest])
    .sort(([a = ''], [b = '']) => a.localeCompare(b));
}
