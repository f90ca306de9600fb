import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ReadDefinition } from '../../authoring/read-definition.ts';
import { passes } from '../../domain/checker/problem.ts';
import { previewOf } from '../../domain/messaging/preview.ts';
import { locales } from '../../domain/model/localized.ts';
import { listDefinitions, publishDefinition, showDefinition } from '../../store/definitions.ts';
import { messagingRulesOver } from '../../store/messages/rules-over.ts';
import type { ApiEnv } from '../context.ts';
import { checkAside } from '../definitions/check-aside.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { administratorsOnly, notFound } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { ok, problems } from '../schemas/answers.ts';
import { iso, localized, time } from '../schemas/common.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const document = z
  .strictObject({ yaml: z.string().min(1).openapi({ description: 'The text of the file.' }) })
  .openapi('DefinitionDocument', {
    example: { yaml: 'pathway: lung\ntitle: { zh: 肺癌, en: Lung cancer }\n…' },
  });
const body = {
  // Not `required`: that would have YAML checked as JSON. The middleware asks for a body.
  required: false,
  description: 'The YAML text itself, or JSON that holds it.',
  content: {
    'application/json': { schema: document },
    'application/yaml': { schema: z.string().openapi({ example: 'pathway: lung\n' }) },
  },
};

const published = z
  .object({
    pathway: z.string(),
    version: z.int(),
    title: localized,
    contentHash: z.string(),
    publishedAt: time,
    publishedBy: z.string(),
  })
  .openapi('PublishedDefinition');
const publishedExample = {
  pathway: 'lung',
  version: 1,
  title: { zh: '肺癌早筛早诊与全程管理', en: 'Lung cancer: early detection and whole-course care' },
  contentHash: 'q1Zc0b2pXo1q8a0Xy1m0kq7c9h0eE0w3T2n0p6V8uYs',
  publishedAt: '2026-03-09T00:30:00.000Z',
  publishedBy: 'release/0.1.0',
};

const checkProblem = z
  .object({
    code: z.string(),
    severity: z.enum(['error', 'warning']),
    line: z.int(),
    column: z.int(),
    path: z.array(z.union([z.string(), z.number()])),
    message: z.string(),
    remedy: z.string(),
    story: z.array(z.string()).openapi({ description: 'How a resident would come to that.' }),
  })
  .openapi('DefinitionProblem');

const smsLengthSchema = z
  .object({
    encoding: z.enum(['GSM-7', 'UCS-2']),
    characters: z.int(),
    segments: z.int().openapi({ description: 'How many messages are paid for.' }),
  })
  .openapi('SmsLength');

const pathwayName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,99}$/)
  .openapi({ example: 'lung' });

const list = createRoute({
  method: 'get',
  path: '/definitions',
  operationId: 'listDefinitions',
  summary: '已发布的路径 / Published definitions',
  responses: {
    200: ok(z.object({ items: z.array(published) }), { items: [publishedExample] }, 'Newest version first.'),
    ...problems(),
  },
});

const show = createRoute({
  method: 'get',
  path: '/definitions/{pathway}/{version}',
  operationId: 'showDefinition',
  summary: '路径定义 / A definition',
  request: {
    params: z.object({
      pathway: pathwayName,
      version: z
        .union([z.literal('newest'), z.coerce.number().int().min(1).max(1_000_000)])
        .openapi({ type: 'string', example: 'newest', description: 'A number, or `newest`.' }),
    }),
  },
  responses: {
    200: ok(
      published.extend({ source: z.looseObject({}) }),
      { ...publishedExample, source: { pathway: 'lung' } },
      'The definition with its source.',
    ),
    ...problems(404),
  },
});

const check = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/definitions/check',
  operationId: 'checkDefinition',
  summary: '检查路径 / Check a definition',
  description:
    '指出全部问题及行、列和改法；不作任何改动。限管理员。\nSays everything that is wrong, with line, column and remedy. Changes nothing. Administrators.',
  request: { body },
  responses: {
    200: ok(
      z.object({ publishable: z.boolean(), pathway: z.string().nullable(), problems: z.array(checkProblem) }),
      {
        publishable: false,
        pathway: 'lung',
        problems: [
          {
            code: 'outcome-unanswered',
            severity: 'error',
            line: 42,
            column: 9,
            path: ['stages', 'screening', 'steps', 'risk-questionnaire', 'outcomes'],
            message: '结果“missed”没有下文。',
            remedy: '请写明之后做什么。',
            story: ['入组', '问卷逾期'],
          },
        ],
      },
      'What the checker says.',
    ),
    ...problems(403, 413, 415),
  },
});

const preview = createRoute({
  method: 'get',
  path: '/definitions/{pathway}/templates/{template}/preview',
  operationId: 'previewTemplate',
  summary: '预览消息模板 / Preview a template',
  description:
    '按本区的消息规则，以虚构居民填写最新发布版的模板，并计算短信条数。\nThe template of the newest version under the rules of the caller’s district, filled in with an invented resident, and the length of its text message.',
  request: {
    params: z.object({
      pathway: pathwayName,
      template: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,99}$/)
        .openapi({ example: 'invitation' }),
    }),
    query: z.object({ locale: z.enum(locales).optional() }),
  },
  responses: {
    200: ok(
      z
        .object({
          template: z.string(),
          locale: z.enum(locales),
          audiences: z.array(z.enum(['resident', 'staff'])),
          wordedBy: z.enum(['district', 'definition', 'built-in']),
          subject: z.string(),
          body: z.string(),
          sms: z.string(),
          length: smsLengthSchema,
          longest: smsLengthSchema.openapi({
            description: 'With the longest names and numbers of practice.',
          }),
        })
        .openapi('TemplatePreview'),
      {
        template: 'contact-us',
        locale: 'zh' as const,
        audiences: ['resident' as const],
        wordedBy: 'definition' as const,
        subject: '请与我们联系',
        body: '您好！有一项健康服务安排需要与您商量，请尽快联系示例社区卫生服务中心，电话 010-00000001。',
        sms: '您好，有一项健康服务安排需要与您商量，请尽快致电示例社区卫生服务中心：010-00000001。',
        length: { encoding: 'UCS-2' as const, characters: 45, segments: 1 },
        longest: { encoding: 'UCS-2' as const, characters: 73, segments: 2 },
      },
      'As a reader would see it.',
    ),
    ...problems(404),
  },
});

const publishAnswer = z.object({ pathway: z.string(), version: z.int(), contentHash: z.string() });
const publishExample = { pathway: 'lung', version: 2, contentHash: publishedExample.contentHash };
const publish = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/definitions',
  operationId: 'publishDefinition',
  summary: '发布路径 / Publish a definition',
  description:
    '生成该路径的下一个版本，发布后不可更改；新旅程用新版本，进行中的不变。可能遗漏居民的定义不予发布。限管理员。\nMakes the next version of the pathway, for ever as it is; new journeys start on it, running ones stay on theirs. A definition that could strand a resident is refused. Administrators.',
  request: { body },
  responses: {
    201: ok(publishAnswer, publishExample, 'Published.'),
    200: ok(publishAnswer, publishExample, 'The newest version says the same already.'),
    ...problems(403, 413, 415, 422),
  },
});

async function readBody(c: Context<ApiEnv>): Promise<ReadDefinition> {
  const { role } = c.get('caller');
  if (role !== 'administrator') throw administratorsOnly();
  const isYaml = c.req.header('content-type')?.toLowerCase().startsWith('application/yaml') ?? false;
  const text = isYaml ? await c.req.text() : document.parse(await c.req.json()).yaml;
  return checkAside(text);
}

const refusedDefinition = ({ problems: found }: ReadDefinition): Problem =>
  new Problem({
    status: 422,
    code: 'DefinitionRefused',
    title: { zh: '此定义不能发布', en: 'This definition cannot be published' },
    detail: {
      zh: `检查发现 ${found.length} 个问题，见 errors；已发布的版本不受影响。`,
      en: `The checker found ${found.length} problems, listed in errors; what is published stays as it is.`,
    },
    errors: found.slice(0, 200).map(({ line, column, message, remedy }) => ({
      in: 'body',
      field: `${line}:${column}`,
      message: { zh: `${message.zh}${remedy.zh}`, en: `${message.en} ${remedy.en}` },
    })),
  });

export function definitionRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  app.openapi(list, async (c) => {
    const items = (await listDefinitions(store)).map((one) => ({
      ...one,
      publishedAt: iso(one.publishedAt),
    }));
    return c.json({ items }, 200);
  });

  app.openapi(show, async (c) => {
    const { pathway, version } = c.req.valid('param');
    const found = await showDefinition(store, pathway, version === 'newest' ? undefined : version);
    if (!found) throw notFound({ zh: '路径定义', en: 'definition' });
    return c.json(
      {
        ...found,
        publishedAt: iso(found.publishedAt),
        source: found.source as unknown as Record<string, unknown>,
      },
      200,
    );
  });

  app.openapi(preview, async (c) => {
    const { pathway, template } = c.req.valid('param');
    const locale = c.req.valid('query').locale ?? c.get('locale');
    const found = await showDefinition(store, pathway);
    if (!found) throw notFound({ zh: '路径定义', en: 'definition' });
    const rules = await messagingRulesOver(store.pool, c.get('caller').organisation);
    const shown = previewOf(found.source, rules, template, locale);
    if (!shown) throw notFound({ zh: '消息模板', en: 'template' });
    return c.json({ ...shown, audiences: [...shown.audiences] }, 200);
  });

  app.openapi(check, async (c) => {
    const read = await readBody(c);
    const locale = c.get('locale');
    const problemsFound = read.problems.map(
      ({ code, severity, line, column, path, message, remedy, story = [] }) => ({
        code,
        severity,
        line,
        column,
        path: [...path],
        message: message[locale],
        remedy: remedy[locale],
        story: story.map((event) => event[locale]),
      }),
    );
    const publishable = read.source !== undefined && passes(read.problems);
    return c.json({ publishable, pathway: read.source?.pathway ?? null, problems: problemsFound }, 200);
  });

  app.openapi(publish, async (c) => {
    const read = await readBody(c);
    if (!read.source || !passes(read.problems)) throw refusedDefinition(read);
    const {
      version,
      contentHash,
      published: isNew,
    } = await publishDefinition(store, read.source, `staff/${c.get('caller').staff}`);
    const answer = { pathway: read.source.pathway, version, contentHash };
    return isNew ? c.json(answer, 201) : c.json(answer, 200);
  });
  return app;
}
