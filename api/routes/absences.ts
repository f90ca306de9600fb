import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { say } from '../../domain/model/localized.ts';
import { absenceKeepers, mayRecordAbsence } from '../../domain/staff/absence.ts';
import type { Absence } from '../../store/absences/absence.ts';
import { colleagueBy } from '../../store/absences/colleagues.ts';
import { endAbsence } from '../../store/absences/end-absence.ts';
import { absenceById, listAbsences } from '../../store/absences/list-absences.ts';
import { AbsenceRefused, recordAbsence } from '../../store/absences/record-absence.ts';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { NotFound } from '../../store/errors.ts';
import { organisations } from '../../store/organisations.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound, unprocessable } from '../problem/known-problems.ts';
import { Problem } from '../problem/problem.ts';
import { absenceExample, absenceSchema, newAbsence, recordedAbsence } from '../schemas/absence.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, id, iso } from '../schemas/common.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const answerExample = {
  absence: absenceExample,
  standIns: { by: 'deputy', staff: [{ id: absenceExample.staff.id, name: '示例医生二' }] },
  warnings: [
    {
      code: 'DeputyIsAbsent',
      message: '代理人“示例医生二”在 2026-02-05 至 2026-02-06 中有 2 天也缺勤；那几天由示例医生三代理。',
    },
  ],
};

const record = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/staff/{id}/absences',
  operationId: 'recordAbsence',
  summary: '登记缺勤 / Record that somebody is away',
  description:
    "首尾两天都算缺勤日，按本区日历。本人，或其机构的负责人、协调员、管理员可登记。缺勤期间的通知和每日摘要交给代理人。同一缺勤重复登记答复 200。\nBoth days are days of absence, on the district's calendar. For oneself, or by a manager, coordinator or administrator of the organisation. On those days notices and digests go to whoever stands in. The same one again is answered with 200.",
  request: {
    params: byId,
    body: { required: true, content: { 'application/json': { schema: newAbsence } } },
  },
  responses: {
    201: ok(recordedAbsence, answerExample, 'Recorded.'),
    200: ok(recordedAbsence, answerExample, 'On record already.'),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const list = createRoute({
  method: 'get',
  path: '/staff/absences',
  operationId: 'listAbsences',
  summary: '缺勤一览 / Who is away',
  description:
    "调用者机构及其下级的缺勤：正在缺勤的在前，然后是将来的。\nOf the caller's organisation and what is below: who is away now first, then what is to come.",
  request: {
    query: z.strictObject({
      organisation: id.optional().openapi({ description: 'Only of this one and what is below it.' }),
      staff: id.optional(),
      past: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: '`true`: also the newest that are over or cancelled.' }),
    }),
  },
  responses: {
    200: ok(z.object({ items: z.array(absenceSchema) }), { items: [absenceExample] }, 'The absences.'),
    ...problems(404),
  },
});

const end = createRoute({
  method: 'delete',
  path: '/staff/absences/{id}',
  operationId: 'endAbsence',
  summary: '结束或取消缺勤 / End an absence, or cancel it',
  description:
    '已开始的从今天起恢复在岗，未开始或今天开始的取消；记录保留。已结束的不变。\nOne that is under way ends: the person is here from today on. One that has not begun, or began today, is cancelled. It stays on record; one that is over is left as it is.',
  request: { params: byId },
  responses: { 200: ok(absenceSchema, absenceExample, 'As it stands now.'), ...problems(403, 404) },
});

const person = { zh: '人员', en: 'member of staff' };

/** @returns the absence as the caller may see it: why somebody is away is no business of all colleagues */
const shown = (absence: Absence, caller: Caller): z.infer<typeof absenceSchema> => ({
  ...absence,
  reason: mayRecordAbsence(caller.role, absence.staff.id === caller.staff) ? absence.reason : null,
  recordedAt: iso(absence.recordedAt),
  ended: absence.ended && { ...absence.ended, at: iso(absence.ended.at) },
});

/** @throws Problem 404 when the person is out of the caller's reach, 403 when the caller may not */
async function allow(store: StoreDeps, caller: Caller, staff: string): Promise<void> {
  const own = staff === caller.staff;
  const found = await colleagueBy(store.pool, staff);
  const within = found && (found.place === caller.organisation || found.district === caller.organisation);
  if (!found || (!own && !within)) throw notFound(person);
  if (!mayRecordAbsence(caller.role, own)) throw forbidden(absenceKeepers);
}

function asProblem(error: unknown): unknown {
  if (error instanceof AbsenceRefused)
    return new Problem({
      status: error.code === 'AbsenceOverlaps' ? 409 : 422,
      code: error.code,
      title: say('不能这样登记缺勤', 'The absence cannot be recorded like this'),
      detail: error.localized,
      field: error.field,
    });
  if (error instanceof NotFound && error.what === 'deputy')
    return unprocessable(
      'deputy',
      say(
        `代理人“${error.id}”不在人员名单中；请填其编号或工号。`,
        `The deputy "${error.id}" is not on the staff list; give the id or the code.`,
      ),
    );
  return error;
}

export function absenceRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();

  app.openapi(record, async (c) => {
    const [caller, staff] = [c.get('caller'), c.req.valid('param').id];
    await allow(store, caller, staff);
    const { deputy, ...asked } = c.req.valid('json');
    const { absence, answer, standIns, warnings } = await recordAbsence(store, {
      ...asked,
      ...(deputy !== undefined && { deputy }),
      ...{ staff, by: caller.staff },
    }).catch((error: unknown) => {
      throw asProblem(error);
    });
    const body = {
      absence: shown(absence, caller),
      standIns: standIns && { by: standIns.by, staff: [...standIns.staff] },
      warnings: warnings.map(({ code, message }) => ({ code, message: message[c.get('locale')] })),
    };
    return answer === 'recorded' ? c.json(body, 201) : c.json(body, 200);
  });

  app.openapi(list, async (c) => {
    const caller = c.get('caller');
    const { organisation = caller.organisation, staff, past } = c.req.valid('query');
    const reach = await organisations(store, caller);
    if (!reach.some((one) => one.id === organisation)) throw notFound({ zh: '机构', en: 'organisation' });
    const found = await listAbsences(store, {
      ...{ organisation, past: past === 'true' },
      ...(staff !== undefined && { staff }),
    });
    return c.json({ items: found.map((one) => shown(one, caller)) }, 200);
  });

  app.openapi(end, async (c) => {
    const [caller, absence] = [c.get('caller'), c.req.valid('param').id];
    const found = await absenceById(store, absence);
    if (!found) throw notFound({ zh: '缺勤', en: 'absence' });
    await allow(store, caller, found.staff.id);
    return c.json(shown(await endAbsence(store, { absence, by: caller.staff }), caller), 200);
  });
  return app;
}
