import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** What the booking service has on record: one line per key, written before it answers. */
interface Booking {
  readonly key: string;
  readonly request: unknown;
  readonly answer: { readonly status: 200 | 422; readonly body: Record<string, unknown> };
  /** Every time that work was carried out anew; a second line for a key would show here. */
  readonly reference: string;
}

/** Trouble to order. Each applies to the next `times` requests that it fits, then ends. */
export type Trouble =
  /** Answers 503 and does nothing. */
  | { readonly kind: 'busy'; readonly times: number }
  /** Does the work, then cuts the connection: the caller cannot know. */
  | { readonly kind: 'cut-after'; readonly times: number }
  /** Cuts the connection before doing anything: the caller cannot know either. */
  | { readonly kind: 'cut-before'; readonly times: number }
  | { readonly kind: 'refuse'; readonly times: number; readonly reason: string };

export interface OutsideSimulator {
  /** For `YILU_OUTSIDE_BOOKING_URL`. */
  readonly url: string;
  order(trouble: Trouble): void;
  /** How often work was carried out, per key. */
  done(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

export interface OutsideSimulatorOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  /** File of the record; what it holds survives a restart, also by kill. */
  readonly file?: string;
  readonly latencyMs?: number;
  /** How far ahead an appointment is given. */
  readonly appointmentInMs?: number;
}

/** A booking service over HTTP, as another hospital system might be: slow, failing to order, honest about its keys. */
export async function startOutsideSimulator(
  options: OutsideSimulatorOptions = {},
): Promise<OutsideSimulator> {
  const { file, latencyMs = 20, appointmentInMs = 7 * 24 * 3_600_000 } = options;
  const record: Booking[] = [];
  if (file && existsSync(file))
    for (const line of readFileSync(file, 'utf8').split('\n'))
      if (line) record.push(JSON.parse(line) as Booking);
  if (file) mkdirSync(dirname(file), { recursive: true });
  const troubles: Trouble[] = [];

  const find = (key: string): Booking | undefined => record.find((booking) => booking.key === key);
  const nextTrouble = (): Trouble | undefined => {
    const first = troubles[0];
    if (!first) return undefined;
    if (first.times <= 1) troubles.shift();
    else troubles[0] = { ...first, times: first.times - 1 };
    return first;
  };

  function carryOut(key: string, request: unknown, refusal: string | undefined): Booking {
    const known = find(key);
    if (known) return known;
    const answer: Booking['answer'] = refusal
      ? { status: 422, body: { reason: refusal } }
      : { status: 200, body: { outcome: 'booked', appointmentAt: Date.now() + appointmentInMs } };
    const booking = { key, request, answer, reference: randomUUID() };
    if (file) appendFileSync(file, `${JSON.stringify(booking)}\n`, { flush: true });
    record.push(booking);
    return booking;
  }

  const cut = (): Response => {
    throw new Error('cut');
  };
  const app = new Hono<{ Bindings: { incoming: import('node:http').IncomingMessage } }>();
  app.onError((error, c) => {
    if (error.message === 'cut') c.env.incoming.socket.destroy();
    return c.json({ reason: 'internal' }, 500);
  });
  app.put('/bookings/:key', async (c) => {
    const key = c.req.header('idempotency-key') ?? c.req.param('key');
    const request: unknown = await c.req.json();
    await new Promise((go) => setTimeout(go, latencyMs));
    const trouble = nextTrouble();
    if (trouble?.kind === 'busy') return c.json({ reason: 'busy' }, 503);
    if (trouble?.kind === 'cut-before') return cut();
    const { answer } = carryOut(key, request, trouble?.kind === 'refuse' ? trouble.reason : undefined);
    if (trouble?.kind === 'cut-after') return cut();
    return c.json(answer.body, answer.status);
  });
  app.get('/bookings/:key', (c) => {
    const known = find(c.req.param('key'));
    return known ? c.json(known.answer.body, known.answer.status) : c.json({ reason: 'unknown key' }, 404);
  });

  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: options.port ?? 0, hostname: '127.0.0.1' }, ({ port }) =>
      resolve({
        url: `http://127.0.0.1:${port}/bookings`,
        order: (trouble) => void troubles.push(trouble),
        done() {
          const counts = new Map<string, number>();
          for (const { key } of record) counts.set(key, (counts.get(key) ?? 0) + 1);
          return counts;
        },
        stop: () =>
          new Promise((go) => {
            if ('closeAllConnections' in server) server.closeAllConnections();
            server.close(() => go());
          }),
      }),
    );
  });
}
