import { z } from 'zod';
import { addWorkingDays, officialCalendar } from '../../domain/calendar/working-calendar.ts';
import { defineModel, scoreError } from '../../domain/risk/model.ts';

const calendar = officialCalendar();

/** Names under which the shipped calendar of mainland China is asked for. */
const calendarNames = ['cn', 'CN', 'china', 'official', calendar.version] as const;

/** @returns the first year, from start to due, that has no official data */
function unofficialYear(start: string, due: string): number {
  const [from, to] = [start, due].map((date) => Number(date.slice(0, 4))).sort((a, b) => a - b) as [
    number,
    number,
  ];
  for (let year = from; year <= to; year += 1) if (!Object.hasOwn(calendar.years, year)) return year;
  return to;
}

/** Adds working days by the official calendar: `start` plus `add`, an error in a year without official data. */
export const workday = defineModel({
  id: 'workday',
  title: { zh: '工作日推算', en: 'Working days' },
  source: `State Council holiday arrangements for ${Object.keys(calendar.years).join(', ')}`,
  confirm: [],
  input: z.strictObject({
    start: z.string(),
    add: z.number().int().min(-5000).max(5000),
    calendar: z.enum(calendarNames).optional(),
  }),
  defaults: {},
  compute({ start, add }) {
    let reached: { date: string; provisional: boolean };
    try {
      reached = addWorkingDays(calendar, start, add);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return scoreError(
        'notADate',
        'start',
        `“start”应为存在的日期，写作 YYYY-MM-DD，收到 ${JSON.stringify(start)}`,
        `"start" must be a day that exists, written YYYY-MM-DD, got ${JSON.stringify(start)}.`,
      );
    }
    if (!reached.provisional) return { result: { due: reached.date } };
    const year = unofficialYear(start, reached.date);
    const known = Object.keys(calendar.years).join(', ');
    return scoreError(
      'yearWithoutOfficialData',
      'start',
      `${year} 年尚无官方放假安排，无法确定工作日；已有 ${known} 年`,
      `There is no official calendar for the year ${year} yet, so its working days are not known; there is one for ${known}.`,
    );
  },
});
