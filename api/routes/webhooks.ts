import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { meaningOf } from '../../messaging/inbound-meaning.ts';
import type { WebhookProblem, WebhookReader, WebhookRequest } from '../../messaging/webhook.ts';
import type { ApiEnv } from '../context.ts';
import type { MessageWebhooks, Taken } from '../deps.ts';
import type { ApiMetrics } from '../metrics.ts';
import { badRequest, notFound, tooLarge, unauthenticated } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { inboundRoute, receiptsRoute } from '../schemas/webhook.ts';

/** A thousand receipts of the longest kind. */
const mostBytes = 500_000;

const unbelieved: Readonly<Record<WebhookProblem, readonly [code: string, zh: string, en: string]>> = {
  'bad-signature': [
    'SignatureInvalid',
    '签名不符：请核对密钥（或回调地址中的 token），并按原样签名整个请求体。',
    'The signature does not fit: check the secret (or the token in the address), and sign the body exactly as it is sent.',
  ],
  'old-timestamp': [
    'TimestampOld',
    '时间戳与本机相差超过五分钟：请校准时钟，并在发送时签名。',
    'The timestamp is more than five minutes off: set the clock, and sign when sending.',
  ],
};

export interface WebhookDeps {
  /** Undefined where no provider is set. */
  readonly webhooks: MessageWebhooks | undefined;
  readonly metrics: Pick<ApiMetrics, 'command'>;
  readonly logger: Logger;
}

/** Receipts and replies from providers of SMS; mounted at `/webhooks`, outside of what needs a token. */
export function webhookRoutes({ webhooks, metrics, logger }: WebhookDeps): OpenAPIHono<ApiEnv> {
  const app = new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (!result.success) throw notFound({ zh: '短信服务商', en: 'SMS provider' });
    },
  });
  app.use(
    bodyLimit({
      maxSize: mostBytes,
      onError: () => {
        throw new Problem(tooLarge(mostBytes));
      },
    }),
  );

  async function believed(
    c: Context<ApiEnv>,
    provider: string,
  ): Promise<{
    readonly reader: WebhookReader;
    readonly request: WebhookRequest;
    readonly port: MessageWebhooks;
  }> {
    const reader = webhooks?.readers.get(provider);
    if (!webhooks || !reader) throw notFound({ zh: '短信服务商', en: 'SMS provider' });
    const { pathname, search } = new URL(c.req.url);
    const request: WebhookRequest = {
      // As the provider was told it, which is not what this process hears behind a proxy.
      url: new URL(`${webhooks.publicUrl}${pathname}${search}`),
      header: (name) => c.req.header(name),
      body: await c.req.text(),
    };
    const problem = await reader.verify(request, Date.now());
    if (problem) {
      const [code, zh, en] = unbelieved[problem];
      metrics.command(`webhook:${provider}`, code);
      throw unauthenticated(code, { zh, en });
    }
    return { reader, request, port: webhooks };
  }

  const unreadable = (): Problem =>
    badRequest('BodyUnreadable', {
      zh: '签名无误，但内容不是该服务商的格式；格式见 docs/operations.md。',
      en: 'The signature fits, but the body has not this provider’s format; docs/operations.md shows it.',
    });

  /** One after the other: what was taken before a failure is known when the provider repeats the whole. */
  async function takeAll<T>(
    name: string,
    items: readonly T[],
    take: (item: T) => Promise<Taken>,
    told: (item: T) => object,
  ): Promise<void> {
    for (const item of items) {
      const result = await take(item);
      metrics.command(name, result);
      if (result === 'unmatched') logger.warn({ ...told(item) }, `${name} is about nothing of ours`);
    }
  }

  /** In the provider's own words, which the document's schema leaves open. */
  const done = ({ answer }: WebhookReader): never =>
    new Response(answer.body, { status: 200, headers: { 'Content-Type': answer.type } }) as never;

  app.openapi(receiptsRoute, async (c) => {
    const { provider } = c.req.valid('param');
    const { reader, request, port } = await believed(c, provider);
    const receipts = reader.receipts(request);
    if (!receipts) throw unreadable();
    await takeAll(
      'receipt',
      receipts,
      (receipt) => port.recordReceipt(receipt),
      ({ receiptId, messageId }) => ({ provider, receiptId, messageId }),
    );
    return done(reader);
  });

  app.openapi(inboundRoute, async (c) => {
    const { provider } = c.req.valid('param');
    const { reader, request, port } = await believed(c, provider);
    const replies = reader.inbound(request, Date.now());
    if (!replies) throw unreadable();
    await takeAll(
      'reply',
      replies,
      (reply) => port.recordInbound(reply, meaningOf(reply.text)),
      // Neither number nor words: those are personal, and in the table.
      ({ id }) => ({ provider, reply: id }),
    );
    return done(reader);
  });
  return app;
}
