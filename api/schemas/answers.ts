import type { ZodType } from 'zod';
import { problemSchema } from '../problem/problem.ts';

/** The JSON that a route answers when it did what was asked, with an example for its readers. */
export const ok = <S extends ZodType>(schema: S, example: unknown, description: string) => ({
  description,
  content: { 'application/json': { schema, example } },
});

const meanings: Readonly<Record<number, readonly [code: string, title: string, detail: string]>> = {
  400: ['Invalid', '请求有误', '“kind”应为其中之一：recordOutcome、correctFacts、pause。'],
  401: ['TokenExpired', '需要登录', '令牌已过期，请重新登录或获取新的令牌。'],
  403: ['NotYours', '您无权执行此操作', '此操作可由以下人员执行：家庭医生、社区中心负责人、区协调员。'],
  404: ['NotFound', '找不到', '找不到该旅程，或不在您的权限范围内。'],
  409: ['StepNotOpen', '规则不接受此操作', '步骤“low-dose-ct#1”已关闭。'],
  413: ['TooLarge', '内容过大', '请求内容不得超过 2500000 字节。'],
  415: ['MediaTypeUnsupported', '内容类型不支持', '请以 JSON 发送，并注明 Content-Type: application/json。'],
  422: [
    'IdempotencyKeyReused',
    'Idempotency-Key 已用过',
    '此 Idempotency-Key 已用于另一内容；新的操作请使用新的标识。',
  ],
  503: ['Unavailable', '暂时不可用', '数据库暂时无法及时答复。请稍后用同一个 Idempotency-Key 重试。'],
};

/**
 * @returns the problem answers that a route may give, RFC 9457; always among them 401 and 503.
 * They are thrown, not returned, so that the type of a route's handler knows nothing of them.
 */
export function problems(...statuses: readonly number[]): Record<never, never> {
  return Object.fromEntries(
    [...new Set([400, 401, ...statuses, 503])].map((status) => {
      const [code, title, detail] = meanings[status] ?? ['', '', ''];
      const example = {
        type: `urn:yilu:problem:${code}`,
        title,
        status,
        code,
        detail,
        instance: 'urn:yilu:request:1f0c7c1e-6f4e-4e53-8d40-5b7f1a1f6a55',
      };
      return [
        status,
        { description: title, content: { 'application/problem+json': { schema: problemSchema, example } } },
      ];
    }),
  );
}
