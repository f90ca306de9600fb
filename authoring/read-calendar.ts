import { differences, isAnnounced, type DayDifference } from '../domain/calendar/edit-calendar.ts';
import { readYear, type AnnouncedYear } from '../domain/calendar/read-year.ts';
import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { error, type Problem } from '../domain/checker/problem.ts';
import { say } from '../domain/model/localized.ts';
import { openYaml } from './open-yaml.ts';
import type { PlacedProblem } from './read-definition.ts';
import { seeYaml } from './yaml-advice.ts';

export interface ReadCalendar {
  /** Absent when anything is wrong with the file itself; that it differs from what is in force keeps it. */
  readonly announced?: AnnouncedYear;
  /** On which days it differs from the same year as it was announced before. */
  readonly differ?: readonly DayDifference[];
  /** In the order of the file. */
  readonly problems: readonly PlacedProblem[];
}

/** A year has some sixty lines. */
const maxCharacters = 100_000;

/**
 * @param inForce what the year is compared with, if it was announced before
 * @param year the one that it has to be, if that was said elsewhere already
 * @returns the year that a YAML or JSON text holds, and everything that is wrong with it, by line and column
 */
export function readCalendar(
  text: string,
  {
    file,
    inForce,
    year,
  }: { readonly file: string; readonly inForce: WorkingCalendar; readonly year?: number },
): ReadCalendar {
  if (text.length > maxCharacters)
    return {
      problems: [
        {
          ...error(
            'too-large',
            [],
            say('文件过大。', 'The file is too large.'),
            say('一年的日历不应超过 10 万字符。', 'The calendar of a year has at most 100,000 characters.'),
          ),
          ...{ file, line: 1, column: 1 },
        },
      ],
    };
  const opened = openYaml(text, file);
  if (!('document' in opened)) return { problems: [opened] };
  const { document, place } = opened;
  let data: unknown;
  try {
    data = document.toJS({ maxAliasCount: 100 });
  } catch {
    return { problems: [place(error('yaml', [], say('YAML 有误。', 'Not valid YAML.'), seeYaml))] };
  }
  const { announced, problems } = readYear(data);
  if (!announced)
    return { problems: problems.map(place).sort((a, b) => a.line - b.line || a.column - b.column) };
  if (year !== undefined && announced.year !== year)
    return { problems: [place(anotherYear(announced, year))] };
  const before = isAnnounced(inForce, announced.year) ? inForce.years[announced.year] : undefined;
  const differ = before ? differences(before, announced.days) : [];
  return { announced, differ, problems: differ.length === 0 ? [] : [place(differing(announced, differ))] };
}

const anotherYear = ({ year }: AnnouncedYear, wanted: number): Problem =>
  error(
    'another-year',
    ['year'],
    say(`这是 ${year} 年的日历，而非 ${wanted} 年。`, `This is the calendar of ${year}, not of ${wanted}.`),
    say(`请改正年份，或设置 ${year} 年。`, `Correct the year, or set ${year}.`),
  );

const differing = ({ year }: AnnouncedYear, { length }: readonly DayDifference[]): Problem =>
  error(
    'year-differs',
    ['year'],
    say(
      `${year} 年已有公布的数据，与此文件有 ${length} 天不同。`,
      `${year} was announced before, and this file differs from that on ${length} ${length === 1 ? 'day' : 'days'}.`,
    ),
    say(
      '请与公布的文件核对下列各日；要以此文件为准，导入时加 --replace；只改一天用 yilu calendar set。',
      'Compare the days below with the announcement; to have this file count, import it with --replace; for one day, yilu calendar set.',
    ),
  );
