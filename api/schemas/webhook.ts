import { createRoute, z } from '@hono/zod-openapi';
import { ok, problems } from './answers.ts';

const params = z.object({
  provider: z.enum(['webhook', 'aliyun', 'twilio']).openapi({
    param: { name: 'provider', in: 'path' },
    description: 'As in `YILU_SMS`.',
  }),
});

const responses = {
  200: ok(
    z.looseObject({}),
    { received: true },
    'Taken, or known, or about nothing of ours: the provider need not repeat it. Each provider reads its own answer; Twilio’s is TwiML.',
  ),
  ...problems(400, 404, 413),
};

const authenticated =
  '由服务商自己的签名认证，不用令牌：webhook 为 HMAC-SHA256（时间戳五分钟内），Twilio 为 X-Twilio-Signature，阿里云为回调地址中的 `token`。重复送达无妨。\n' +
  'Authenticated by the provider’s own signature and no token: HMAC-SHA256 not older than five minutes (webhook), X-Twilio-Signature (Twilio), the `token` in the address (Aliyun). The same again changes nothing.';

export const receiptsRoute = createRoute({
  method: 'post',
  path: '/messages/{provider}/receipts',
  operationId: 'receiveReceipts',
  summary: '短信回执 / What became of messages, from an SMS provider',
  description: authenticated,
  security: [{ providerSignature: [] }],
  request: { params },
  responses,
});

export const inboundRoute = createRoute({
  method: 'post',
  path: '/messages/{provider}/inbound',
  operationId: 'receiveReplies',
  summary: '居民短信回复 / What residents wrote back, from an SMS provider',
  description: `${authenticated}\n退订、TD、T、STOP：不再发送短信；1：确认；2：另约时间；其余记录后由人处理。\nSTOP ends messages by SMS, 1 confirms, 2 asks for another time, anything else is kept for a person.`,
  security: [{ providerSignature: [] }],
  request: { params },
  responses,
});
