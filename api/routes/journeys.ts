import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { calmBeyondMs } from '../../domain/clock/poke-lanes.ts';
import { asJourneyId } from '../../domain/model/ids.ts';
import { mayAct, rolesThatMay } from '../../domain/rights/may-act.ts';
import { staffCoverOn, todayOf } from '../../store/absences/staff-cover.ts';
import { enrol } from '../../store/enrol.ts';
import { eventIdOf } from '../../store/event-input.ts';
import { journeyById } from '../../store/journey-by-id.ts';
import { noticesByKey } from '../../store/messages/notice-list.ts';
import { noticesOf, timeline } from '../../store/timeline.ts';
import { withClient } from '../../store/transaction.ts';
import { answerOf } from '../commands/answer.ts';
import { runCommand } from '../commands/run-command.ts';
import type { ApiEnv } from '../context.ts';
import { journeyView } from '../journey-view.ts';
import { namesReader } from '../names-of.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound, refused } from '../problem/known-problems.ts';
import { timelineView } from '../timeline-view.ts';
import { Problem } from '../problem/problem.ts';
import { ok, problems } from '../schemas/answers.ts';
import { commandAnswer, commandAnswerExample, commandSchema } from '../schemas/command.ts';
import { anchors, byId, facts, id, idempotent, text } from '../schemas/common.ts';
import { journeyExample, journeySchema, timelineEntry, timelineExample } from '../schemas/journey.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const enrolAnswer = commandAnswer
  .extend({
    alreadyOpen: z.boolean().openapi({ description: 'The resident is under way on this pathway already.' }),
  })
  .openapi('EnrolAnswer');

const start = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/journeys',
  operationId: 'enrol',
  summary: '入组 / Enrol a resident on a pathway',
  description:
    '同一居民同一路径只有一个进行中的旅程；已在途的答复该旅程（200）。\nOne open journey per resident and pathway: a resident who is under way is answered with that journey (200).',
  request: {
    headers: idempotent,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.strictObject({
            resident: id,
            pathway: text(100).openapi({ example: 'lung' }),
            facts: facts.optional(),
            stage: text(100).optional().openapi({ description: 'When not the first.' }),
            anchors: anchors
              .optional()
              .openapi({ description: 'With a stage: the instants that its deadlines are counted from.' }),
          }),
        },
      },
    },
  },
  responses: {
    201: ok(enrolAnswer, { ...commandAnswerExample, seq: 1, alreadyOpen: false }, 'Enrolled.'),
    200: ok(enrolAnswer, { ...commandAnswerExample, seq: 7, alreadyOpen: true }, 'Under way already.'),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const show = createRoute({
  method: 'get',
  path: '/journeys/{id}',
  operationId: 'showJourney',
  summary: '旅程现状 / Where a journey stands',
  description:
    '含待办步骤：期限、负责人、现在可做什么、由谁做。\nWith the open steps: deadline, owner, what may be done now and by whom.',
  request: { params: byId },
  responses: { 200: ok(journeySchema, journeyExample, 'The journey.'), ...problems(404) },
});

const log = createRoute({
  method: 'get',
  path: '/journeys/{id}/timeline',
  operationId: 'showTimeline',
  summary: '旅程记录 / The log of a journey',
  description:
    '由旧到新：发生了什么、何时发生、何时得知、谁记录、带来什么，以及所要求的每条通知结果如何。\nOldest first: what happened, when it happened and when it was learned, who recorded it, what it did, and what became of each notice that it called for.',
  request: {
    params: byId,
    query: z.strictObject({
      after: z.coerce
        .number()
        .int()
        .min(0)
        .max(1_000_000_000)
        .default(0)
        .openapi({ description: 'Entries after this number.' }),
      limit: z.coerce.number().int().min(1).max(1_000).default(200),
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(timelineEntry), next: z.int().nullable() }),
      timelineExample,
      'The entries; `next` is the `after` of the next page.',
    ),
    ...problems(404),
  },
});

const command = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/journeys/{id}/commands',
  operationId: 'command',
  summary: '执行操作 / Do something to a journey',
  description:
    '以 `kind` 区分；写入数据库后才答复。规则不接受的操作不改变任何内容，答复 409（输入有误为 422）及可接受的内容，其标识可再用。\nTold apart by `kind`. Answered once it is committed. A command that the rules refuse changes nothing, is answered with 409 (or 422 when the input is at fault) and what would be accepted, and its key may be used again.',
  request: {
    params: byId,
    headers: idempotent,
    body: {
      required: true,
      content: {
        'application/json': {
          schema: commandSchema,
          examples: {
            recordOutcome: {
              value: {
                kind: 'recordOutcome',
                step: 'risk-questionnaire#1',
                outcome: 'declined',
                happenedAt: '2026-03-09T08:30:00+08:00',
              },
            },
            acknowledge: {
              value: {
                kind: 'acknowledge',
                step: 'risk-questionnaire#1',
                until: '2026-03-12T17:00:00+08:00',
              },
            },
            pause: { value: { kind: 'pause', reason: 'away', until: '2026-04-01T00:00:00+08:00' } },
            enterInError: {
              value: { kind: 'enterInError', of: commandAnswerExample.event, reason: '记录到了另一位居民' },
            },
          },
        },
      },
    },
  },
  responses: {
    200: ok(commandAnswer, commandAnswerExample, 'Committed, now or by the same key before.'),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

export function journeyRoutes({ store, poke, metrics }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  const names = namesReader(store);

  app.openapi(start, async (c) => {
    const caller = c.get('caller');
    const action = { kind: 'care', owners: [] } as const;
    if (!mayAct(caller.role, action)) throw forbidden(rolesThatMay(action));
    const { resident, pathway, facts: given, stage, anchors: instants } = c.req.valid('json');
    const idempotencyKey = c.req.valid('header')['idempotency-key'];
    const answer = await enrol(store, caller, {
      resident,
      pathway,
      idempotencyKey,
      ...(given && { facts: given }),
      ...(stage !== undefined && { stage }),
      ...(instants && { anchors: instants }),
    });
    metrics.command('enrol', answer.status);
    if (answer.refusal) throw refused(answer.refusal);
    if (answer.journey === null || !answer.state) throw notFound({ zh: '旅程', en: 'journey' });
    // Outside work that an enrolment asks for is not known here; the relay does not let it wait.
    if (answer.poke) poke(answer.journey, (answer.waitMs ?? 0) > calmBeyondMs ? 'calm' : 'urgent');
    const event = eventIdOf(`staff/${caller.staff}`, idempotencyKey);
    const body = answerOf(event, answer.seq, answer.state);
    if (answer.status === 'known') c.header('Idempotency-Replayed', 'true');
    return answer.status === 'alreadyOpen'
      ? c.json({ ...body, alreadyOpen: true }, 200)
      : c.json({ ...body, alreadyOpen: false }, 201);
  });

  app.openapi(show, async (c) => {
    const caller = c.get('caller');
    const view = await journeyById(store, caller, asJourneyId(c.req.valid('param').id));
    if (!view) throw notFound({ zh: '旅程', en: 'journey' });
    const [definition, [now, cover], known] = await Promise.all([
      store.definitions.get(view.pathway, view.version),
      withClient(
        store.pool,
        async (client) =>
          [await store.clock.now(client), await staffCoverOn(client, await todayOf(store, client))] as const,
      ),
      names(),
    ]);
    return c.json(journeyView({ view, definition, caller, now, names: known, cover }), 200);
  });

  app.openapi(log, async (c) => {
    const { after, limit } = c.req.valid('query');
    const journey = asJourneyId(c.req.valid('param').id);
    const caller = c.get('caller');
    const entries = await timeline(store, caller, journey, { after, limit });
    if (!entries) throw notFound({ zh: '旅程', en: 'journey' });
    const [notices, known, { zone }] = await Promise.all([
      noticesByKey(store, caller, entries.flatMap(noticesOf)),
      names(),
      store.calendar(),
    ]);
    const telling = { names: known, clock: zoneClock(zone), locale: c.get('locale') };
    const items = entries.map((entry) => timelineView(entry, notices, telling));
    return c.json({ items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null }, 200);
  });

  app.openapi(command, async (c) => {
    const journey = asJourneyId(c.req.valid('param').id);
    const asked = c.req.valid('json');
    const answer = await runCommand({
      store,
      caller: c.get('caller'),
      journey,
      command: asked,
      idempotencyKey: c.req.valid('header')['idempotency-key'],
    }).catch((error: unknown) => {
      metrics.command(asked.kind, error instanceof Problem ? 'refused' : 'failed');
      throw error;
    });
    metrics.command(asked.kind, answer.status);
    if (answer.poke) poke(journey);
    if (answer.status === 'known') c.header('Idempotency-Replayed', 'true');
    return c.json(answerOf(answer.event, answer.seq, answer.state), 200);
  });
  return app;
}
