import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { stepKindNames } from '../../domain/steps/kind.ts';
import type { AbsentOwner } from '../../store/absences/absent-owner.ts';
import { stuck } from '../../store/stuck.ts';
import { worklist } from '../../store/worklist.ts';
import type { ApiEnv } from '../context.ts';
import { absentOwner } from '../schemas/absence.ts';
import { ok, problems } from '../schemas/answers.ts';
import {
  cursor,
  id,
  instant,
  iso,
  isoOrNull,
  limit,
  localized,
  nextCursor,
  role,
  text,
  time,
} from '../schemas/common.ts';
import { provisional } from '../schemas/provisional.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const resident = z.object({ id, name: z.string() });

const worklistItem = z
  .object({
    journey: id,
    step: z.string(),
    title: localized,
    kind: z.enum(stepKindNames),
    pathway: z.string(),
    version: z.int(),
    stage: z.string(),
    resident,
    owner: z.object({ role, organisation: id, staff: z.string().nullable(), absent: absentOwner }),
    openedAt: time,
    dueAt: time,
    provisional,
    overdue: z.boolean(),
    rung: z.int(),
    acknowledgedUntil: time.nullable(),
    pausedUntil: time.nullable(),
  })
  .openapi('WorklistItem');

const place = {
  journey: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
  step: 'risk-questionnaire#1',
  title: { zh: '风险问卷', en: 'Risk questionnaire' },
  pathway: 'lung',
  stage: 'screening',
  resident: { id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', name: '测试居民' },
};
const organisation = '0b6a5a4e-52f7-4d53-8d2a-6f1f3a5b7c9d';

const work = createRoute({
  method: 'get',
  path: '/worklist',
  operationId: 'worklist',
  summary: '工作清单 / What is to be done',
  description:
    '权限范围内的待办步骤，先到期的在前；按键分页，翻页不受增减影响。\nOpen steps within the reach of the caller, the one due first first. Paged by key: a page is not moved by what is added or closed meanwhile.',
  request: {
    query: z.strictObject({
      organisation: id.optional().openapi({ description: 'Of the owner.' }),
      role: role.optional(),
      staff: text(100).optional().openapi({ description: 'Id of the person that it is assigned to.' }),
      pathway: text(100).optional(),
      stage: text(100).optional(),
      overdue: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: only what is past its due date.' }),
      dueBefore: instant.optional(),
      after: cursor('dueStep'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(worklistItem), next: nextCursor }),
      {
        items: [
          {
            ...place,
            kind: 'questionnaire',
            version: 1,
            owner: { role: 'family-doctor', organisation, staff: null, absent: null },
            openedAt: '2026-03-09T00:30:00.000Z',
            dueAt: '2026-03-23T00:30:00.000Z',
            provisional: false,
            overdue: false,
            rung: 0,
            acknowledgedUntil: null,
            pausedUntil: null,
          },
        ],
        next: null,
      },
      'The steps.',
    ),
    ...problems(),
  },
});

const stuckItem = z
  .object({
    journey: id,
    resident,
    pathway: z.string(),
    stage: z.string(),
    step: z.string().openapi({ description: 'Overdue for longest.' }),
    title: localized,
    reason: z.enum(['overdue', 'acknowledged', 'outsideWork', 'noticeFailed', 'clockLate']),
    explanation: z.string(),
    overdueSince: time,
    overdueHours: z.number(),
    whoseMove: z.object({
      role,
      organisation: id,
      organisationName: z.string(),
      staff: z.string().nullable(),
      staffName: z.string().nullable(),
      absent: absentOwner,
    }),
    rung: z.int(),
    acknowledgedUntil: time.nullable(),
  })
  .openapi('StuckJourney');

const reasons = {
  overdue: { zh: '已到期，无人处理', en: 'It is due and nobody has done it' },
  acknowledged: { zh: '有人已表示会处理', en: 'Somebody has said that they will see to it' },
  outsideWork: {
    zh: '外部系统未能完成，需要人工处理',
    en: 'Another system failed or gave no answer: a person must act',
  },
  noticeFailed: {
    zh: '通知未能送达（无地址或被拒收），请另行联系',
    en: 'A notice reached nobody (no address, or refused): tell them another way',
  },
  clockLate: { zh: '时钟迟到，请联系运维', en: 'The clock is late: tell whoever runs the system' },
} as const;

const overdue = createRoute({
  method: 'get',
  path: '/stuck',
  operationId: 'stuck',
  summary: '停滞的旅程 / Journeys that do not move',
  description:
    '权限范围内逾期的旅程，逾期最久的在前：为什么、多久、该谁处理。\nOverdue journeys within the reach of the caller, the longest overdue first: why, how long, whose move.',
  request: {
    query: z.strictObject({
      pathway: text(100).optional(),
      overdueHours: z.coerce
        .number()
        .min(0)
        .max(100_000)
        .optional()
        .openapi({ description: 'By so long at least.' }),
      after: cursor('overdueJourney'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(stuckItem), next: nextCursor }),
      {
        items: [
          {
            ...place,
            reason: 'overdue',
            explanation: reasons.overdue.zh,
            overdueSince: '2026-03-23T00:30:00.000Z',
            overdueHours: 26.5,
            whoseMove: {
              role: 'family-doctor',
              organisation,
              organisationName: '示范一社区卫生服务中心',
              staff: null,
              staffName: null,
              absent: null,
            },
            rung: 2,
            acknowledgedUntil: null,
          },
        ],
        next: null,
      },
      'The journeys.',
    ),
    ...problems(),
  },
});

/** The schema's arrays may be written to. */
const copied = (absent: AbsentOwner | null): z.infer<typeof absentOwner> =>
  absent && { until: absent.until, standIns: [...absent.standIns] };

export function listRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  app.openapi(work, async (c) => {
    const { after, overdue: late, ...query } = c.req.valid('query');
    const page = await worklist(store, c.get('caller'), {
      ...(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as object),
      ...(late === 'true' && { overdue: true }),
      ...(after !== undefined && { cursor: after }),
    });
    const items = page.items.map((item) => ({
      ...item,
      owner: { ...item.owner, absent: copied(item.owner.absent) },
      openedAt: iso(item.openedAt),
      dueAt: iso(item.dueAt),
      acknowledgedUntil: isoOrNull(item.acknowledgedUntil),
      pausedUntil: isoOrNull(item.pausedUntil),
    }));
    return c.json({ items, next: page.next }, 200);
  });

  app.openapi(overdue, async (c) => {
    const { pathway, overdueHours, after, limit: most } = c.req.valid('query');
    const page = await stuck(store, c.get('caller'), {
      limit: most,
      ...(pathway !== undefined && { pathway }),
      ...(overdueHours !== undefined && { overdueMs: overdueHours * 3_600_000 }),
      ...(after !== undefined && { cursor: after }),
    });
    const items = page.items.map(({ overdueMs, overdueSince, acknowledgedUntil, owner, ...item }) => ({
      ...item,
      explanation: reasons[item.reason][c.get('locale')],
      overdueSince: iso(overdueSince),
      overdueHours: Math.round(overdueMs / 36_000) / 100,
      whoseMove: { ...owner, absent: copied(owner.absent) },
      acknowledgedUntil: isoOrNull(acknowledgedUntil),
    }));
    return c.json({ items, next: page.next }, 200);
  });
  return app;
}
