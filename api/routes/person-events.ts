import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { assertNever } from '../../domain/model/assert-never.ts';
import { mayAct, rolesThatMay } from '../../domain/rights/may-act.ts';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { journeysOf } from '../../store/journey-by-id.ts';
import { allOrganisations } from '../../store/organisations.ts';
import type { FanOut } from '../../store/fan-out.ts';
import {
  residentDied,
  residentMoved,
  residentOptedIn,
  residentOptedOut,
  transferResident,
} from '../../store/person-events.ts';
import { restoreResident } from '../../store/restore-resident.ts';
import { residentById } from '../../store/residents.ts';
import { doctorOf } from '../commands/run-command.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbidden, notFound, unprocessable } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, id, idempotent, instant, iso, isoOrNull, text } from '../schemas/common.ts';
import { residentJourneyExample, residentJourneySchema } from '../schemas/resident.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const reason = text(2_000);
const personEvent = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('died'), happenedAt: instant.optional() }),
    z.strictObject({
      kind: z.literal('moved'),
      happenedAt: instant.optional(),
      reason: reason.optional(),
    }),
    z.strictObject({ kind: z.literal('opted-out'), reason, pathway: text(100).optional() }),
    z.strictObject({ kind: z.literal('opted-in'), pathway: text(100).optional() }),
    /** The death, or the move, that the record says: the person is active again, and so are the journeys it ended. */
    z.strictObject({ kind: z.literal('enteredInError'), reason }),
    z.strictObject({
      kind: z.literal('transferred'),
      /** Id or code of the new centre. */
      centre: text(100),
      /** Id or code of a family doctor of the new centre. */
      doctor: text(100).nullable().optional(),
      reason: reason.optional(),
    }),
  ])
  .openapi('PersonEvent', { example: { kind: 'died', happenedAt: '2026-03-09T08:30:00+08:00' } });
type PersonEvent = z.infer<typeof personEvent>;

const route = createRoute({
  method: 'post',
  middleware: readableBody,
  path: '/residents/{id}/events',
  operationId: 'recordPersonEvent',
  summary: '居民事件 / Something happened to a person',
  description:
    '死亡、迁出、退出、重新参加、转中心，以及撤销误录的死亡或迁出：在一个事务内作用于该居民的全部旅程。\nReaches every journey of the person in one transaction: died, moved, opted out or in again, changed centre; `enteredInError` takes back a death or a move.',
  request: {
    params: byId,
    headers: idempotent,
    body: { required: true, content: { 'application/json': { schema: personEvent } } },
  },
  responses: {
    200: ok(
      z.object({ resident: id, status: z.string(), journeys: z.array(residentJourneySchema) }),
      {
        resident: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11',
        status: 'died',
        journeys: [
          {
            ...residentJourneyExample,
            endedAt: '2026-03-09T00:31:00.000Z',
            ending: 'died',
            nextDeadlineAt: null,
          },
        ],
      },
      'How the person and the journeys stand now.',
    ),
    ...problems(403, 404, 409, 413, 415, 422),
  },
});

const given = <K extends string, V>(key: K, value: V | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };

async function happen(
  store: StoreDeps,
  caller: Caller,
  resident: string,
  idempotencyKey: string,
  event: PersonEvent,
): Promise<FanOut[]> {
  const common = { resident, idempotencyKey };
  switch (event.kind) {
    case 'died':
      return residentDied(store, caller, { ...common, ...given('happenedAt', event.happenedAt) });
    case 'moved':
      return residentMoved(store, caller, {
        ...common,
        ...given('reason', event.reason),
        ...given('happenedAt', event.happenedAt),
      });
    case 'opted-out':
      return residentOptedOut(store, caller, {
        ...common,
        reason: event.reason,
        ...given('pathway', event.pathway),
      });
    case 'opted-in':
      return residentOptedIn(store, caller, { ...common, ...given('pathway', event.pathway) });
    case 'enteredInError':
      return restoreResident(store, caller, { ...common, reason: event.reason });
    case 'transferred': {
      const centre = (await allOrganisations(store)).find(
        (place) =>
          place.level === 'centre' &&
          (place.id === event.centre.toLowerCase() || place.code === event.centre),
      );
      if (!centre)
        throw unprocessable('centre', {
          zh: `没有社区中心“${event.centre}”。`,
          en: `There is no centre "${event.centre}".`,
        });
      const doctor = event.doctor ? await doctorOf(store, event.doctor, centre.id) : null;
      return transferResident(store, caller, {
        ...common,
        centre: centre.id,
        doctor,
        ...given('reason', event.reason),
      });
    }
    default:
      return assertNever(event);
  }
}

export function personEventRoutes({ store, poke, metrics }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();
  app.openapi(route, async (c) => {
    const caller = c.get('caller');
    const resident = c.req.valid('param').id;
    const event = c.req.valid('json');
    if (!(await residentById(store, caller, resident))) throw notFound({ zh: '居民', en: 'resident' });
    const action = { kind: 'course' } as const;
    if (!mayAct(caller.role, action)) throw forbidden(rolesThatMay(action));
    const answers = await happen(store, caller, resident, c.req.valid('header')['idempotency-key'], event);
    metrics.command(`person:${event.kind}`, answers[0]?.status ?? 'committed');
    for (const { poke: raised, journey } of answers) if (raised) poke(journey);
    const [now, journeys] = await Promise.all([
      residentById(store, caller, resident),
      journeysOf(store, caller, resident),
    ]);
    return c.json(
      {
        resident,
        status: now?.status ?? 'transferred',
        journeys: journeys.map(({ enrolledAt, endedAt, nextDeadlineAt, ...rest }) => ({
          ...rest,
          enrolledAt: iso(enrolledAt),
          endedAt: isoOrNull(endedAt),
          nextDeadlineAt: isoOrNull(nextDeadlineAt),
        })),
      },
      200,
    );
  });
  return app;
}
