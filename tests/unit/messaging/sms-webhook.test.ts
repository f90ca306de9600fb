import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { startSmsGateway, type SmsGateway, type SmsTrouble } from '../../../local/sms-gateway.ts';
import type { OutgoingMessage } from '../../../messaging/port.ts';
import { createSmsWebhookProvider } from '../../../messaging/sms/webhook-provider.ts';
import { createSmsWebhookReader } from '../../../messaging/sms/webhook-reader.ts';
import { signatureProblem, signedHeaders } from '../../../messaging/sms/webhook-signature.ts';
import { nobodyThere, startHttpServer, type Asked } from '../../support/http-server.ts';

const secret = 'a secret of this test';
const never = new AbortController().signal;
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0)) await work();
});

const message = (id: string, to = '+8616110000001'): OutgoingMessage => ({
  ...{ id, channel: 'sms', to, locale: 'zh', subject: '', text: '请于周五前来复查。' },
  template: { name: 'reminder-resident', parameters: { dueDate: '3月9日' } },
});
const providerAt = (url: string, idempotent = true, timeoutMs = 10_000) =>
  createSmsWebhookProvider({ url, secret, idempotent, perSecond: 100, concurrency: 4, timeoutMs });

async function gateway(behaviour = {}): Promise<SmsGateway> {
  const started = await startSmsGateway({ secret, behaviour });
  cleanUp.push(() => started.stop());
  return started;
}

async function answering(answer: (asked: Asked, response: ServerResponse) => void) {
  const server = await startHttpServer(answer);
  cleanUp.push(() => server.stop());
  return server;
}

describe('signed webhook', () => {
  it('posts what the protocol says, under the message’s id, and signs it', async () => {
    const server = await answering((_asked, response) => response.writeHead(202).end('{"providerId":"p-1"}'));
    expect(await providerAt(`${server.url}/messages`).send(message('m-1'), never)).toEqual({
      status: 'accepted',
      providerId: 'p-1',
    });
    const [asked] = server.asked;
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      id: 'm-1',
      to: '+8616110000001',
      text: '请于周五前来复查。',
      template: 'reminder-resident',
      parameters: { dueDate: '3月9日' },
    });
    expect(asked?.headers['idempotency-key']).toBe('m-1');
    const signed = (body: string) =>
      signatureProblem(secret, {
        timestamp: String(asked?.headers['x-yilu-timestamp']),
        signature: String(asked?.headers['x-yilu-signature']),
        body,
      });
    expect(signed(asked?.body ?? '')).toBeUndefined();
    expect(signed(`${asked?.body} `)).toBe('bad-signature');
  });

  it.each([
    [200, '{"providerId":"p"}', {}, { status: 'accepted', providerId: 'p' }],
    [202, 'not JSON', {}, { status: 'accepted', providerId: null }],
    [409, '{"providerId":"p"}', {}, { status: 'accepted', providerId: 'p' }],
    [400, '{"reason":"too long"}', {}, { status: 'refused', reason: 'too long', badAddress: false }],
    [422, '{"reason":"gone","badAddress":true}', {}, { status: 'refused', reason: 'gone', badAddress: true }],
    [429, '', { 'Retry-After': '7' }, { status: 'later', reason: 'HTTP 429', retryAfterMs: 7_000 }],
    [429, '', { 'Retry-After': '1e300' }, { status: 'later', reason: 'HTTP 429', retryAfterMs: 3_600_000 }],
    [503, '', {}, { status: 'later', reason: 'HTTP 503' }],
    [401, '', {}, { status: 'later', reason: 'HTTP 401' }],
    [302, '', { Location: 'http://elsewhere.example' }, { status: 'later', reason: 'HTTP 302' }],
  ])('answer %i %s', async (status, body, headers, expected) => {
    const { url } = await answering((_asked, response) => response.writeHead(status, headers).end(body));
    expect(await providerAt(url).send(message('m'), never)).toEqual(expected);
  });

  it('500, a cut connection or no answer: nobody knows, whether or not the key is honoured', async () => {
    const troubles: ((response: ServerResponse) => void)[] = [
      (response) => response.writeHead(500).end(),
      (response) => response.socket?.destroy(),
      () => undefined,
    ];
    for (const trouble of troubles) {
      const { url } = await answering((_asked, response) => trouble(response));
      expect(await providerAt(url, true, 300).send(message('m'), never)).toMatchObject({ status: 'unknown' });
      expect(await providerAt(url, false, 300).send(message('m'), never)).toMatchObject({
        status: 'unknown',
      });
    }
  });

  it('is later, also without a key, when nobody listens', async () => {
    const url = await nobodyThere();
    expect(await providerAt(url, false).send(message('m'), never)).toMatchObject({
      status: 'later',
      reason: 'ECONNREFUSED',
    });
  });

  it('a signature is refused when it is another’s, missing, or older than five minutes', () => {
    const now = Date.UTC(2026, 2, 9);
    const check = (headers: Record<string, string>, body = 'x', at = now) =>
      signatureProblem(
        secret,
        { timestamp: headers['X-Yilu-Timestamp'], signature: headers['X-Yilu-Signature'], body },
        at,
      );
    const mine = signedHeaders(secret, 'x', now);
    expect(check(mine)).toBeUndefined();
    expect(check(mine, 'x', now + 300_000)).toBeUndefined();
    expect(check(mine, 'x', now + 301_000)).toBe('old-timestamp');
    expect(check(mine, 'x', now - 301_000)).toBe('old-timestamp');
    expect(check(signedHeaders('another secret', 'x', now))).toBe('bad-signature');
    expect(check({ ...mine, 'X-Yilu-Timestamp': '1' })).toBe('bad-signature');
    expect(check({})).toBe('bad-signature');
  });
});

describe('local gateway', () => {
  const kinds: SmsTrouble['kind'][] = [
    'error-after',
    'cut-after',
    'silent-after',
    'error-before',
    'silent-before',
    'busy',
  ];

  it.each(kinds)('after %s the same id again arrives once', async (kind) => {
    const { url, order, deliveries } = await gateway();
    order({ kind, times: 1 });
    const provider = providerAt(url, true, 300);
    expect(await provider.send(message('m'), never)).toMatchObject({
      status: kind === 'busy' ? 'later' : 'unknown',
    });
    expect(await provider.send(message('m'), never)).toMatchObject({ status: 'accepted' });
    expect([...deliveries()]).toEqual([['m', 1]]);
  });

  it('sends twice when idempotency is switched off, and can be asked', async () => {
    const { url, deliveries } = await gateway({ idempotent: false });
    const provider = providerAt(url, false);
    expect(await provider.ask?.('m', never)).toBe('not-found');
    for (let copy = 0; copy < 2; copy++) await provider.send(message('m'), never);
    expect([...deliveries()]).toEqual([['m', 2]]);
    expect(await provider.ask?.('m', never)).toMatchObject({ status: 'accepted' });
  });

  it('throttles at its rate, refuses bad numbers, and refuses who has not the secret', async () => {
    const { url, controlUrl } = await gateway({ perSecond: 0 });
    const provider = providerAt(url);
    expect(await provider.send(message('m'), never)).toEqual({
      ...{ status: 'later', reason: 'HTTP 429', retryAfterMs: 1_000 },
    });
    await fetch(controlUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"perSecond":null,"badNumbers":"^\\\\+86161"}',
    });
    expect(await provider.send(message('m'), never)).toMatchObject({ status: 'refused', badAddress: true });
    const stranger = createSmsWebhookProvider({
      ...{ url, secret: 'wrong', idempotent: true, perSecond: 1, concurrency: 1 },
    });
    expect(await stranger.send(message('n', '+8613800000000'), never)).toMatchObject({ reason: 'HTTP 401' });
  });

  it('tells what became of a message, twice if so set, and what the resident answers, signed, until it is heard', async () => {
    let busy = true;
    const heard = await answering((_asked, response) => {
      response.writeHead(busy ? 503 : 200).end();
      busy = false;
    });
    const { url, reply, idle } = await (async () => {
      const started = await startSmsGateway({
        secret,
        callback: heard.url,
        behaviour: { receipts: 'twice' },
      });
      cleanUp.push(() => started.stop());
      return started;
    })();
    await providerAt(url).send(message('m'), never);
    await idle();
    await reply('+8616110000001', '１');
    await idle();
    const reader = createSmsWebhookReader(secret);
    const requests = heard.asked.map(({ url: at, headers, body }) => ({
      url: at,
      header: (name: string) => headers[name.toLowerCase()]?.toString(),
      body,
    }));
    for (const request of requests) expect(await reader.verify(request, Date.now())).toBeUndefined();
    const receipts = requests
      .filter(({ url: at }) => at.pathname === '/receipts')
      .map((one) => reader.receipts(one));
    expect(receipts).toHaveLength(3);
    expect(new Set(receipts.map((one) => one?.[0]?.receiptId)).size).toBe(1);
    expect(receipts[0]).toMatchObject([{ provider: 'webhook', messageId: 'm', status: 'delivered' }]);
    const said = requests.filter(({ url: at }) => at.pathname === '/inbound');
    expect(reader.inbound(said[0]!, 0)).toMatchObject([{ from: '+8616110000001', text: '１' }]);
    expect(reader.receipts({ ...requests[0]!, body: '{"status":"perhaps"}' })).toBeUndefined();
  });
});
