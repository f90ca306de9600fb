import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { asEventId, asJourneyId, asStepRef, asWorkId } from '../../domain/model/ids.ts';
import type { Actor } from '../../domain/model/event.ts';
import type { StaffRole } from '../../domain/model/role.ts';
import { receiveInbox, type InboxBody } from '../../store/inbox.ts';
import { journeyById } from '../../store/journey-by-id.ts';
import { eventOf } from '../commands/to-event.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { correctFacts, end, recordOutcome } from '../schemas/command.ts';
import { facts, id, instant, stepReference, text } from '../schemas/common.ts';
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
