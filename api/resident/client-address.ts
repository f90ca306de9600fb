import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';

/**
 * @param header in which the gateway in front says who called, such as `X-Forwarded-For`; of several addresses the
 *   last counts, which is the one that the gateway itself has seen
 * @returns the caller's address, for counting only
 */
export function clientAddress(c: Context, header: string | undefined): string {
  const said = header === undefined ? undefined : c.req.header(header)?.split(',').at(-1)?.trim();
  if (said) return said;
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.socket?.remoteAddress ?? 'unknown';
}
