import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../context.ts';

export type OpenApiDocument = ReturnType<OpenAPIHono<ApiEnv>['getOpenAPI31Document']>;

const description = `每位居民的癌症防治全程。What is acknowledged is committed; deadlines are kept by a durable clock.

- **令牌 / Token**: \`Authorization: Bearer …\`; on a laptop, \`npx yilu token --user <staff code>\` prints one that lasts a quarter of an hour. Role and organisation come from the staff list. What lies outside of the caller's reach is answered as if it did not exist (404).
- **幂等 / Idempotency**: commands carry an \`Idempotency-Key\`. The same key with the same body gives the same answer; with another body, 422.
- **语言 / Language**: problems are told in Chinese, or in English with \`Accept-Language: en\`; names of things come in both.
- **时间 / Time**: ISO 8601 with its offset going in, UTC coming out.
- **错误 / Errors**: RFC 9457 problem details with a stable \`code\`, and \`accepted\` where something else would have been taken.`;

/** @returns the interface as OpenAPI 3.1 describes it */
export function openApiDocument(app: OpenAPIHono<ApiEnv>, release: string): OpenApiDocument {
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
  });
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: '一路 Yilu', version: release, description },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
  });
}
