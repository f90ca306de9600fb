import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentAjv } from '../../support/answer-checker.ts';
import { apiFixture, type ApiFixture } from '../../support/api-fixture.ts';

interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId?: string;
  summary?: string;
  security?: unknown[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let api: ApiFixture;
let document: Document;
let operations: { name: string; path: string; method: string; operation: Operation }[];
beforeAll(async () => {
  api = await apiFixture();
  document = (await api.get('/api/openapi.json', { as: null })).body as unknown as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      name: `${method} ${path}`,
      path,
      method,
      operation,
    })),
  );
});
afterAll(() => api.close());

describe('the OpenAPI document', () => {
  it('is 3.1, and every operation has a name of its own and a summary', () => {
    expect(document.openapi).toMatch(/^3\.1\./u);
    const names = operations.map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain(undefined);
    for (const { name, operation } of operations) expect(operation.summary, name).toMatch(/ \/ /u);
  });

  it('gives every answer a schema and an example that fits it', () => {
    const { ajv, named } = documentAjv(document);
    let checked = 0;
    for (const { name, operation } of operations)
      for (const [status, { content }] of Object.entries(operation.responses)) {
        expect(content, `${name} ${status}`).toBeDefined();
        for (const media of Object.values(content ?? {})) {
          expect(media.schema, `${name} ${status}`).toBeDefined();
          expect(media.example, `${name} ${status}`).toBeDefined();
          const validate = ajv.compile(named(media.schema ?? {}));
          expect(validate(media.example), `${name} ${status}: ${ajv.errorsText(validate.errors)}`).toBe(true);
          checked += 1;
        }
      }
    expect(checked).toBeGreaterThan(operations.length);
  });

  it('gives every request body examples that fit its schema', () => {
    const { ajv, named } = documentAjv(document);
    for (const { name, operation } of operations)
      for (const media of Object.values(operation.requestBody?.content ?? {})) {
        const validate = ajv.compile(named(media.schema ?? {}));
        for (const { value } of Object.values(media.examples ?? {}))
          expect(validate(value), `${name}: ${ajv.errorsText(validate.errors)}`).toBe(true);
      }
  });

  it('shows each kind of command by an example that fits it', () => {
    const { ajv } = documentAjv(document);
    const kinds = (document.components.schemas['Command'] as { oneOf: { $ref: string }[] }).oneOf;
    expect(kinds).toHaveLength(11);
    for (const { $ref } of kinds) {
      const name = $ref.slice($ref.lastIndexOf('/') + 1);
      const { example, ...schema } = document.components.schemas[name] as { example?: unknown };
      expect(example, name).toBeDefined();
      expect(ajv.validate(schema, example), `${name}: ${ajv.errorsText()}`).toBe(true);
    }
  });

  it('names every route that the app has', () => {
    const documented = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const own = api.app.routes
      .filter(({ method, path }) => method !== 'ALL' && !path.includes('*'))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/gu, '{$1}')}`)
      .filter((route) => !['GET /api/openapi.json', 'GET /api/docs', 'GET /'].includes(route))
      // Pages for residents, not an interface for programs: docs/messages.md tells of them.
      .filter((route) => !/^[A-Z]+ \/r\//u.test(route));
    expect([...new Set(own)].sort()).toEqual(documented.sort());
  });
});

describe('every route but the open ones', () => {
  it('needs a bearer token', async () => {
    for (const { name, path, method, operation } of operations) {
      const address = path.replaceAll(/\{\w+\}/gu, '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11');
      const answer = await api.app.request(address, { method: method.toUpperCase() });
      if (operation.security?.length === 0) expect(answer.status, name).toBe(200);
      // Authenticated by the provider itself, and none is set here.
      else if (path.startsWith('/webhooks/')) expect(answer.status, name).toBe(404);
      else {
        expect(answer.status, name).toBe(401);
        expect(answer.headers.get('www-authenticate'), name).toBe('Bearer');
        expect(answer.headers.get('content-type'), name).toContain('application/problem+json');
      }
    }
  });

  it('takes a token only of its issuer, for its audience, unexpired, of somebody on the staff list', async () => {
    const good = await api.token('district');
    const [head = '', body = '', signature = ''] = good.split('.');
    const forged = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...forged, sub: 'administrator' })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    for (const bad of [`${head}.${other}.${signature}`, `${none}.${body}.`, 'x.y.z', `${good}x`]) {
      const answer = await api.get('/api/v1/worklist', { headers: { authorization: `Bearer ${bad}` } });
      expect([answer.status, answer.body['code']]).toEqual([401, 'TokenInvalid']);
    }
    const stranger = await api.get('/api/v1/worklist', {
      headers: { authorization: `Bearer ${await api.token('nobody' as 'district')}` },
    });
    expect([stranger.status, stranger.body['code']]).toEqual([401, 'StaffUnknown']);
  });
});

describe('what is not right is told as problem details', () => {
  it.each([
    ['zh', '找不到该地址', '/nowhere', 404],
    ['en', 'There is no such address', '/nowhere', 404],
  ])('%s: %s', async (language, says, path, status) => {
    const answer = await api.get(path, { language });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('content-language')).toBe(language === 'zh' ? 'zh-CN' : 'en');
    expect(answer.body['detail']).toContain(says);
  });

  it('405 names the methods that are taken', async () => {
    const answer = await api.app.request('/api/v1/worklist', {
      method: 'PUT',
      headers: { authorization: `Bearer ${await api.token('district')}` },
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET']);
  });

  it('413 for a body that is too large, 415 for what is not JSON, 400 with the place for broken JSON', async () => {
    const large = await api.post('/api/v1/residents', { name: 'x'.repeat(2_600_000) }, {});
    expect([large.status, large.body['code']]).toEqual([413, 'TooLarge']);
    const form = await api.post('/api/v1/residents', 'name=x', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect([form.status, form.body['code']]).toEqual([415, 'MediaTypeUnsupported']);
    const broken = await api.post('/api/v1/residents', '{"name": }', { language: 'en' });
    expect([broken.status, broken.body['code']]).toEqual([400, 'JsonInvalid']);
    expect(broken.body['detail']).toContain('Unexpected token');
  });

  it.each([
    ['zh-CN,zh;q=0.9', '“centre”必填，应为文字；“name”长度至少为 1；“body”没有这样的字段：age；请删除。'],
    [
      'en-GB,en;q=0.9,zh;q=0.1',
      '"centre" is required: text; "name" needs a length of 1 at least; "body" has no such field: age; leave it out.',
    ],
  ])('400 names every field, what is wrong and what would be right: %s', async (language, detail) => {
    const answer = await api.post(
      '/api/v1/residents',
      { name: ' ', identityNumber: '990001196002290018', age: 60 },
      { language },
    );
    expect(answer.status).toBe(400);
    const said = String(answer.body['detail']);
    for (const part of detail.replace(/[.。]$/u, '').split(/；(?=“)|; (?=")/u)) expect(said).toContain(part);
    const errors = answer.body['errors'] as { in: string; field: string }[];
    expect(errors.map(({ in: where, field }) => `${where}:${field}`).sort()).toEqual([
      'body:',
      'body:centre',
      'body:name',
    ]);
  });

  it('a command without an Idempotency-Key, or of an unknown kind, is told what would be right', async () => {
    const journey = await api.journey();
    const token = await api.token('district');
    const path = `/api/v1/journeys/${journey}/commands`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const keyless = await api.app.request(path, { method: 'POST', headers, body: '{"kind":"resume"}' });
    expect(keyless.status).toBe(400);
    expect(await keyless.json()).toMatchObject({
      code: 'Invalid',
      errors: [{ in: 'header', field: 'idempotency-key' }],
    });
    const unknown = await api.post(path, { kind: 'dance' }, { language: 'en' });
    expect(unknown.status).toBe(400);
    expect(unknown.body['detail']).toContain('"kind" should be one of recordOutcome, correctFacts');
  });
});

it('answers carry the headers that keep a browser from harm, and nothing is cached', async () => {
  const { headers } = await api.get('/api/v1/worklist');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/u);
});
