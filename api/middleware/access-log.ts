import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { Logger } from 'pino';
import type { ApiEnv } from '../context.ts';
import type { ApiMetrics } from '../metrics.ts';

/** Asked every few seconds by machines. */
const quiet = new Set(['/healthz', '/readyz', '/metrics']);
const journeyId = /^[0-9a-f-]{36}$/iu;

/** One line a request: which route, never what was asked for or who it was about by name. */
export const accessLog = (logger: Logger, metrics: ApiMetrics) =>
  createMiddleware<ApiEnv>(async (c, next) => {
    const from = performance.now();
    await next();
    const ms = performance.now() - from;
    // The pattern, never the path: some paths hold a secret.
    const route = matchedRoutes(c).findLast(({ path }) => !path.includes('*'))?.path ?? 'none';
    metrics.request(c.req.method, route, c.res.status, ms / 1000);
    const journey = route.includes('/journeys/:id') ? c.req.param('id') : undefined;
    const line = {
      id: c.get('requestId'),
      method: c.req.method,
      route,
      status: c.res.status,
      ms: Math.round(ms * 10) / 10,
      staff: c.get('caller')?.staff,
      journey: journey !== undefined && journeyId.test(journey) ? journey : undefined,
    };
    if (c.res.status >= 500) logger.warn(line, 'request');
    else if (quiet.has(route)) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
