import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../context.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono<ApiEnv>['getOpenAPI31Document']>;

const description = `每位居民的癌症防治全程：确认过的都已写入数据库，期限由持久的时钟看守。
The whole course of every resident's cancer care: what is acknowledged is committed, and deadlines are kept by a durable clock.

- **令牌 / Token**：请求头 \`Authorization: Bearer …\`；本机用 \`npx yilu token --user <工号>\` 获取，有效 15 分钟。角色和机构以人员名单为准；权限范围之外的一律答复 404。On a laptop that command prints one for a quarter of an hour; role and organisation come from the staff list, and what lies outside of the caller's reach is answered as if it did not exist.
- **幂等 / Idempotency**：操作须带 \`Idempotency-Key\`。同一标识、同一内容得到同一答复；内容不同则答复 422。The same key with the same body gives the same answer; with another body, 422.
- **语言 / Language**：错误说明默认中文，\`Accept-Language: en\` 为英文；名称总是两种语言。Problems are told in Chinese, or in English if asked; names of things come in both.
- **时间 / Time**：请求中为带时区的 ISO 8601，答复中为 UTC。ISO 8601 with its offset going in, UTC coming out.
- **错误 / Errors**：RFC 9457；\`code\` 稳定不变，\`accepted\` 列出可接受的内容。Problem details with a stable code, and what would have been taken.`;

/** What concerns residents first, what concerns machines last. */
const inOrder = <T extends object>(paths: T): T =>
  Object.fromEntries(
    Object.entries(paths).toSorted(
      ([a], [b]) => Number(b.startsWith('/api/')) - Number(a.startsWith('/api/')),
    ),
  ) as T;

/** @returns the interface as OpenAPI 3.1 describes it */
export function openApiDocument(app: OpenAPIHono<ApiEnv>, release: string): OpenApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'providerSignature', {
    type: 'apiKey',
    in: 'header',
    name: 'X-Yilu-Signature',
    description: '短信服务商自己的签名 / The signature of an SMS provider; Twilio and Aliyun have their own.',
  });
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '一路 Yilu', version: release, description },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
  });
  return { ...document, ...(document.paths && { paths: inOrder(document.paths) }) };
}
