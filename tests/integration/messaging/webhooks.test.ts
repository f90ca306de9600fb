import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createComposer } from '../../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { startSmsGateway, type SmsGateway } from '../../../local/sms-gateway.ts';
import { createProviders } from '../../../messaging/create-providers.ts';
import { signedHeaders } from '../../../messaging/sms/webhook-signature.ts';
import { contactPreferences } from '../../../store/messages/preferences.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { apiFixture, webhookSecret as secret, type ApiFixture } from '../../support/api-fixture.ts';
import { eventually } from '../../support/clock-fixture.ts';

/** The whole way there and back: a real gateway, the dispatch, and what comes in by the real app over HTTP. */
let f: ApiFixture;
let server: ReturnType<typeof createAdaptorServer>;
let callback: string;
let gateway: SmsGateway;
let dispatching: Promise<void>;
const stop = new AbortController();

beforeAll(async () => {
  f = await apiFixture();
  server = createAdaptorServer({ fetch: f.app.fetch });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/messages/webhook`;
  gateway = await startSmsGateway({ secret, callback, behaviour: { receipts: 'twice' } });
  const { url } = gateway;
  dispatching = createDispatchActivities({
    ...{ store: f.store, signal: stop.signal, underWay: (work) => work(stop.signal) },
    providers: createProviders({
      sms: [{ name: 'webhook', url, secret, idempotent: true, perSecond: 200, concurrency: 4 }],
      email: [],
    }),
    write: createComposer({ store: f.store }),
    result: () => undefined,
  }).dispatch('sms');
});
afterAll(async () => {
  stop.abort();
  await dispatching;
  await gateway?.stop();
  await new Promise((closed) => server?.close(closed));
  await f?.close();
});

const query = async <T extends object>(sql: string, values: unknown[]): Promise<T[]> =>
  (await f.store.pool.query<T>(sql, values)).rows;

interface Sent {
  readonly id: string;
  readonly journey: JourneyId;
  readonly resident: string;
  readonly from: string;
}

/** A resident whose invitation has left; it asks whether they come. */
async function invited(): Promise<Sent> {
  const resident = await f.resident();
  const journey = await f.journey({ resident });
  await query(
    `update notice set asks = '{confirm,another-time}', step = 'questions#1'
     where journey_id = $1 and template = 'welcome'`,
    [journey],
  );
  return eventually('sent', async () => {
    const [row] = await query<{ id: string; from: string }>(
      `select id, address as from from message where recipient_id = $1 and status in ('sent', 'delivered')`,
      [resident],
    );
    return row && { ...row, journey, resident };
  });
}

const receiptsOf = (id: string) =>
  query<{ status: string }>('select status from message_receipt where message_id = $1', [id]);
const statusOf = async (id: string): Promise<unknown> =>
  (
    await query(
      `select m.status, n.status as notice from message m join message_notice mn on mn.message_id = m.id
       join notice n on n.key = mn.notice_key where m.id = $1`,
      [id],
    )
  )[0];
const answersOf = async ({ journey }: Sent): Promise<string[]> =>
  (
    await query<{ answer: string }>(
      `select event->>'answer' as answer from journey_event
       where journey_id = $1 and kind = 'ResidentAnswered' order by seq`,
      [journey],
    )
  ).map(({ answer }) => answer);
const post = (path: string, body: string, headers: Record<string, string>) =>
  fetch(`${callback}/${path}`, { method: 'POST', headers, body });

it('a receipt makes what was sent delivered, and the same one twice is one', async () => {
  const { id } = await invited();
  await gateway.idle();
  expect(await receiptsOf(id)).toEqual([{ status: 'delivered' }]);
  expect(await statusOf(id)).toEqual({ status: 'delivered', notice: 'delivered' });
});

it('a bad signature and an old timestamp are refused with the reason, and nothing is taken', async () => {
  gateway.behaviour.receipts = 'none';
  const { id } = await invited();
  const body = JSON.stringify({ receiptId: `forged-${id}`, messageId: id, status: 'delivered' });
  for (const [headers, code, words] of [
    [signedHeaders('another secret of sixteen', body), 'SignatureInvalid', /签名/u],
    [signedHeaders(secret, body.replace('delivered', 'failed')), 'SignatureInvalid', /签名/u],
    [signedHeaders(secret, body, Date.now() - 301_000), 'TimestampOld', /五分钟/u],
  ] as const) {
    const answer = await post('receipts', body, headers);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code, detail: expect.stringMatching(words) as unknown }),
    ]);
  }
  expect(await receiptsOf(id)).toEqual([]);
  expect(await statusOf(id)).toEqual({ status: 'sent', notice: 'sent' });
  expect((await post('receipts', body, signedHeaders(secret, body))).status).toBe(200);
  expect(await statusOf(id)).toEqual({ status: 'delivered', notice: 'delivered' });
});

it('1 and 2 answer on the journey, each once, and STOP ends text messages', async () => {
  const one = await invited();
  await gateway.reply(one.from, ' １。');
  await gateway.idle();
  expect(await answersOf(one)).toEqual(['confirmed']);
  const two = JSON.stringify({ id: 'reply-2', from: one.from, text: '2', at: Date.now() });
  for (let copy = 1; copy <= 2; copy++)
    expect((await post('inbound', two, signedHeaders(secret, two))).status).toBe(200);
  expect(await answersOf(one)).toEqual(['confirmed', 'another-time']);
  expect(await contactPreferences(f.store, one.resident)).toEqual([]);

  const other = await invited();
  await gateway.reply(other.from, '退订');
  await gateway.idle();
  expect(await answersOf(other)).toEqual([]);
  expect(await contactPreferences(f.store, other.resident)).toEqual([
    { channel: 'sms', purpose: '*', allowed: false },
  ]);
  const forged = JSON.stringify({ id: 'forged', from: one.from, text: 'STOP', at: Date.now() });
  expect((await post('inbound', forged, signedHeaders('another secret', forged))).status).toBe(401);
  expect(await contactPreferences(f.store, one.resident)).toEqual([]);
});
