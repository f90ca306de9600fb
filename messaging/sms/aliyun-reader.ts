import { createHash } from 'node:crypto';
import { z } from 'zod';
import { e164Of } from '../../domain/resident/telephone.ts';
import { jsonOf, type WebhookReader } from '../webhook.ts';
import { reportsBadAddress } from './aliyun-codes.ts';
import { sameText } from './webhook-signature.ts';

/** Aliyun's times have no zone; they are Beijing's. */
const beijing = (text: string): number | undefined => {
  const at = Date.parse(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(at) ? undefined : at;
};

/** https://help.aliyun.com/zh/sms/developer-reference/smsreport-2 */
const reports = z
  .array(
    z.object({
      success: z.boolean(),
      err_code: z.string().max(200).nullish(),
      biz_id: z.string().min(1).max(200),
      out_id: z.string().max(200).nullish(),
      phone_number: z.string().max(40),
    }),
  )
  .max(1_000);

/** https://help.aliyun.com/zh/sms/developer-reference/smsup */
const replies = z
  .array(
    z.object({
      phone_number: z.string().regex(/^\+?\d{5,20}$/u),
      content: z.string().max(2_000),
      send_time: z.string().max(40).optional(),
      sequence_id: z.union([z.string().min(1).max(200), z.number()]).optional(),
      dest_code: z.string().max(40).optional(),
    }),
  )
  .max(1_000);

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 40);

/**
 * Aliyun's HTTP callbacks bear no signature. What authenticates them is a long random token that the operator puts
 * into the address given to Aliyun (`…/receipts?token=…`), compared in constant time.
 */
export function createAliyunReader(token: string | undefined): WebhookReader {
  return {
    provider: 'aliyun',
    answer: { type: 'application/json', body: '{"code":0,"msg":"接收成功"}' },
    verify: async ({ url }) =>
      token !== undefined && sameText(url.searchParams.get('token') ?? '', token)
        ? undefined
        : 'bad-signature',
    receipts({ body }) {
      const { data } = reports.safeParse(jsonOf(body));
      return data?.map(
        ({ success, err_code: code, biz_id: providerId, out_id: messageId, phone_number: to }) => ({
          provider: 'aliyun',
          // One batch has one BizId for all its numbers.
          receiptId: `${providerId}:${digest(to).slice(0, 12)}:${success ? 'delivered' : 'failed'}`,
          ...(messageId && { messageId }),
          providerId,
          status: success ? ('delivered' as const) : ('failed' as const),
          ...(!success && code && { reason: code, badAddress: reportsBadAddress(code) }),
        }),
      );
    },
    inbound({ body }, now) {
      const { data } = replies.safeParse(jsonOf(body));
      return data?.map((reply) => ({
        provider: 'aliyun',
        id: String(reply.sequence_id ?? digest(JSON.stringify(reply))),
        from: e164Of(reply.phone_number),
        text: reply.content,
        at: beijing(reply.send_time ?? '') ?? now,
      }));
    },
  };
}
