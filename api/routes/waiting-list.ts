import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Caller } from '../../store/caller.ts';
import { poolByCode } from '../../store/slots/pools.ts';
import { waitingEntrySeen, waitingListOf } from '../../store/slots/waiting-entries.ts';
import { joinWaitingList, leaveWaitingList } from '../../store/slots/waiting-list.ts';
import { forWhom, mustWithSlots } from '../booking.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { notFound } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, cursor, limit, nextCursor } from '../schemas/common.ts';
import {
  newWaitingEntry,
  poolReference,
  waitingEntryAnswer,
  waitingEntryExample,
  waitingEntrySchema,
} from '../schemas/slots.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const list = createRoute({
  method: 'get',
  path: '/waiting-list',
  operationId: 'showWaitingList',
  summary: '候补名单 / A waiting list',
  description:
    '按顺序：先看紧急程度，再看等候时间；等得久的不会一直被插队。号池所在机构看到全部，其他只看到权限范围内的居民；`position` 总是全部中的位置。\nIn order: urgency first, then waiting, and whoever has waited long enough is not overtaken any more. The organisation of the pool sees all of it, others the residents within their reach; `position` is that among all.',
  request: { query: z.strictObject({ pool: poolReference, after: cursor('waitingRank'), limit }) },
  responses: {
    200: ok(
      z.object({ items: z.array(waitingEntrySchema), next: nextCursor }),
      { items: [waitingEntryExample], next: null },
      'Who waits, and who is offered a place.',
    ),
    ...problems(404),
  },
});

const join = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/waiting-list',
  operationId: 'joinWaitingList',
  summary: '加入候补 / Join a waiting list',
  description:
    '每位居民在一个号池只候补一次，重复发送答复同一条。有名额时立即按顺序提供（`offer`），在 `answerBy` 之前确认或取消那个预约，否则给下一位。\nOnce for each resident and pool: sent again, it is answered with the same entry. A place that is free is offered at once, in order (`offer`): confirm or cancel that appointment before `answerBy`, or it goes to the next.',
  request: { body: { required: true, content: { 'application/json': { schema: newWaitingEntry } } } },
  responses: {
    201: ok(waitingEntrySchema, waitingEntryExample, 'Waits, now or since before.'),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const leave = createRoute({
  method: 'delete',
  path: '/waiting-list/{id}',
  operationId: 'leaveWaitingList',
  summary: '退出候补 / Leave a waiting list',
  description:
    '正提供的名额给下一位；已接受的预约不受影响。\nA place that is offered goes to the next; an appointment that was taken stays.',
  request: { params: byId },
  responses: {
    200: ok(
      waitingEntrySchema,
      { ...waitingEntryExample, status: 'withdrawn', position: null },
      'The entry, as it stands now.',
    ),
    ...problems(403, 404),
  },
});

export function waitingListRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  const seen = async (caller: Caller, id: string) => {
    const entry = await waitingEntrySeen(store, caller, id);
    if (!entry) throw notFound({ zh: '候补', en: 'entry of a waiting list' });
    return waitingEntryAnswer(entry);
  };
  const poolOf = async (caller: Caller, which: string): Promise<string> => {
    const pool = await poolByCode(store, caller, which);
    if (!pool) throw notFound({ zh: '号池', en: 'pool' });
    return pool.id;
  };

  app.openapi(list, async (c) => {
    const caller = c.get('caller');
    const { pool, after, limit: most } = c.req.valid('query');
    const page = await waitingListOf(store, caller, await poolOf(caller, pool), {
      limit: most,
      ...(after !== undefined && { cursor: after }),
    });
    return c.json({ items: page.items.map(waitingEntryAnswer), next: page.next }, 200);
  });

  app.openapi(join, async (c) => {
    const caller = c.get('caller');
    mustWithSlots(caller, 'book');
    const { pool, urgency, ...given } = c.req.valid('json');
    const booked = await forWhom(store, caller, given);
    const entry = await joinWaitingList(store, {
      ...booked,
      urgency,
      pool: await poolOf(caller, pool),
      by: `staff/${caller.staff}`,
    });
    return c.json(await seen(caller, entry), 201);
  });

  app.openapi(leave, async (c) => {
    const caller = c.get('caller');
    const { id } = c.req.valid('param');
    await seen(caller, id);
    mustWithSlots(caller, 'book');
    await leaveWaitingList(store, id, `staff/${caller.staff}`);
    return c.json(await seen(caller, id), 200);
  });
  return app;
}
