import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { JSONWebKeySet } from 'jose';
import { outgoingHold } from '../../store/outgoing.ts';
import { owedPokeCount } from '../../store/owed-pokes.ts';
import type { ApiEnv } from '../context.ts';
import { ok } from '../schemas/answers.ts';
import { routes, type RouteDeps } from './route-deps.ts';

/** A load balancer's patience is short; so is this. */
const databaseWithinMs = 2_500;

const readySchema = z
  .object({
    status: z.enum(['ok', 'away']),
    database: z.enum(['ok', 'away']),
    temporal: z.enum(['ok', 'away']),
    workerSeen: z.boolean(),
    clocks: z.enum(['running', 'waiting']).openapi({
      description: '`waiting`: commands go on, deadlines wait for Temporal or the worker and are made good.',
    }),
    outgoing: z.enum(['leaving', 'held']).nullable().openapi({
      description:
        '`held`: messages and outside work wait until a person releases them (`yilu outgoing`), as after a restore.',
    }),
    owedPokes: z.int().nullable(),
    oldestOwedSeconds: z.number().nullable(),
    clocksToSet: z.int().nullable().openapi({
      description:
        'First clocks of new journeys that wait their turn, as their deadlines are far away; nothing to worry about.',
    }),
    release: z.string(),
  })
  .openapi('Readiness');

const ready = {
  status: 'ok',
  database: 'ok',
  temporal: 'ok',
  workerSeen: true,
  clocks: 'running',
  outgoing: 'leaving',
  owedPokes: 0,
  oldestOwedSeconds: null,
  clocksToSet: 0,
  release: '0.1.0',
};

const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  operationId: 'health',
  summary: '进程存活 / The process lives',
  security: [],
  responses: { 200: ok(z.object({ status: z.literal('ok') }), { status: 'ok' }, 'It does.') },
});
const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'readiness',
  summary: '是否就绪 / Whether commands are taken, and whether clocks run',
  security: [],
  responses: {
    200: ok(readySchema, ready, 'Commands are taken; `clocks` says whether deadlines are served.'),
    503: ok(
      readySchema,
      { ...ready, status: 'away', database: 'away', clocks: 'waiting', outgoing: null, owedPokes: null },
      'The database is away.',
    ),
  },
});
const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'metrics',
  summary: '指标（Prometheus） / Metrics for Prometheus',
  security: [],
  responses: {
    200: {
      description: 'Counts and durations; nothing about anybody.',
      content: {
        'text/plain': {
          schema: z.string(),
          example: 'yilu_commands_total{kind="recordOutcome",status="committed"} 1',
        },
      },
    },
  },
});
const keysRoute = createRoute({
  method: 'get',
  path: '/.well-known/jwks.json',
  operationId: 'publicKeys',
  summary: '本机签发者的公钥 / Public keys of the local issuer',
  security: [],
  responses: {
    200: ok(
      z.object({ keys: z.array(z.looseObject({ kty: z.string() })) }),
      { keys: [] },
      'Empty where the district has an identity provider.',
    ),
  },
});

async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((done) => (timer = setTimeout(done, ms, null)));
  try {
    return await Promise.race([work.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}

export function systemRoutes(
  { store, clocks, metrics }: RouteDeps,
  publicKeys: JSONWebKeySet | undefined,
): OpenAPIHono<ApiEnv> {
  const app = routes();
  app.openapi(healthRoute, (c) => c.json({ status: 'ok' as const }, 200));

  app.openapi(readyRoute, async (c) => {
    const [owed, outgoing, engine] = await Promise.all([
      within(databaseWithinMs, owedPokeCount(store)),
      within(
        databaseWithinMs,
        outgoingHold(store).then((hold) => (hold ? ('held' as const) : ('leaving' as const))),
      ),
      within(databaseWithinMs, clocks.health()),
    ]);
    const { temporal, workerSeen } = engine ?? { temporal: 'away' as const, workerSeen: false };
    const running = owed !== null && temporal === 'ok' && workerSeen;
    const body = {
      temporal,
      workerSeen,
      clocks: running ? ('running' as const) : ('waiting' as const),
      outgoing,
      owedPokes: owed?.owed ?? null,
      oldestOwedSeconds:
        owed?.oldestMs === null || owed === null ? null : Math.round(owed.oldestMs / 100) / 10,
      clocksToSet: owed?.calm ?? null,
      release: store.release,
    };
    return owed
      ? c.json({ status: 'ok' as const, database: 'ok' as const, ...body }, 200)
      : c.json({ status: 'away' as const, database: 'away' as const, ...body }, 503);
  });

  app.openapi(metricsRoute, async (c) => {
    const { contentType, text } = await metrics.page();
    return c.text(text, 200, { 'Content-Type': contentType });
  });

  const keys = (publicKeys?.keys ?? []) as unknown as (Record<string, unknown> & { kty: string })[];
  app.openapi(keysRoute, (c) => c.json({ keys }, 200));
  return app;
}
