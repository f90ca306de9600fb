import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { PlacedProblem } from '../../authoring/read-definition.ts';
import { readPools } from '../../authoring/read-pools.ts';
import type { Pool } from '../../domain/scheduling/pool.ts';
import type { Caller } from '../../store/caller.ts';
import { eventIdOf } from '../../store/event-input.ts';
import { organisations } from '../../store/organisations.ts';
import { appointmentSeen } from '../../store/slots/appointments.ts';
import { freeSlots } from '../../store/slots/free-slots.ts';
import { holdPlace } from '../../store/slots/hold-place.ts';
import { isSlotWithin, poolsOf } from '../../store/slots/pools.ts';
import { setPools } from '../../store/slots/set-pool.ts';
import { forWhom, mustWithSlots } from '../booking.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { notFound, unprocessable } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { ok, problems } from '../schemas/answers.ts';
import {
  byId,
  cursor,
  id,
  idempotent,
  instant,
  iso,
  limit,
  nextCursor,
  text,
  time,
} from '../schemas/common.ts';
import {
  appointmentAnswer,
  appointmentExample,
  appointmentSchema,
  audience,
  freeSlotAnswer,
  freeSlotExample,
  freeSlotSchema,
  newHold,
  poolExample,
  poolNameSchema,
  service,
} from '../schemas/slots.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const organisation = text(100).openapi({ description: 'Id or code.', example: 'SL-H1' });

const free = createRoute({
  method: 'get',
  path: '/slots',
  operationId: 'freeSlots',
  summary: '可约的号 / Slots with a place',
  description:
    '本区现在可由该类居民预约的号，先开始的在前，按键分页。号池的专用号在放开之前只对本类居民可见，绿色通道总可预约；为绿色通道保留的名额不计入 `free`。\nSlots of the district in which somebody of the audience may have a place now, the earliest first, paged by key. Until it is released a pool is for its own audience and the green channel; places kept for the green channel are not counted in `free`.',
  request: {
    query: z.strictObject({
      service: service.optional(),
      audience: audience.default('general').openapi({ description: 'As whom a place would be taken.' }),
      organisation: organisation.optional(),
      from: instant.optional().openapi({ description: 'Starting from this instant on.' }),
      to: instant.optional().openapi({ description: 'Starting before this instant.' }),
      after: cursor('slotInTime'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(freeSlotSchema), next: nextCursor }),
      { items: [freeSlotExample], next: null },
      'The slots.',
    ),
    ...problems(),
  },
});

const poolDocument = z.looseObject({}).openapi('SlotPoolFile', {
  description: 'One item of `pools` in a file of pools: docs/slots.md tells of each key.',
  example: {
    code: 'SL-H1-LDCT',
    organisation: 'SL-H1',
    site: 'SL-H1-MAIN',
    service: 'low-dose-ct',
    audience: 'community-screening',
    title: poolExample.title,
    weekly: [
      {
        days: ['monday'],
        from: '08:00',
        until: '11:30',
        minutes: 30,
        capacity: 4,
        validFrom: '2026-01-01',
      },
    ],
  },
});
const poolFile = z.strictObject({ pools: z.array(poolDocument) });

const templates = createRoute({
  method: 'get',
  path: '/slots/templates',
  operationId: 'slotTemplates',
  summary: '号池及其文件 / Pools and their files',
  description: '本区的号池，约满的也在内。\nThe pools of the district, full or not.',
  request: {
    query: z.strictObject({
      service: service.optional(),
      audience: audience.optional(),
      organisation: organisation.optional(),
    }),
  },
  responses: {
    200: ok(
      z.object({
        items: z.array(
          poolNameSchema.extend({
            service: z.string(),
            audience,
            expandedUntil: z
              .string()
              .openapi({ description: 'Up to this day, exclusive, its slots are made.' }),
            updatedAt: time,
            rules: poolDocument,
          }),
        ),
      }),
      {
        items: [
          {
            ...poolExample,
            service: 'low-dose-ct',
            audience: 'community-screening',
            expandedUntil: '2026-05-09',
            updatedAt: '2026-03-09T00:30:00.000Z',
            rules: {},
          },
        ],
      },
      'The pools, by code.',
    ),
    ...problems(),
  },
});

const set = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/slots/templates',
  operationId: 'setSlotTemplates',
  summary: '设置号池 / Set pools of slots',
  description:
    '整份文件，YAML 或 JSON，全部生效或全不生效；有错误答复 422（指出行、列和改法），新容量少于已约出的答复 409（PlacesTaken）。重复发送不再有变化。限管理员、本机构的协调员和负责人。\nA whole file as YAML or JSON, all of its pools or none. With errors 422, with line, column and remedy; where less would be left than is taken, 409 (PlacesTaken). Sent again, nothing changes. Administrators, and the coordinator and manager of the organisation.',
  request: {
    query: z.strictObject({
      dryRun: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: only say what it would do.' }),
    }),
    body: {
      // Not `required`: that would have YAML checked as JSON. The middleware asks for a body.
      required: false,
      content: {
        'application/json': { schema: poolFile },
        'application/yaml': { schema: z.string().openapi({ example: 'pools: []\n' }) },
      },
    },
  },
  responses: {
    200: ok(
      z.object({
        dryRun: z.boolean(),
        pools: z.array(
          z.object({
            pool: id,
            code: z.string(),
            isNew: z.boolean(),
            made: z.int(),
            changed: z.int(),
            closed: z.int(),
          }),
        ),
      }),
      {
        dryRun: false,
        pools: [
          { pool: poolExample.id, code: poolExample.code, isNew: true, made: 420, changed: 0, closed: 0 },
        ],
      },
      'Set, and how many slots were made, changed and closed.',
    ),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const hold = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/slots/{id}/holds',
  operationId: 'holdPlace',
  summary: '保留一个名额 / Hold a place',
  description:
    '为居民保留几分钟（`heldUntil`），其间确认即为预约，否则退回。每位居民每项服务同时只有一个（409，AppointmentExists）。\nHolds a place for some minutes, until `heldUntil`; confirm it by then, or it goes back. A resident has one of each service at a time (409, AppointmentExists).',
  request: {
    params: byId,
    headers: idempotent,
    body: { required: true, content: { 'application/json': { schema: newHold } } },
  },
  responses: {
    201: ok(appointmentSchema, appointmentExample, 'Held; by the same key, as it stands now.'),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const refusedPools = (found: readonly PlacedProblem[]): Problem =>
  new Problem({
    status: 422,
    code: 'PoolsRefused',
    title: { zh: '号池文件有误', en: 'This file of pools is not right' },
    detail: {
      zh: `检查发现 ${found.length} 个问题，见 errors；没有改动。`,
      en: `There are ${found.length} problems, listed in errors; nothing was changed.`,
    },
    errors: found.slice(0, 200).map(({ line, column, message, remedy }) => ({
      in: 'body',
      field: `${line}:${column}`,
      message: { zh: `${message.zh}${remedy.zh}`, en: `${message.en} ${remedy.en}` },
    })),
  });

export function slotRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();

  /** A pool is set by those who keep its organisation. */
  async function mustKeep(caller: Caller, pools: readonly Pool[]): Promise<void> {
    const codes = (await organisations(store, caller)).map(({ code }) => code);
    for (const [i, pool] of pools.entries())
      if (!codes.includes(pool.organisation))
        throw unprocessable(
          `pools.${i}.organisation`,
          {
            zh: `您的权限范围内没有机构“${pool.organisation}”。`,
            en: `There is no organisation "${pool.organisation}" within your reach.`,
          },
          codes.slice(0, 100),
        );
  }

  app.openapi(free, async (c) => {
    const { after, service: of, organisation: at, from, to, ...query } = c.req.valid('query');
    const page = await freeSlots(store, c.get('caller'), {
      ...query,
      ...(of !== undefined && { service: of }),
      ...(at !== undefined && { organisation: at }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(after !== undefined && { cursor: after }),
    });
    return c.json({ items: page.items.map(freeSlotAnswer), next: page.next }, 200);
  });

  app.openapi(templates, async (c) => {
    const { service: of, organisation: at, audience: whom } = c.req.valid('query');
    const found = await poolsOf(store, c.get('caller'), {
      ...(of !== undefined && { service: of }),
      ...(at !== undefined && { organisation: at }),
      ...(whom !== undefined && { audience: whom }),
    });
    const items = found.map(({ updatedBy: _by, updatedAt, rules, ...pool }) => ({
      ...pool,
      updatedAt: iso(updatedAt),
      // As it came from a column of JSON: nothing in it is undefined.
      rules: rules as object as Record<string, string>,
    }));
    return c.json({ items }, 200);
  });

  app.openapi(set, async (c) => {
    const caller = c.get('caller');
    mustWithSlots(caller, 'set');
    const { pools, problems: found } = readPools(await c.req.text(), { file: 'pools.yaml' });
    if (!pools) throw refusedPools(found);
    await mustKeep(caller, pools);
    const dryRun = c.req.valid('query').dryRun === 'true';
    const done = await setPools(store, pools, { by: `staff/${caller.staff}`, trial: dryRun });
    return c.json({ dryRun, pools: done }, 200);
  });

  app.openapi(hold, async (c) => {
    const caller = c.get('caller');
    mustWithSlots(caller, 'book');
    const { audience: whom, ...given } = c.req.valid('json');
    const booked = await forWhom(store, caller, given);
    const slot = c.req.valid('param').id;
    if (!(await isSlotWithin(store, caller, slot))) throw notFound({ zh: '号', en: 'slot' });
    const by = `staff/${caller.staff}`;
    const { id: held } = await holdPlace(store, {
      ...booked,
      slot,
      audience: whom,
      key: eventIdOf(by, c.req.valid('header')['idempotency-key']),
      by,
    });
    const view = await appointmentSeen(store, caller, held);
    if (!view) throw notFound({ zh: '预约', en: 'appointment' });
    return c.json(appointmentAnswer(view), 201);
  });
  return app;
}
