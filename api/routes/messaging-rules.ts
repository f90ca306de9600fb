import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import type { PlacedProblem } from '../../authoring/read-definition.ts';
import { readRules } from '../../authoring/read-rules.ts';
import { passes } from '../../domain/checker/problem.ts';
import { diffRules } from '../../domain/messaging/diff-rules.ts';
import type { Locale } from '../../domain/model/localized.ts';
import { newestSources } from '../../store/definitions.ts';
import { districtOver } from '../../store/messages/rules-over.ts';
import { rulesOnRecord, setMessagingRules, type RulesOnRecord } from '../../store/messages/rules.ts';
import type { ApiEnv } from '../context.ts';
import { namesReader } from '../names-of.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { administratorsOnly, notFound } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, isoOrNull, time } from '../schemas/common.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const rulesExample = {
  quietHours: { from: '20:00', until: '08:00' },
  routineAt: '10:00',
  publicHolidays: 'send',
  perDay: 3,
  digestAt: '08:30',
  channels: ['sms', 'email'],
  validFor: '7d',
  linkValidFor: '14d',
  clinicalWords: ['肿瘤'],
  templates: {},
  registrations: [],
};
const rulesDocument = z.looseObject({}).openapi('MessagingRules', {
  description: 'Quiet hours, channels, wordings and registrations: docs/messages.md tells of each.',
  example: rulesExample,
});
const version = z.coerce.number().int().min(0).max(1_000_000);

const show = createRoute({
  method: 'get',
  path: '/districts/{id}/messaging-rules',
  operationId: 'showMessagingRules',
  summary: '区的消息规则 / How a district speaks to people',
  description:
    '现行的规则，或指定的一版；版本 0 为出厂规则。\nThe rules in force, or those of an earlier version; version 0 are the ones that ship.',
  request: { params: byId, query: z.strictObject({ version: version.optional() }) },
  responses: {
    200: ok(
      z
        .object({
          version: z.int(),
          setAt: time.nullable(),
          setBy: z.string().nullable(),
          rules: rulesDocument,
        })
        .openapi('MessagingRulesInForce'),
      { version: 2, setAt: '2026-03-09T00:30:00.000Z', setBy: '管理员', rules: rulesExample },
      'The rules.',
    ),
    ...problems(404),
  },
});

const rulesProblem = z
  .object({
    code: z.string(),
    line: z.int(),
    column: z.int(),
    message: z.string(),
    remedy: z.string(),
  })
  .openapi('RulesProblem');

const put = createRoute({
  method: 'put',
  middleware: readableBody,
  path: '/districts/{id}/messaging-rules',
  operationId: 'setMessagingRules',
  summary: '设置区的消息规则 / Set how a district speaks to people',
  description:
    '整份规则，YAML 或 JSON；没有写的与出厂相同。有错误的不予设置（422，指出行、列和改法）。立即生效，无需重启；早先的版本保留。限本区管理员。\nThe whole rules as YAML or JSON; what is left out is as it ships. With errors they are not set (422, with line, column and remedy). In force at once, without a restart; earlier versions stay. Administrators of the district.',
  request: {
    params: byId,
    query: z.strictObject({
      basedOn: version.optional().openapi({
        description: 'The version that was looked at: refused (409) when others have been set since.',
      }),
    }),
    body: {
      // Not `required`: that would have YAML checked as JSON. The middleware asks for a body.
      required: false,
      content: {
        'application/json': { schema: rulesDocument },
        'application/yaml': { schema: z.string().openapi({ example: 'perDay: 2\n' }) },
      },
    },
  },
  responses: {
    200: ok(
      z.object({
        version: z.int(),
        isNew: z.boolean().openapi({ description: 'False: the rules in force say the same already.' }),
        changes: z.array(
          z.object({ kind: z.enum(['added', 'removed', 'changed']), path: z.string(), message: z.string() }),
        ),
        warnings: z.array(rulesProblem),
      }),
      {
        version: 3,
        isNew: true,
        changes: [{ kind: 'changed', path: 'perDay', message: '每人每天至多几条：由 3 改为 2' }],
        warnings: [],
      },
      'In force.',
    ),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const refusedRules = (found: readonly PlacedProblem[]): Problem =>
  new Problem({
    status: 422,
    code: 'RulesRefused',
    title: { zh: '消息规则有误', en: 'These rules are not right' },
    detail: {
      zh: `检查发现 ${found.length} 个问题，见 errors；现行的规则没有改动。`,
      en: `There are ${found.length} problems, listed in errors; the rules in force stay as they are.`,
    },
    errors: found.slice(0, 200).map(({ line, column, message, remedy }) => ({
      in: 'body',
      field: `${line}:${column}`,
      message: { zh: `${message.zh}${remedy.zh}`, en: `${message.en} ${remedy.en}` },
    })),
  });

const warningView = (locale: Locale, { code, line, column, message, remedy }: PlacedProblem) => ({
  ...{ code, line, column },
  message: message[locale],
  remedy: remedy[locale],
});

export function messagingRulesRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  const names = namesReader(store);
  const unknown = (): Problem => notFound({ zh: '区', en: 'district' });
  const recorded = async (district: string, of?: number): Promise<RulesOnRecord> => {
    const found = await rulesOnRecord(store.pool, district, of);
    if (found) return found;
    throw notFound({ zh: '版本', en: 'version' });
  };

  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param');
    if ((await districtOver(store.pool, c.get('caller').organisation)) !== id) throw unknown();
    const { setAt, setBy, ...found } = await recorded(id, c.req.valid('query').version);
    const known = await names();
    const by = setBy === null ? null : (known.staff(setBy.replace(/^staff\//u, '')) ?? setBy);
    return c.json({ ...found, rules: { ...found.rules }, setAt: isoOrNull(setAt), setBy: by }, 200);
  });

  app.openapi(put, async (c) => {
    const { id } = c.req.valid('param');
    const caller = c.get('caller');
    if ((await districtOver(store.pool, caller.organisation)) !== id) throw unknown();
    if (caller.role !== 'administrator' || caller.organisation !== id) throw administratorsOnly();
    const { rules, problems: found } = readRules(await c.req.text(), {
      file: 'rules.yaml',
      definitions: await newestSources(store),
    });
    if (!rules || !passes(found)) throw refusedRules(found);
    const { basedOn } = c.req.valid('query');
    const before = await recorded(id);
    const locale = c.get('locale');
    const changes = diffRules(before.rules, rules).map(({ message, ...change }) => ({
      ...change,
      message: message[locale],
    }));
    const isNew = changes.length > 0;
    const by = `staff/${caller.staff}`;
    const inForce = isNew
      ? await setMessagingRules(store, id, rules, by, basedOn ?? before.version)
      : before.version;
    const warnings = found.map((problem) => warningView(locale, problem));
    return c.json({ version: inForce, isNew, changes, warnings }, 200);
  });
  return app;
}
