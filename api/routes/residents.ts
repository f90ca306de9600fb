import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { checkIdentityNumber } from '../../domain/resident/identity-number.ts';
import { correctContact } from '../../store/correct-contact.ts';
import { journeysOf } from '../../store/journey-by-id.ts';
import { organisations } from '../../store/organisations.ts';
import { registerResident } from '../../store/register-resident.ts';
import { residentById, residents, type Resident } from '../../store/residents.ts';
import { mayAct, rolesThatMay } from '../../domain/rights/may-act.ts';
import { doctorOf } from '../commands/run-command.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound, unprocessable } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, cursor, isoOrNull, limit, nextCursor, text } from '../schemas/common.ts';
import {
  contactCorrection,
  newResident,
  residentSchema,
  residentExample,
  residentJourneySchema,
} from '../schemas/resident.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const identityNumberReasons = {
  length: ['身份证号应为 18 位', 'an identity number has 18 characters'],
  characters: ['身份证号应为 17 位数字加一位数字或 X', 'it is 17 digits and a digit or X'],
  date: ['身份证号中的出生日期不存在', 'its birth date does not exist'],
  checkDigit: ['身份证号校验位不符，请核对', 'its check character does not fit; look at the card again'],
} as const;

const shown = ({ consent: _consent, ...resident }: Resident) => resident;

const register = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/residents',
  operationId: 'registerResident',
  summary: '登记居民 / Register a resident',
  description:
    '以身份证号为准，重复登记同一居民答复 200；出生日期和性别取自身份证号。\nIdempotent by identity number: a resident who is registered already, in the same way, is answered with 200. Birth date and sex come from the identity number.',
  request: { body: { required: true, content: { 'application/json': { schema: newResident } } } },
  responses: {
    201: ok(residentSchema, residentExample, 'Registered.'),
    200: ok(residentSchema, residentExample, 'Registered before.'),
    ...problems(403, 409, 413, 415, 422),
  },
});

const search = createRoute({
  method: 'get',
  path: '/residents',
  operationId: 'findResidents',
  summary: '查找居民 / Find residents',
  request: {
    query: z.strictObject({
      name: text(100).optional().openapi({ description: 'The name begins so.' }),
      identityNumber: text(18).optional(),
      phone: text(30).optional().openapi({ description: 'The number begins so.' }),
      centre: text(100).optional().openapi({ description: 'Id or code of a centre.' }),
      after: cursor('namedResident'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(residentSchema), next: nextCursor }),
      { items: [residentExample], next: null },
      'Those within the reach of the caller, by name.',
    ),
    ...problems(422),
  },
});

const one = createRoute({
  method: 'get',
  path: '/residents/{id}',
  operationId: 'showResident',
  summary: '居民及其旅程 / A resident and the journeys',
  request: { params: byId },
  responses: {
    200: ok(
      residentSchema.extend({ journeys: z.array(residentJourneySchema) }),
      { ...residentExample, journeys: [] },
      'The resident.',
    ),
    ...problems(404),
  },
});

const contact = createRoute({
  method: 'put',
  middleware: readableBody,
  path: '/residents/{id}/contact',
  operationId: 'correctContact',
  summary: '更正联系方式 / Correct the contact details',
  description:
    '未给出的保持不变，null 表示没有。下一条消息即按新的联系方式发送；如有待办步骤 `contact-details`，请另记录其结果。\nWhat is left out stays, null means that there is none. The next message goes to the new address; the outcome of the step `contact-details`, if it is open, is recorded by a command.',
  request: {
    params: byId,
    body: { required: true, content: { 'application/json': { schema: contactCorrection } } },
  },
  responses: {
    200: ok(residentSchema, residentExample, 'The resident, as corrected.'),
    ...problems(403, 404, 413, 415),
  },
});

/** The record of a person is kept by whoever looks after the person, and by administrators. */
function mustCareFor({ role }: ApiEnv['Variables']['caller']): void {
  const action = { kind: 'care', owners: [] } as const;
  if (role !== 'administrator' && !mayAct(role, action)) throw forbidden(rolesThatMay(action));
}

export function residentRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  /** @returns the id of a centre within the caller's reach, named by id or code */
  const centreOf = async (caller: ApiEnv['Variables']['caller'], named: string): Promise<string> => {
    const centres = (await organisations(store, caller)).filter(({ level }) => level === 'centre');
    const found = centres.find(({ id, code }) => id === named.toLowerCase() || code === named);
    if (found) return found.id;
    throw unprocessable(
      'centre',
      {
        zh: `您的权限范围内没有社区中心“${named}”。`,
        en: `There is no centre "${named}" within your reach.`,
      },
      centres.map(({ code }) => code),
    );
  };

  app.openapi(register, async (c) => {
    const caller = c.get('caller');
    const given = c.req.valid('json');
    mustCareFor(caller);
    const number = checkIdentityNumber(given.identityNumber.trim());
    if (!number.valid) {
      const [zh, en] = identityNumberReasons[number.reason];
      throw unprocessable('identityNumber', { zh: `${zh}。`, en: `The identity number is wrong: ${en}.` });
    }
    const { value: identityNumber, birthDate, sex } = number;
    if (birthDate > new Date().toISOString().slice(0, 10))
      throw unprocessable('identityNumber', {
        zh: '身份证号中的出生日期在将来。',
        en: 'The birth date in the identity number lies in the future.',
      });
    const centre = await centreOf(caller, given.centre);
    const doctor =
      given.contractDoctor === undefined ? null : await doctorOf(store, given.contractDoctor, centre);
    const { created, id } = await registerResident(store, caller, {
      name: given.name,
      identityNumber,
      birthDate,
      sex,
      centre,
      phone: given.phone ?? null,
      email: given.email ?? null,
      locale: given.locale,
      contractDoctor: doctor,
    });
    const resident = await residentById(store, caller, id);
    if (!resident) throw notFound({ zh: '居民', en: 'resident' });
    return created ? c.json(shown(resident), 201) : c.json(shown(resident), 200);
  });

  app.openapi(search, async (c) => {
    const caller = c.get('caller');
    const { name, identityNumber, phone, centre, after, limit: most } = c.req.valid('query');
    const page = await residents(store, caller, {
      limit: most,
      ...(name !== undefined && { name }),
      ...(identityNumber !== undefined && { identityNumber: identityNumber.toUpperCase() }),
      ...(phone !== undefined && { phone }),
      ...(centre !== undefined && { centre: await centreOf(caller, centre) }),
      ...(after !== undefined && { cursor: after }),
    });
    return c.json({ items: page.items.map(shown), next: page.next }, 200);
  });

  app.openapi(one, async (c) => {
    const caller = c.get('caller');
    const resident = await residentById(store, caller, c.req.valid('param').id);
    if (!resident) throw notFound({ zh: '居民', en: 'resident' });
    const journeys = (await journeysOf(store, caller, resident.id)).map(
      ({ enrolledAt, endedAt, nextDeadlineAt, ...rest }) => ({
        ...rest,
        enrolledAt: new Date(enrolledAt).toISOString(),
        endedAt: isoOrNull(endedAt),
        nextDeadlineAt: isoOrNull(nextDeadlineAt),
      }),
    );
    return c.json({ ...shown(resident), journeys }, 200);
  });

  app.openapi(contact, async (c) => {
    const caller = c.get('caller');
    mustCareFor(caller);
    const { id } = c.req.valid('param');
    await correctContact(store, caller, id, c.req.valid('json'));
    const resident = await residentById(store, caller, id);
    if (!resident) throw notFound({ zh: '居民', en: 'resident' });
    return c.json(shown(resident), 200);
  });
  return app;
}
