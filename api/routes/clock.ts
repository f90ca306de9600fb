import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { asJourneyId } from '../../domain/model/ids.ts';
import { say, type Localized } from '../../domain/model/localized.ts';
import { journeyById, type JourneyView as Row } from '../../store/journey-by-id.ts';
import { outsideWorkOf } from '../../store/outside-work.ts';
import type { JourneyView as Running } from '../../workflows/messages.ts';
import type { ApiEnv } from '../context.ts';
import { notFound } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, iso, isoOrNull, time } from '../schemas/common.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const clockSchema = z
  .object({
    workflow: z.enum(['running', 'unreachable', 'notNeeded']),
    agrees: z
      .boolean()
      .nullable()
      .openapi({ description: 'Whether workflow and record agree; null when it cannot be told.' }),
    explanation: z.string(),
    record: z.object({
      nextDeadlineAt: time.nullable(),
      armedUntil: time.nullable(),
      pokeSeq: z.int(),
      pokedSeq: z.int(),
      pokeOwed: z.boolean(),
    }),
    says: z
      .object({
        waitingFor: z.enum(['deadline', 'database', 'nothing']),
        armedUntil: time.nullable(),
        pokeSeq: z.int(),
        factsWaiting: z.int(),
        retrying: z.array(
          z.object({
            work: z.string(),
            provider: z.string(),
            attempts: z.int(),
            lastReason: z.string().nullable(),
            nextAttemptAt: time.nullable(),
          }),
        ),
      })
      .nullable(),
    outsideWork: z.array(
      z.object({
        work: z.string(),
        step: z.string(),
        provider: z.string(),
        status: z.string(),
        requestedAt: time,
      }),
    ),
  })
  .openapi('JourneyClock');

const example = {
  workflow: 'running',
  agrees: true,
  explanation: '时钟已按记录设定。',
  record: {
    nextDeadlineAt: '2026-03-23T00:30:00.000Z',
    armedUntil: '2026-03-23T00:30:00.000Z',
    pokeSeq: 1,
    pokedSeq: 1,
    pokeOwed: false,
  },
  says: {
    waitingFor: 'deadline',
    armedUntil: '2026-03-23T00:30:00.000Z',
    pokeSeq: 1,
    factsWaiting: 0,
    retrying: [],
  },
  outsideWork: [],
};

const route = createRoute({
  method: 'get',
  path: '/journeys/{id}/clock',
  operationId: 'showClock',
  summary: '旅程时钟 / The clock of a journey',
  description:
    '询问运行中的工作流：定时到何时、在重试哪些外部事务、与记录是否一致；Temporal 或工作进程不在时如实说明。\nAsks the running workflow until when its timer is set and what outside work it retries, and whether that agrees with the record. When Temporal or the worker is away it says so.',
  request: { params: byId },
  responses: { 200: ok(clockSchema, example, 'The clock.'), ...problems(404) },
});

/** The clock may be early, never late: armed no later than the record's deadline, and no poke unread. */
function compare(row: Row, running: Running | null): { agrees: boolean | null; explanation: Localized } {
  if (row.state.ending)
    return {
      agrees: null,
      explanation: say('旅程已结束，不需要时钟。', 'The journey has ended and needs no clock.'),
    };
  if (!running)
    return {
      agrees: null,
      explanation: say(
        'Temporal 或工作进程未及时答复；到期由其恢复后补办，未消失。',
        'Temporal or the worker does not answer in time; deadlines wait for them and are made good.',
      ),
    };
  if (running.pokeSeq < row.clock.pokeSeq)
    return {
      agrees: false,
      explanation: say(
        '有变更尚未被时钟读取，稍后会补上。',
        'The clock has not read the latest change yet; it will shortly.',
      ),
    };
  if (running.armedUntil === null || (row.nextDeadlineAt !== null && running.armedUntil > row.nextDeadlineAt))
    return {
      agrees: false,
      explanation: say(
        '时钟未设定或晚于期限；看门狗会在一分钟后处理。',
        'The clock is not set, or is set too late; the watchdog sees to it after a minute.',
      ),
    };
  return { agrees: true, explanation: say('时钟已按记录设定。', 'The clock is set as the record says.') };
}

export function clockRoutes({ store, clocks }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  app.openapi(route, async (c) => {
    const journey = asJourneyId(c.req.valid('param').id);
    const row = await journeyById(store, c.get('caller'), journey);
    if (!row) throw notFound(say('旅程', 'journey'));
    const ended = row.state.ending !== undefined;
    const [running, work] = await Promise.all([
      ended ? null : clocks.ask(journey),
      outsideWorkOf(store, journey),
    ]);
    const { agrees, explanation } = compare(row, running);
    const { armedUntil, pokeSeq, pokedSeq } = row.clock;
    return c.json(
      {
        workflow: ended ? ('notNeeded' as const) : running ? ('running' as const) : ('unreachable' as const),
        agrees,
        explanation: explanation[c.get('locale')],
        record: {
          nextDeadlineAt: isoOrNull(row.nextDeadlineAt),
          armedUntil: isoOrNull(armedUntil),
          pokeSeq,
          pokedSeq,
          pokeOwed: pokeSeq > pokedSeq,
        },
        says: running && {
          waitingFor: running.waitingFor,
          armedUntil: isoOrNull(running.armedUntil),
          pokeSeq: running.pokeSeq,
          factsWaiting: running.factsWaiting,
          retrying: running.outsideWork.map(
            ({ work: id, provider, attempts, lastReason, nextAttemptAt }) => ({
              work: id,
              provider,
              attempts,
              lastReason: lastReason ?? null,
              nextAttemptAt: isoOrNull(nextAttemptAt),
            }),
          ),
        },
        outsideWork: work.map(({ id, step, provider, status, requestedAt }) => ({
          work: id,
          step,
          provider,
          status,
          requestedAt: iso(requestedAt),
        })),
      },
      200,
    );
  });
  return app;
}
