import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { mayAct, rolesThatMay } from '../../domain/rights/may-act.ts';
import { markReplyRead, replyList } from '../../store/messages/replies.ts';
import type { ApiEnv } from '../context.ts';
import { namesReader } from '../names-of.ts';
import { replyView } from '../notice-view.ts';
import { forbidden, notFound } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { cursor, id, limit, nextCursor } from '../schemas/common.ts';
import { replyExample, replySchema } from '../schemas/notice.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const replyItem = replySchema
  .extend({
    resident: z.object({ id, name: z.string() }),
    journeys: z.array(id).openapi({ description: 'What the message before it was about.' }),
  })
  .openapi('ReplyItem');

const list = createRoute({
  method: 'get',
  path: '/replies',
  operationId: 'showReplies',
  summary: '居民的短信回复 / What residents wrote back',
  description:
    '权限范围内居民的回复，新的在前。`unread=true` 为没有规则能理解、也还没有人读过的。\nReplies of residents within the reach of the caller, the newest first; `unread=true` are those that no rule understood and nobody has read yet.',
  request: {
    query: z.strictObject({
      unread: z.enum(['true', 'false']).optional(),
      resident: id.optional(),
      after: cursor('replyPosition'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(replyItem), next: nextCursor }),
      {
        items: [
          {
            ...replyExample,
            resident: { id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', name: '测试居民' },
            journeys: ['7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10'],
          },
        ],
        next: null,
      },
      'The replies.',
    ),
    ...problems(),
  },
});

const read = createRoute({
  method: 'post',
  path: '/replies/{id}/read',
  operationId: 'readReply',
  summary: '回复已读 / Say that a reply was read',
  description:
    '第一个读的人记录在案；需要做的事请在旅程上处理。\nWhoever read it first stays on record. What it asks for is done on the journey.',
  request: {
    params: z.object({
      id: z.coerce
        .number()
        .int()
        .min(1)
        .max(Number.MAX_SAFE_INTEGER)
        .openapi({ type: 'integer', example: 17 }),
    }),
  },
  responses: {
    200: ok(z.object({ id: z.int(), read: z.literal(true) }), { id: 17, read: true }, 'It is read.'),
    ...problems(403, 404),
  },
});

const action = { kind: 'care', owners: [] } as const;

export function replyRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  const names = namesReader(store);
  app.openapi(list, async (c) => {
    const { unread, after, resident, limit: most } = c.req.valid('query');
    const page = await replyList(store, c.get('caller'), {
      limit: most,
      unread: unread === 'true',
      ...(resident !== undefined && { resident }),
      ...(after !== undefined && { cursor: after }),
    });
    const known = await names();
    const items = page.items.map(({ resident: who, journeys, ...reply }) => ({
      ...replyView(reply, known),
      resident: who,
      journeys: [...journeys],
    }));
    return c.json({ items, next: page.next }, 200);
  });
  app.openapi(read, async (c) => {
    const caller = c.get('caller');
    const reply = c.req.valid('param').id;
    if (!mayAct(caller.role, action)) throw forbidden(rolesThatMay(action));
    if (!(await markReplyRead(store, caller, reply, caller.staff)))
      throw notFound({ zh: '回复', en: 'reply' });
    return c.json({ id: reply, read: true as const }, 200);
  });
  return app;
}
