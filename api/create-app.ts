import { OpenAPIHono } from '@hono/zod-openapi';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { authenticate } from './auth/authenticate.ts';
import type { ApiEnv } from './context.ts';
import type { ApiDeps } from './deps.ts';
import { checkWithinMs } from './definitions/check-aside.ts';
import { docsPage } from './docs/docs-page.ts';
import { openApiDocument } from './docs/openapi-document.ts';
import { drainSoon } from './drain-soon.ts';
import { createMetrics } from './metrics.ts';
import { accessLog } from './middleware/access-log.ts';
import { answerInTime } from './middleware/answer-in-time.ts';
import { locale, localeOf } from './middleware/locale.ts';
import { limitedBody, readableQuery } from './middleware/readable-body.ts';
import { pokeSoon } from './poke-soon.ts';
import { allowedMethods } from './problem/allowed-methods.ts';
import { problemOf, wrongMethod } from './problem/from-error.ts';
import { notFound } from './problem/known-problems.ts';
import { problemResponse } from './problem/problem.ts';
import { residentPages } from './resident/resident-pages.ts';
import { appointmentRoutes } from './routes/appointments.ts';
import { absenceRoutes } from './routes/absences.ts';
import { calendarRoutes } from './routes/calendar.ts';
import { clockRoutes } from './routes/clock.ts';
import { definitionRoutes } from './routes/definitions.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { journeyRoutes } from './routes/journeys.ts';
import { listRoutes } from './routes/lists.ts';
import { messagingRulesRoutes } from './routes/messaging-rules.ts';
import { noticeRoutes } from './routes/notices.ts';
import { personEventRoutes } from './routes/person-events.ts';
import { replyRoutes } from './routes/replies.ts';
import { residentRoutes } from './routes/residents.ts';
import type { RouteDeps } from './routes/route-deps.ts';
import { slotRoutes } from './routes/slots.ts';
import { systemRoutes } from './routes/system.ts';
import { waitingListRoutes } from './routes/waiting-list.ts';
import { webhookRoutes } from './routes/webhooks.ts';

const defaultAnswerWithinMs = 3_000;

/** @returns the whole HTTP interface over what it is given; holds no state that another process would need */
export function createApp(deps: ApiDeps): OpenAPIHono<ApiEnv> {
  const { store, clocks, logger } = deps;
  const metrics = createMetrics(store);
  const poke = pokeSoon(clocks, metrics, logger);
  const routeDeps: RouteDeps = { store, clocks, metrics, poke, drain: drainSoon(store, poke, logger) };
  const app = new OpenAPIHono<ApiEnv>();

  app.use(requestId());
  app.use(accessLog(logger, metrics));
  // Before what is made for programs: pages have a language and headers of their own.
  const answerWithinMs = deps.answerWithinMs ?? defaultAnswerWithinMs;
  if (deps.links)
    app.route(
      '/r',
      residentPages({
        store,
        poke,
        signer: deps.links,
        addressHeader: deps.addressHeader,
        answerWithinMs,
        logger,
      }),
    );
  app.use(locale);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'unsafe-inline'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
    }),
  );

  app.route('/', systemRoutes(routeDeps, deps.publicKeys));

  app.use('/api/v1/*', async (c, next) => {
    c.header('Cache-Control', 'no-store');
    await next();
  });
  const inTime = answerInTime(answerWithinMs);
  const inCheckingTime = answerInTime(checkWithinMs + defaultAnswerWithinMs);
  app.use('/api/v1/*', (c, next) =>
    (c.req.method === 'POST' && c.req.path.startsWith('/api/v1/definitions') ? inCheckingTime : inTime)(
      c,
      next,
    ),
  );
  app.use('/api/v1/*', authenticate(store, deps.verifier));
  app.use('/api/v1/*', readableQuery);
  app.use('/api/v1/*', limitedBody);
  for (const routes of [
    residentRoutes,
    personEventRoutes,
    journeyRoutes,
    clockRoutes,
    listRoutes,
    slotRoutes,
    appointmentRoutes,
    waitingListRoutes,
    absenceRoutes,
    calendarRoutes,
    messagingRulesRoutes,
    noticeRoutes,
    replyRoutes,
    definitionRoutes,
    inboxRoutes,
  ])
    app.route('/api/v1', routes(routeDeps));

  app.use('/webhooks/*', inTime);
  app.route('/webhooks', webhookRoutes({ webhooks: deps.webhooks, metrics, logger }));

  const document = openApiDocument(app, store.release);
  const page = docsPage(document);
  const allowed = allowedMethods(document);
  app.get('/api/openapi.json', (c) => c.json(document));
  app.get('/api/docs', (c) => c.html(page));
  app.get('/', (c) => c.redirect('/api/docs'));

  app.notFound((c) => {
    const methods = allowed(c.req.path);
    const init =
      methods.length > 0 ? wrongMethod(c.req.method, methods) : notFound({ zh: '地址', en: 'address' }).init;
    return problemResponse(init, c.get('locale'), c.get('requestId'));
  });
  app.onError((error, c) => {
    const init = problemOf(error);
    if (init.code === 'Unexpected') {
      // Not the whole error: a database's words about a duplicate quote the person's number.
      const { name, message, stack, code } = error as Error & { code?: unknown };
      logger.error({ id: c.get('requestId'), err: { name, message, stack, code } }, 'request failed');
    }
    return problemResponse(init, localeOf(c.req.header('accept-language')), c.get('requestId'));
  });
  return app;
}
