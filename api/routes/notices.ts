import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { noticeStatuses } from '../../domain/messaging/fate.ts';
import { stepIdOf } from '../../domain/model/ids.ts';
import { channels, noticePurposes } from '../../domain/model/message.ts';
import { mayAct, rolesThatMay } from '../../domain/rights/may-act.ts';
import { orderNotice } from '../../store/messages/notice-actions.ts';
import { noticeList, noticesByKey } from '../../store/messages/notice-list.ts';
import type { ApiEnv } from '../context.ts';
import { namesReader } from '../names-of.ts';
import { noticeView, type NoticeTelling } from '../notice-view.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { ok, problems } from '../schemas/answers.ts';
import { cursor, id, idempotent, instant, limit, nextCursor, text } from '../schemas/common.ts';
import { noticeExample, noticeKey, noticeSchema } from '../schemas/notice.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const list = createRoute({
  method: 'get',
  path: '/notices',
  operationId: 'showNotices',
  summary: '通知及其结果 / Notices and what became of them',
  description:
    '权限范围内旅程所要求的通知，应发时间晚的在前：由哪些消息带出、发到哪个渠道、是否送达、居民是否答复、谁重发或取消过。不含消息文字，地址只显示一部分。\nWhat journeys within the reach of the caller called for, the one due last first: which messages carried it, on which channel, whether it arrived, what the resident answered, who sent it again or cancelled it. No words of the messages; addresses in part.',
  request: {
    query: z.strictObject({
      journey: id.optional(),
      resident: id.optional(),
      status: z.enum(noticeStatuses).optional(),
      channel: z
        .enum(channels)
        .optional()
        .openapi({ description: 'Only what a message on this channel carries.' }),
      purpose: z.enum(noticePurposes).optional(),
      from: instant.optional().openapi({ description: 'Due from this instant on.' }),
      to: instant.optional().openapi({ description: 'Due before this instant.' }),
      after: cursor('dueNotice'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(noticeSchema), next: nextCursor }),
      { items: [noticeExample], next: null },
      'The notices.',
    ),
    ...problems(),
  },
});

const byKey = z.object({ key: noticeKey });
const answers = (description: string) => ({
  200: ok(noticeSchema, noticeExample, description),
  ...problems(403, 404, 409, 413, 415, 422),
});

const retry = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/notices/{key}/retry',
  operationId: 'retryNotice',
  summary: '重发失败的通知 / Send a notice again that failed',
  description:
    '仅限失败的，或是否送达不明的；后者可能送达两次，须注明 `again` 和原因，否则答复 409（MayArriveTwice）。按现在的联系方式和消息规则重新安排，各渠道重新尝试；谁、何时、为何重发记录在案。\nOnly of what failed, or may not have arrived; the latter may arrive twice and needs `again` and a reason, or else is answered 409 (MayArriveTwice). It is planned anew, by the address on record and the rules of today, on every channel; who did so, when and why stays on record.',
  request: {
    params: byKey,
    headers: idempotent,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ reason: text(500).optional(), again: z.boolean().optional() }),
          examples: {
            failed: { value: { reason: '号码已更正' } },
            unknown: { value: { reason: '居民来电说没有收到', again: true } },
          },
        },
      },
    },
  },
  responses: answers('It waits to leave again.'),
});

const cancel = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/notices/{key}/cancel',
  operationId: 'cancelNotice',
  summary: '取消尚未发出的通知 / Cancel a notice that has not left',
  description:
    '正在发送的不能撤回（409，BeingSent）。提醒照常按阶梯继续；要让提醒停下，请处理该步骤。\nWhat is being sent cannot be taken back (409, BeingSent). The ladder goes on: to end reminders, see to the step.',
  request: {
    params: byKey,
    headers: idempotent,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({ reason: text(500) }),
          examples: { told: { value: { reason: '已电话告知' } } },
        },
      },
    },
  },
  responses: answers('It does not leave any more.'),
});

export function noticeRoutes({ store, metrics }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  const names = namesReader(store);
  const telling = async (c: Context<ApiEnv>): Promise<NoticeTelling> => ({
    names: await names(),
    clock: zoneClock((await store.calendar()).zone),
    locale: c.get('locale'),
  });

  app.openapi(list, async (c) => {
    const { after, ...query } = c.req.valid('query');
    const page = await noticeList(store, c.get('caller'), {
      ...(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as object),
      ...(after !== undefined && { cursor: after }),
    });
    const told = await telling(c);
    return c.json({ items: page.items.map((notice) => noticeView(notice, told)), next: page.next }, 200);
  });

  async function order(
    c: Context<ApiEnv>,
    key: string,
    given: {
      readonly action: 'retry' | 'cancel';
      readonly idempotencyKey: string;
      readonly reason?: string | undefined;
      readonly again?: boolean | undefined;
    },
  ) {
    const caller = c.get('caller');
    const notice = (await noticesByKey(store, caller, [key])).get(key);
    if (!notice) throw notFound({ zh: '通知', en: 'notice' });
    const definition = await store.definitions.get(notice.pathway, notice.version);
    const owner = definition.steps[stepIdOf(notice.step)]?.owner;
    const action = { kind: 'care', owners: owner ? [owner] : [] } as const;
    if (!mayAct(caller.role, action)) throw forbidden(rolesThatMay(action));
    const { reason, again } = given;
    const answer = await orderNotice(store, caller, {
      action: given.action,
      notice: key,
      by: caller.staff,
      idempotencyKey: `staff/${caller.staff}/${given.idempotencyKey}`,
      ...(reason !== undefined && { reason }),
      ...(again !== undefined && { again }),
    });
    metrics.command(`notice:${given.action}`, 'done' in answer ? answer.done : 'refused');
    if ('refused' in answer)
      throw new Problem({
        status: 409,
        code: answer.refused,
        title: { zh: '此通知不能这样处理', en: 'This cannot be done to the notice' },
        detail: answer.message,
      });
    if (answer.done === 'before') c.header('Idempotency-Replayed', 'true');
    const after = (await noticesByKey(store, caller, [key])).get(key);
    if (!after) throw notFound({ zh: '通知', en: 'notice' });
    return noticeView(after, await telling(c));
  }

  app.openapi(retry, async (c) => {
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const given = { action: 'retry', idempotencyKey, ...c.req.valid('json') } as const;
    return c.json(await order(c, c.req.valid('param').key, given), 200);
  });
  app.openapi(cancel, async (c) => {
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const given = { action: 'cancel', idempotencyKey, ...c.req.valid('json') } as const;
    return c.json(await order(c, c.req.valid('param').key, given), 200);
  });
  return app;
}
