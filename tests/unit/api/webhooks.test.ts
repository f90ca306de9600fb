import { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ApiEnv } from '../../../api/context.ts';
import type { Taken } from '../../../api/deps.ts';
import { problemOf } from '../../../api/problem/from-error.ts';
import { problemResponse } from '../../../api/problem/problem.ts';
import { webhookRoutes } from '../../../api/routes/webhooks.ts';
import { createWebhookReaders } from '../../../messaging/create-providers.ts';
import type { Receipt } from '../../../domain/model/message.ts';
import { messagingSettings } from '../../../messaging/settings.ts';
import { signedHeaders } from '../../../messaging/sms/webhook-signature.ts';

const secret = 'sixteen characters';
const token = 'thirty-two characters and then some more';
const settings = messagingSettings({
  YILU_SMS: 'webhook,aliyun',
  YILU_SMS_WEBHOOK_URL: 'https://sms.example.org/messages',
  YILU_SMS_WEBHOOK_SECRET: secret,
  ...{ YILU_ALIYUN_ACCESS_KEY_ID: 'id', YILU_ALIYUN_ACCESS_KEY_SECRET: 'secret' },
  YILU_ALIYUN_CALLBACK_TOKEN: token,
});

let known: Set<string>;
let said: [text: string, meaning: string][];
let counted: string[];
let log: string;

function app() {
  const routes = new OpenAPIHono<ApiEnv>();
  routes.route(
    '/webhooks',
    webhookRoutes({
      webhooks: {
        readers: createWebhookReaders(settings),
        publicUrl: 'https://yilu.example.org',
        // As the store does: a receipt counts once, and one of nobody's message is kept and said.
        async recordReceipt({ receiptId, messageId }: Receipt): Promise<Taken> {
          if (known.has(receiptId)) return 'known';
          known.add(receiptId);
          return messageId === 'ours' ? 'new' : 'unmatched';
        },
        async recordInbound({ text }, meaning): Promise<Taken> {
          said.push([text, meaning]);
          return 'new';
        },
      },
      metrics: { command: (kind, status) => void counted.push(`${kind} ${status}`) },
      logger: pino({ level: 'info' }, { write: (line: string) => void (log += line) }),
    }),
  );
  routes.onError((error) => problemResponse(problemOf(error), 'zh', 'r'));
  return routes;
}

beforeEach(() => {
  [known, said, counted, log] = [new Set(), [], [], ''];
});

const receipt = (receiptId: string, messageId = 'ours') =>
  JSON.stringify({ receiptId, messageId, status: 'delivered' });
const post = (path: string, body: string, headers: Record<string, string> = signedHeaders(secret, body)) =>
  app().request(`/webhooks/messages/${path}`, { method: 'POST', headers, body });
const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as { code: string }).code,
];

describe('webhooks of SMS providers', () => {
  it('takes a receipt once, and acknowledges it every time', async () => {
    for (const result of ['new', 'known']) {
      const answer = await post('webhook/receipts', receipt('r-1'));
      expect([answer.status, await answer.json()]).toEqual([200, { received: true }]);
      expect(counted.at(-1)).toBe(`receipt ${result}`);
    }
  });

  it('a receipt of nobody’s message is acknowledged, logged and counted', async () => {
    expect((await post('webhook/receipts', receipt('r-2', 'theirs'))).status).toBe(200);
    expect(counted).toEqual(['receipt unmatched']);
    expect(log).toContain('r-2');
  });

  it('a wrong or missing signature and an old timestamp are refused, and nothing is taken', async () => {
    const body = receipt('r-3');
    const refused: [Record<string, string>, string][] = [
      [signedHeaders('another secret', body), 'SignatureInvalid'],
      [signedHeaders(secret, receipt('r-4')), 'SignatureInvalid'],
      [{}, 'SignatureInvalid'],
      [signedHeaders(secret, body, Date.now() - 301_000), 'TimestampOld'],
    ];
    for (const [headers, code] of refused)
      expect(await codeOf(await post('webhook/receipts', body, headers))).toEqual([401, code]);
    expect(await codeOf(await post('aliyun/receipts?token=guess', '[]', {}))).toEqual([
      401,
      'SignatureInvalid',
    ]);
    expect(known.size).toBe(0);
  });

  it('a signed body of another format, one too large, and a provider that is not set are said', async () => {
    expect(await codeOf(await post('webhook/receipts', '{"status":"perhaps"}'))).toEqual([
      400,
      'BodyUnreadable',
    ]);
    expect(await codeOf(await post('webhook/receipts', 'x'.repeat(500_001)))).toEqual([413, 'TooLarge']);
    expect(await codeOf(await post('twilio/receipts', receipt('r')))).toEqual([404, 'NotFound']);
    expect(await codeOf(await post('pigeon/receipts', receipt('r')))).toEqual([404, 'NotFound']);
  });

  it('Aliyun reads its own answer, by the token in the address', async () => {
    const report = {
      phone_number: '16110000001',
      biz_id: 'b',
      out_id: 'ours',
      err_code: 'DELIVERED',
      success: true,
    };
    const answer = await post(
      `aliyun/receipts?token=${encodeURIComponent(token)}`,
      JSON.stringify([report]),
      {},
    );
    expect(await answer.json()).toEqual({ code: 0, msg: '接收成功' });
    expect(counted).toEqual(['receipt new']);
  });

  it('a reply is taken with what it means, and its words are in no log', async () => {
    for (const text of ['ＴＤ', '1', '2', '我下周再来'])
      await post('webhook/inbound', JSON.stringify({ id: text, from: '+8616110000001', text, at: 1 }));
    expect(said.map(([, meaning]) => meaning)).toEqual(['stop', 'confirmed', 'another-time', 'other']);
    expect(log).not.toContain('下周');
  });
});
