import { afterEach, describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../messaging/port.ts';
import { createAliyunProvider } from '../../../messaging/sms/aliyun-provider.ts';
import { createAliyunReader } from '../../../messaging/sms/aliyun-reader.ts';
import { nobodyThere, startHttpServer, type Asked } from '../../support/http-server.ts';

const never = new AbortController().signal;
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0)) await work();
});

const registered = { aliyun: { code: 'SMS_154950909', signature: '示例区卫健' } };
const parameters = { dueDate: '3月9日' };
const message: OutgoingMessage = {
  ...{ id: 'm-1', channel: 'sms', to: '+8616110000001', locale: 'zh', subject: '', text: '…' },
  template: { name: 'reminder-resident', parameters, registered },
};
const providerAt = (endpoint: string, timeoutMs = 10_000) =>
  createAliyunProvider({
    ...{ accessKeyId: 'LTAItest', accessKeySecret: 'secret', endpoint },
    ...{ perSecond: 10, concurrency: 2, timeoutMs },
  });

type Answer = (asked: Asked) => readonly [status: number, body: unknown] | undefined;
async function aliyun(answer: Answer, timeoutMs?: number) {
  const server = await startHttpServer((asked, response) => {
    const given = answer(asked);
    if (given)
      response.writeHead(given[0], { 'Content-Type': 'application/json' }).end(JSON.stringify(given[1]));
  });
  cleanUp.push(() => server.stop());
  return { asked: server.asked, provider: providerAt(server.url, timeoutMs) };
}
const coded = (Code: string, Message = ''): unknown => ({ Code, Message, RequestId: 'r' });

describe('Aliyun, by its own SDK', () => {
  it('sends the registered template under its signature, signed, with our id as OutId', async () => {
    const { provider, asked } = await aliyun(() => [200, { Code: 'OK', BizId: 'biz-1', RequestId: 'r' }]);
    expect(await provider.send(message, never)).toEqual({ status: 'accepted', providerId: 'biz-1' });
    expect(Object.fromEntries(asked[0]!.url.searchParams)).toMatchObject({
      PhoneNumbers: '16110000001',
      SignName: '示例区卫健',
      TemplateCode: 'SMS_154950909',
      TemplateParam: '{"dueDate":"3月9日"}',
      OutId: 'm-1',
    });
    expect(asked[0]!.headers['x-acs-action']).toBe('SendSms');
    expect(asked[0]!.headers['authorization']).toMatch(/^ACS3-HMAC-SHA256 Credential=LTAItest,/u);
  });

  it('sends nothing without a registration', async () => {
    const { provider, asked } = await aliyun(() => [200, coded('OK')]);
    const bare: OutgoingMessage = { ...message, template: { name: 'reminder-resident', parameters } };
    expect(await provider.send(bare, never)).toEqual({
      ...{ status: 'refused', reason: 'template-not-registered', badAddress: false },
    });
    expect(asked).toEqual([]);
  });

  it.each([
    [200, 'isv.MOBILE_NUMBER_ILLEGAL', '', { status: 'refused', badAddress: true }],
    [200, 'isv.SMS_TEMPLATE_ILLEGAL', '', { status: 'refused', reason: 'template-not-registered' }],
    [200, 'isv.SMS_SIGNATURE_ILLEGAL', '', { status: 'refused', reason: 'template-not-registered' }],
    [200, 'isv.BLACK_KEY_CONTROL_LIMIT', '', { status: 'refused', badAddress: false }],
    [200, 'isv.BUSINESS_LIMIT_CONTROL', '触发分钟级流控Permits:1', { status: 'later', retryAfterMs: 60_000 }],
    [
      200,
      'isv.BUSINESS_LIMIT_CONTROL',
      '触发小时级流控Permits:5',
      { status: 'later', retryAfterMs: 3_600_000 },
    ],
    [
      200,
      'isv.BUSINESS_LIMIT_CONTROL',
      '触发天级流控Permits:40',
      { status: 'later', retryAfterMs: 21_600_000 },
    ],
    [200, 'isv.AMOUNT_NOT_ENOUGH', '', { status: 'later', retryAfterMs: 900_000 }],
    [400, 'isp.RAM_PERMISSION_DENY', '', { status: 'later' }],
    [404, 'InvalidAccessKeyId.NotFound', '', { status: 'later' }],
    [400, 'Throttling.User', '', { status: 'later', retryAfterMs: 1_000 }],
    [503, 'ServiceUnavailable', '', { status: 'later' }],
    [500, 'InternalError', '', { status: 'unknown' }],
  ])('HTTP %i %s %s', async (status, code, words, expected) => {
    const { provider, asked } = await aliyun(() => [status, coded(code, words)]);
    expect(await provider.send(message, never)).toMatchObject(expected);
    expect(asked).toHaveLength(1);
  });

  it('is unknown without an answer, and later when nobody listens', async () => {
    const { provider } = await aliyun(() => undefined, 500);
    expect(await provider.send(message, never)).toMatchObject({ status: 'unknown' });
    expect(await providerAt(await nobodyThere()).send(message, never)).toMatchObject({ status: 'later' });
  });

  it('finds a doubtful message by its OutId; one that is not listed may still come, for ten minutes', async () => {
    const detail = (OutId: string, SendStatus: number, ErrCode = '') => ({ OutId, SendStatus, ErrCode });
    const { provider, asked } = await aliyun(() => [
      200,
      {
        ...{ Code: 'OK', TotalCount: 3 },
        SmsSendDetailDTOs: {
          SmsSendDetailDTO: [detail('m-1', 3), detail('m-2', 1), detail('m-3', 2, 'MK:0001')],
        },
      },
    ]);
    const ask = (id: string, sentAt = Date.now()) => provider.ask?.(id, never, { to: message.to, sentAt });
    expect(await ask('m-1', Date.UTC(2026, 2, 8, 17))).toMatchObject({ status: 'accepted', delivered: true });
    expect(Object.fromEntries(asked[0]!.url.searchParams)).toMatchObject({
      ...{ PhoneNumber: '16110000001', SendDate: '20260309' },
    });
    expect(await ask('m-2')).toMatchObject({ status: 'accepted', delivered: false });
    expect(await ask('m-3')).toMatchObject({
      ...{ status: 'refused', reason: 'MK:0001', badAddress: true },
    });
    expect(await ask('m-4')).toMatchObject({ status: 'unknown' });
    expect(await ask('m-4', Date.now() - 700_000)).toBe('not-found');
  });

  it('reads reports and replies, and believes only who has the token', async () => {
    const token = 'a long random token of thirty-two and more characters';
    const reader = createAliyunReader(token);
    const at = (query: string, content: unknown) => ({
      url: new URL(`https://yilu.example.org/webhooks/messages/aliyun/receipts${query}`),
      header: () => undefined,
      body: JSON.stringify(content),
    });
    expect(await reader.verify(at(`?token=${encodeURIComponent(token)}`, []), 0)).toBeUndefined();
    for (const query of ['', '?token=', '?token=another'])
      expect(await reader.verify(at(query, []), 0)).toBe('bad-signature');
    expect(await createAliyunReader(undefined).verify(at('?token=', []), 0)).toBe('bad-signature');
    const report = {
      phone_number: '16110000001',
      biz_id: 'b',
      out_id: 'm-1',
      err_code: 'DELIVERED',
      success: true,
    };
    const failed = { ...report, success: false, err_code: 'MK:0001' };
    expect(reader.receipts(at('', [report, failed]))).toMatchObject([
      { messageId: 'm-1', providerId: 'b', status: 'delivered' },
      { messageId: 'm-1', status: 'failed', reason: 'MK:0001', badAddress: true },
    ]);
    const reply = {
      phone_number: '16110000001',
      content: 'TD',
      send_time: '2026-03-09 08:30:00',
      sequence_id: 17,
    };
    expect(reader.inbound(at('', [reply]), 0)).toEqual([
      { provider: 'aliyun', id: '17', from: '+8616110000001', text: 'TD', at: Date.UTC(2026, 2, 9, 0, 30) },
    ]);
    expect(reader.receipts(at('', { anything: 'else' }))).toBeUndefined();
  });
});
