import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { readCalendar } from '../../authoring/read-calendar.ts';
import type { PlacedProblem } from '../../authoring/read-definition.ts';
import {
  isAnnounced,
  kindOfDay,
  withDay,
  withYear,
  type DayDifference,
} from '../../domain/calendar/edit-calendar.ts';
import { isPlannable } from '../../domain/calendar/read-year.ts';
import type { OfficialYear } from '../../domain/calendar/official-years.ts';
import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import { currentCalendar } from '../../store/calendar.ts';
import { editCalendar } from '../../store/edit-calendar.ts';
import { districtOver } from '../../store/messages/rules-over.ts';
import type { Caller } from '../../store/caller.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { administratorsOnly, notFound } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, id, localized, text } from '../schemas/common.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const day = z.iso.date().openapi({ example: '2026-08-12' });
const plannedDay = z.iso
  .date()
  .refine(isPlannable, {
    params: { zh: '应在 2000 年至 2199 年之间', en: 'should lie between 2000 and 2199' },
  })
  .openapi({ example: '2026-08-12' });
const kind = z.enum(['off', 'working']);
const versionExample = 'SL/3';
const recomputed =
  '立即生效；两分钟内由 worker 重算未结束的期限。\nIn force at once; a worker computes the open deadlines anew within two minutes.';

const calendarSchema = z
  .object({
    version: z.string(),
    zone: z.string(),
    years: z.array(
      z.object({
        year: z.int(),
        announced: z
          .boolean()
          .openapi({ description: 'False: only weekends are known; due dates in it are provisional.' }),
        source: z.string().nullable(),
        daysOff: z.array(day).openapi({ description: 'From Monday to Friday.' }),
        workdays: z.array(day).openapi({ description: 'Of weekends.' }),
        holidays: z.array(z.object({ name: localized, days: z.array(day) })),
        changes: z
          .array(z.object({ date: day, as: kind, name: localized.optional(), reason: z.string() }))
          .openapi({ description: 'What the district has changed itself; the latest of a day counts.' }),
      }),
    ),
  })
  .openapi('Calendar');

const calendarExample = {
  version: versionExample,
  zone: 'Asia/Shanghai',
  years: [
    {
      year: 2026,
      announced: true,
      source: null,
      daysOff: ['2026-01-01', '2026-01-02'],
      workdays: ['2026-01-04'],
      holidays: [],
      changes: [{ date: '2026-08-12', as: 'off', reason: '区应急办通知' }],
    },
  ],
};

const show = createRoute({
  method: 'get',
  path: '/districts/{id}/calendar',
  operationId: 'showCalendar',
  summary: '区的工作日历 / Which days a district works',
  request: { params: byId },
  responses: { 200: ok(calendarSchema, calendarExample, 'The calendar in force.'), ...problems(404) },
});

const yearDocument = z.looseObject({}).openapi('CalendarYear', {
  description: 'docs/calendar.md tells of it.',
  example: {
    year: 2027,
    source: '虚构示例（非官方）, invented example',
    holidays: [{ name: { zh: '元旦', en: 'New Year' }, days: '2027-01-01..2027-01-03' }],
    workdays: ['2027-01-09'],
  },
});

const putYear = createRoute({
  method: 'put',
  middleware: readableBody,
  path: '/districts/{id}/calendar/{year}',
  operationId: 'setCalendarYear',
  summary: '设置一年的工作日历 / Enter the days of a year',
  description: `一年的文件，YAML 或 JSON。有错误的不予设置（422，指出行、列和改法）。${recomputed} What is wrong is told with line, column and remedy (422). Administrators of the district.`,
  request: {
    params: z.object({ id, year: z.coerce.number().int().min(2000).max(2199) }),
    query: z.strictObject({
      replace: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: the year was announced before, and this counts.' }),
    }),
    body: {
      // Not `required`: that would have YAML checked as JSON. The middleware asks for a body.
      required: false,
      content: {
        'application/json': { schema: yearDocument },
        'application/yaml': { schema: z.string().openapi({ example: 'year: 2027\n' }) },
      },
    },
  },
  responses: {
    200: ok(
      z.object({
        version: z.string(),
        isNew: z.boolean().openapi({ description: 'False: the calendar in force says the same already.' }),
        differs: z.array(z.object({ date: day, was: kind, is: kind })),
      }),
      {
        version: versionExample,
        isNew: true,
        differs: [{ date: '2027-01-09', was: 'off', is: 'working' }],
      },
      'In force.',
    ),
    ...problems(403, 404, 413, 415, 422),
  },
});

const putDay = createRoute({
  method: 'put',
  path: '/districts/{id}/calendar/days/{date}',
  operationId: 'setCalendarDay',
  summary: '改一天，例如台风停工 / Change a day, such as one of a typhoon',
  description: `${recomputed} Administrators of the district.`,
  request: {
    params: z.object({ id, date: plannedDay }),
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z
            .strictObject({ as: kind, name: localized.optional(), reason: text(500) })
            .openapi('CalendarDay', { example: { as: 'off', reason: '区应急办通知：台风停工' } }),
        },
      },
    },
  },
  responses: {
    200: ok(
      z.object({
        version: z.string(),
        isNew: z.boolean().openapi({ description: 'False: the day is so already.' }),
      }),
      { version: versionExample, isNew: true },
      'In force.',
    ),
    ...problems(403, 404, 422),
  },
});

const refusedYear = (found: readonly PlacedProblem[], differ: readonly DayDifference[]): Problem =>
  new Problem({
    status: 422,
    code: 'CalendarRefused',
    title: { zh: '日历有误', en: 'This calendar is not right' },
    detail: {
      zh: `检查发现 ${found.length} 个问题，见 errors；现行的日历没有改动。`,
      en: `There are ${found.length} problems, listed in errors; the calendar in force stays as it is.`,
    },
    errors: found.slice(0, 200).map(({ code, line, column, message, remedy }) => {
      const days = code === 'year-differs' ? ` (${differ.map(({ date }) => date).join(', ')})` : '';
      return {
        in: 'body',
        field: `${line}:${column}`,
        message: { zh: `${message.zh}${remedy.zh}${days}`, en: `${message.en} ${remedy.en}${days}` },
      };
    }),
  });

const yearView = (calendar: WorkingCalendar, year: number, days: OfficialYear) => ({
  year,
  announced: isAnnounced(calendar, year),
  source: days.source ?? null,
  daysOff: [...days.holidays],
  workdays: [...days.workdays],
  holidays: (days.named ?? []).map((one) => ({ name: one.name, days: [...one.days] })),
  changes: (days.changes ?? []).map(({ date, as, name, reason }) => ({
    date,
    as,
    reason,
    ...(name && { name }),
  })),
});

/** `domain/calendar` as staff see it and administrators edit it. */
export function calendarRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  const mustSee = async (caller: Caller, district: string): Promise<void> => {
    if ((await districtOver(store.pool, caller.organisation)) !== district)
      throw notFound({ zh: '区', en: 'district' });
  };
  const mustEdit = async (caller: Caller, district: string): Promise<void> => {
    await mustSee(caller, district);
    if (caller.role !== 'administrator' || caller.organisation !== district) throw administratorsOnly();
  };

  app.openapi(show, async (c) => {
    const { id: district } = c.req.valid('param');
    await mustSee(c.get('caller'), district);
    const calendar = await currentCalendar(store.pool, district);
    const years = Object.entries(calendar.years).map(([year, days]) =>
      yearView(calendar, Number(year), days),
    );
    return c.json({ version: calendar.version, zone: calendar.zone, years }, 200);
  });

  app.openapi(putYear, async (c) => {
    const { id: district, year } = c.req.valid('param');
    const caller = c.get('caller');
    await mustEdit(caller, district);
    const body = await c.req.text();
    const replace = c.req.valid('query').replace === 'true';
    let [differs, isNew]: [readonly DayDifference[], boolean] = [[], false];
    const { version } = await editCalendar(store, district, `staff/${caller.staff}`, (inForce, next) => {
      const read = readCalendar(body, { file: 'year.yaml', inForce, year });
      differs = read.differ ?? [];
      const found = read.problems.filter(({ code }) => !(replace && code === 'year-differs'));
      if (!read.announced || found.length > 0) throw refusedYear(found, differs);
      isNew = differs.length > 0 || !isAnnounced(inForce, year);
      return isNew ? withYear(inForce, next, year, read.announced.days) : inForce;
    });
    return c.json({ version, isNew, differs: [...differs] }, 200);
  });

  app.openapi(putDay, async (c) => {
    const { id: district, date } = c.req.valid('param');
    const caller = c.get('caller');
    await mustEdit(caller, district);
    const { as, name, reason } = c.req.valid('json');
    const by = `staff/${caller.staff}`;
    let isNew = false;
    const { version } = await editCalendar(store, district, by, (inForce, next) => {
      isNew = kindOfDay(inForce, date) !== as;
      return isNew ? withDay(inForce, next, { date, as, reason, by, ...(name && { name }) }) : inForce;
    });
    return c.json({ version, isNew }, 200);
  });
  return app;
}
