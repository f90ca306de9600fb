import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi';
import { civilDay } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import type { SlotAction } from '../../domain/rights/may-book.ts';
import type { Caller } from '../../store/caller.ts';
import { appointmentSeen, appointmentsOf } from '../../store/slots/appointments.ts';
import { changeAppointment, type AppointmentChange } from '../../store/slots/change-appointment.ts';
import { mustWithSlots } from '../booking.ts';
import type { ApiEnv } from '../context.ts';
import { readableBody } from '../middleware/readable-body.ts';
import { forbiddenHere, notFound } from '../problem/known-problems.ts';
import { ok, problems } from '../schemas/answers.ts';
import { byId, cursor, id, instant, limit, nextCursor, text } from '../schemas/common.ts';
import {
  appointmentAnswer,
  appointmentExample,
  appointmentSchema,
  appointmentStatus,
  poolReference,
} from '../schemas/slots.ts';
import { routes, type RouteDeps } from './route-deps.ts';

const list = createRoute({
  method: 'get',
  path: '/appointments',
  operationId: 'showAppointments',
  summary: '预约 / Appointments',
  description:
    '权限范围内居民的预约，以及本机构号池的预约，先开始的在前，按键分页。`day` 按区里的日历，与 `from`、`to` 并用时取交集。\nOf the residents within the reach of the caller, and in the pools of the own organisation, the earliest first, paged by key. `day` is one of the district; together with `from` and `to` all of them count.',
  request: {
    query: z.strictObject({
      pool: poolReference.optional(),
      resident: id.optional(),
      journey: id.optional(),
      status: appointmentStatus.optional(),
      day: z.iso.date().optional().openapi({ example: '2026-03-09' }),
      from: instant.optional(),
      to: instant.optional(),
      after: cursor('slotInTime'),
      limit,
    }),
  },
  responses: {
    200: ok(
      z.object({ items: z.array(appointmentSchema), next: nextCursor }),
      { items: [appointmentExample], next: null },
      'The appointments.',
    ),
    ...problems(),
  },
});

const withReason = z.strictObject({ reason: text(500) });
const perhapsReason = z.strictObject({ reason: text(500).optional() });

const change = <P extends string, S extends typeof withReason | typeof perhapsReason>(
  verb: P,
  schema: S,
  told: { readonly operationId: string; readonly summary: string; readonly description: string },
) =>
  createRoute({
    ...told,
    method: 'post',
    middleware: readableBody,
    path: `/appointments/{id}/${verb}` as const,
    request: {
      params: byId,
      body: {
        required: true,
        content: {
          'application/json': {
            schema,
            examples: {
              plain: { value: schema === withReason ? { reason: '居民来电' } : {} },
            },
          },
        },
      },
    },
    responses: {
      200: ok(
        appointmentSchema,
        { ...appointmentExample, heldUntil: null, status: 'booked' },
        'As it stands now.',
      ),
      ...problems(403, 404, 409, 413, 415),
    },
  });

const confirm = change('confirm', perhapsReason, {
  operationId: 'confirmAppointment',
  summary: '确认预约 / Confirm an appointment',
  description:
    '在 `heldUntil` 之前；过期答复 409（HoldOver）。候补得到的名额也这样接受。\nBefore `heldUntil`; later it is answered 409 (HoldOver). This also takes a place that was offered to somebody who waited.',
});
const checkIn = change('check-in', perhapsReason, {
  operationId: 'checkInAppointment',
  summary: '报到 / The resident has come',
  description: '限号池所在机构和本区协调员。\nBy the organisation of the pool and the district coordinator.',
});
const complete = change('complete', perhapsReason, {
  operationId: 'completeAppointment',
  summary: '完成 / It was done',
  description: '开始之前答复 409（AppointmentNotBegun）。\nBefore it begins, 409 (AppointmentNotBegun).',
});
const miss = change('miss', perhapsReason, {
  operationId: 'missAppointment',
  summary: '爽约 / The resident did not come',
  description: '开始之前答复 409（AppointmentNotBegun）。\nBefore it begins, 409 (AppointmentNotBegun).',
});
const cancel = change('cancel', withReason, {
  operationId: 'cancelAppointment',
  summary: '取消预约 / Cancel an appointment',
  description:
    '名额立即给候补的第一位。未确认的保留和候补得到的名额也这样放弃。\nThe place is offered at once to whoever waits first. This also gives back a hold or an offer.',
});

export function appointmentRoutes({ store }: RouteDeps): OpenAPIHono<ApiEnv> {
  const app = routes();

  /** Who looks after the resident books; where the resident comes to, it is said what became of it. */
  async function changed(
    caller: Caller,
    to: AppointmentChange,
    { action, appointment, reason }: { action: SlotAction; appointment: string; reason: string | undefined },
  ) {
    const seen = await appointmentSeen(store, caller, appointment);
    if (!seen) throw notFound({ zh: '预约', en: 'appointment' });
    mustWithSlots(caller, action);
    if (action === 'receive' && caller.level !== 'district' && caller.organisation !== seen.pool.organisation)
      throw forbiddenHere();
    await changeAppointment(store, to, { appointment, ...(reason !== undefined && { reason }) });
    const view = await appointmentSeen(store, caller, appointment);
    if (!view) throw notFound({ zh: '预约', en: 'appointment' });
    return appointmentAnswer(view);
  }

  app.openapi(list, async (c) => {
    const { day, from, to, after, pool, resident, journey, status, limit: most } = c.req.valid('query');
    const clock = zoneClock((await store.calendar()).zone);
    const first = day === undefined ? undefined : clock.instantOf(civilDay(day), 0);
    const last = day === undefined ? undefined : clock.instantOf(civilDay(day) + 1, 0);
    const starts = [from, first].filter((at) => at !== undefined);
    const ends = [to, last].filter((at) => at !== undefined);
    const page = await appointmentsOf(store, c.get('caller'), {
      limit: most,
      ...(pool !== undefined && { pool }),
      ...(resident !== undefined && { resident }),
      ...(journey !== undefined && { journey }),
      ...(status !== undefined && { status }),
      ...(starts.length > 0 && { from: Math.max(...starts) }),
      ...(ends.length > 0 && { to: Math.min(...ends) }),
      ...(after !== undefined && { cursor: after }),
    });
    return c.json({ items: page.items.map(appointmentAnswer), next: page.next }, 200);
  });

  app.openapi(confirm, async (c) => {
    const [{ id: appointment }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(await changed(c.get('caller'), 'booked', { action: 'book', appointment, reason }), 200);
  });
  app.openapi(checkIn, async (c) => {
    const [{ id: appointment }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(
      await changed(c.get('caller'), 'checked-in', { action: 'receive', appointment, reason }),
      200,
    );
  });
  app.openapi(complete, async (c) => {
    const [{ id: appointment }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(
      await changed(c.get('caller'), 'completed', { action: 'receive', appointment, reason }),
      200,
    );
  });
  app.openapi(miss, async (c) => {
    const [{ id: appointment }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(await changed(c.get('caller'), 'missed', { action: 'receive', appointment, reason }), 200);
  });
  app.openapi(cancel, async (c) => {
    const [{ id: appointment }, { reason }] = [c.req.valid('param'), c.req.valid('json')];
    return c.json(await changed(c.get('caller'), 'cancelled', { action: 'book', appointment, reason }), 200);
  });
  return app;
}
