import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { asEventId, asJourneyId, asStepRef, asWorkId } from '../../domain/model/ids.ts';
import type { Actor } from '../../domain/model/event.ts';
import type { StaffRole } from '../../domain/model/role.ts';
import { receiveInbox, type InboxBody } from '../../store/inbox.ts';
import { inboxList } from '../../store/inbox-list.ts';
import { journeyById } from '../../store/journey-by-id.ts';
import { eventOf } from '../commands/to-event.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { correctFacts, end, recordOutcome } from '../schemas/command.ts';
import {
  cursor,
  facts,
  id,
  instant,
  iso,
  isoOrNull,
  limit,
  nextCursor,
  stepReference,
  text,
  time,
} from '../schemas/common.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const finishOutsideWork = z
  .strictObject({
    kind: z.literal('finishOutsideWork'),
    work: text(300),
    step: stepReference,
    result: z.discriminatedUnion('status', [
      z.strictObject({
        status: z.literal('done'),
        outcome: text(100).optional(),
        appointmentAt: instant.optional(),
        facts: facts.optional(),
      }),
      z.strictObject({ status: z.literal('failed'), reason: text(2_000) }),
      z.strictObject({ status: z.literal('unknown'), reason: text(2_000) }),
    ]),
  })
  .openapi('FinishOutsideWork');

const outsideFact = z.discriminatedUnion('kind', [recordOutcome, correctFacts, finishOutsideWork, end]);
type OutsideFact = z.infer<typeof outsideFact>;

const message = z
  .strictObject({
    source: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/)
      .openapi({ description: 'The sending system.', example: 'lis' }),
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/)
      .openapi({
        description: 'As that system names the message; the same again changes nothing.',
        example: 'R-20260309-17',
      }),
    journey: id,
    fact: outsideFact,
  })
  .openapi('InboxMessage', {
    example: {
      source: 'ris',
      id: 'R-20260309-17',
      journey: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
      fact: {
        kind: 'recordOutcome',
        step: 'low-dose-ct#1',
        outcome: 'attended',
        happenedAt: '2026-03-09T08:30:00+08:00',
      },
    },
  });

const route = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/inbox',
  operationId: 'receiveFact',
  summary: '接收外部事实 / Take a fact from another system',
  description:
    '先写入再确认，随即处理；规则不接受的连同原因留在收件箱，由人处理。\nCommitted before it is acknowledged, and taken up right after. What the rules refuse stays in the inbox with the refusal, for a person.',
  request: { body: { required: true, content: { 'application/json': { schema: message } } } },
  responses: {
    202: ok(
      z.object({ source: z.string(), id: z.string(), received: z.enum(['now', 'before']) }),
      { source: 'ris', id: 'R-20260309-17', received: 'now' },
      'Received.',
    ),
    ...problems(403, 404, 413, 415, 422),
  },
});

const inboxItem = z
  .object({
    source: z.string(),
    id: z.string(),
    journey: z.string(),
    status: z.enum(['received', 'done', 'refused']),
    fact: z.unknown().openapi({ description: 'As it was received.' }),
    refusal: z
      .object({
        code: z.string(),
        detail: z.string(),
        field: z.string().nullable(),
        accepted: z.array(z.string()),
      })
      .nullable(),
    receivedAt: time,
    handledAt: time.nullable(),
  })
  .openapi('InboxItem');

const list = createRoute({
  method: 'get',
  path: '/inbox',
  operationId: 'showInbox',
  summary: '收件箱 / What other systems reported',
  description:
    '权限范围内旅程的外部事实，新的在前；`status=refused` 为未被接受、需要人处理的。\nFacts about journeys within the reach of the caller, the newest first; `status=refused` are those that were not accepted and wait for a person.',
  request: {
    query: z.strictObject({
      status: z.enum(['received', 'done', 'refused']).optional(),
      after: cursor('inboxPosition'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(inboxItem), next: nextCursor }),
      {
        items: [
          {
            source: 'ris',
            id: 'R-20260309-17',
            journey: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
            status: 'refused',
            fact: { kind: 'OutcomeRecorded', step: 'low-dose-ct#1', outcome: 'attended' },
            refusal: {
              code: 'StepNotOpen',
              detail: '步骤“low-dose-ct#1”已关闭。',
              field: null,
              accepted: [],
            },
            receivedAt: '2026-03-09T00:31:00.000Z',
            handledAt: '2026-03-09T00:31:00.000Z',
          },
        ],
        next: null,
      },
      'The facts.',
    ),
    ...problems(),
  },
});

/** Accounts of interfaces stand in the staff table with one of these roles. */
const senders: readonly StaffRole[] = ['hospital-coordinator', 'hospital-manager', 'district-coordinator'];

function bodyOf(fact: OutsideFact, by: Actor): InboxBody {
  if (fact.kind !== 'finishOutsideWork') {
    const { id: _id, ...body } = eventOf(fact, asEventId(''), by) as InboxBody & { readonly id: string };
    return body as InboxBody;
  }
  const result = Object.fromEntries(Object.entries(fact.result).filter(([, value]) => value !== undefined));
  return {
    kind: 'OutsideWorkFinished',
    by,
    work: asWorkId(fact.work),
    step: asStepRef(fact.step),
    result: result as Extract<InboxBody, { kind: 'OutsideWorkFinished' }>['result'],
  };
}

export function inboxRoutes({ store, drain, metrics }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  app.openapi(list, async (c) => {
    const { status, after, limit: most } = c.req.valid('query');
    const page = await inboxList(store, c.get('caller'), {
      limit: most,
      ...(status !== undefined && { status }),
      ...(after !== undefined && { cursor: after }),
    });
    const items = page.items.map(({ refusal, receivedAt, handledAt, ...item }) => ({
      ...item,
      refusal: refusal && {
        code: refusal.refused,
        detail: refusal.message[c.get('locale')],
        field: refusal.field ?? null,
        accepted: 'accepted' in refusal ? [...(refusal.accepted ?? [])] : [],
      },
      receivedAt: iso(receivedAt),
      handledAt: isoOrNull(handledAt),
    }));
    return c.json({ items, next: page.next }, 200);
  });
  app.openapi(route, async (c) => {
    const caller = c.get('caller');
    const { source, id: messageId, journey: named, fact } = c.req.valid('json');
    const journey = asJourneyId(named);
    if (!(await journeyById(store, caller, journey))) throw notFound({ zh: '旅程', en: 'journey' });
    if (!senders.some((role) => role === caller.role)) throw forbidden(senders);
    const body = bodyOf(fact, { kind: 'outside', system: source });
    const isNew = await receiveInbox(store, { source, id: messageId, journey, body });
    metrics.command(`inbox:${fact.kind}`, isNew ? 'committed' : 'known');
    drain();
    return c.json({ source, id: messageId, received: isNew ? ('now' as const) : ('before' as const) }, 202);
  });
  return app;
}
