import { z } from 'zod';
import { jsonOf, type WebhookReader } from '../webhook.ts';
import { signatureHeader, signatureProblem, timestampHeader } from './webhook-signature.ts';

const name = z.string().min(1).max(200);
const oneOrMore = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item).max(1_000), item.transform((one) => [one])]);
const receipts = oneOrMore(
  z.object({
    receiptId: name,
    messageId: name.optional(),
    providerId: name.optional(),
    status: z.enum(['delivered', 'failed']),
    reason: z.string().max(500).optional(),
    badAddress: z.boolean().optional(),
  }),
);
const inbound = oneOrMore(
  z.object({
    id: name,
    from: z.string().regex(/^\+\d{5,15}$/u),
    text: z.string().max(2_000),
    at: z.int().nonnegative(),
  }),
);

/** Drops what is undefined: the port's fields are there or not. */
const present = <T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as never;

/** Receipts and replies of a gateway that signs as we do: HMAC over `timestamp.body`, not older than five minutes. */
export function createSmsWebhookReader(secret: string): WebhookReader {
  return {
    provider: 'webhook',
    answer: { type: 'application/json', body: '{"received":true}' },
    verify: async ({ header, body }, now) =>
      signatureProblem(
        secret,
        { timestamp: header(timestampHeader), signature: header(signatureHeader), body },
        now,
      ),
    receipts({ body }) {
      const { data } = receipts.safeParse(jsonOf(body));
      return data?.map((receipt) => ({ provider: 'webhook', ...present(receipt) }));
    },
    inbound({ body }) {
      const { data } = inbound.safeParse(jsonOf(body));
      return data?.map((message) => ({ provider: 'webhook', ...message }));
    },
  };
}
