import { z } from '@hono/zod-openapi';
import { audiences } from '../../domain/scheduling/pool.ts';
import { urgencies } from '../../domain/scheduling/waiting-order.ts';
import type { AppointmentView } from '../../store/slots/appointments.ts';
import { appointmentStatuses } from '../../store/slots/appointment.ts';
import type { FreeSlotView } from '../../store/slots/free-slots.ts';
import type { WaitingEntryView } from '../../store/slots/waiting-entries.ts';
import { id, iso, isoOrNull, localized, stepReference, text, time } from './common.ts';

export const audience = z.enum(audiences);
export const service = text(100).openapi({ example: 'low-dose-ct' });
/** Id or code of a pool. */
export const poolReference = text(100).openapi({ example: 'SL-H1-LDCT' });

const pool = z
  .object({ id, code: z.string(), title: localized, organisation: id, site: z.string() })
  .openapi('SlotPool');
const person = z.object({ id, name: z.string() });

const poolExample = {
  id: 'b3c1c8de-8d2f-4a66-9a6a-0f1d6f1b2c3d',
  code: 'SL-H1-LDCT',
  title: { zh: '社区筛查低剂量 CT', en: 'Low-dose CT for community screening' },
  organisation: '0b6a5a4e-52f7-4d53-8d2a-6f1f3a5b7c9d',
  site: 'SL-H1-MAIN',
};
const personExample = { id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', name: '测试居民' };

export const freeSlotSchema = z
  .object({
    id,
    pool,
    service: z.string(),
    audience: audience.openapi({ description: 'Of the pool; what was released is open to others too.' }),
    startsAt: time,
    endsAt: time,
    capacity: z.int(),
    free: z.int().openapi({ description: 'Places that the audience asked for may take now.' }),
    bookableUntil: time,
  })
  .openapi('FreeSlot');
export const freeSlotExample = {
  id: 'd1f6a1b2-5f0a-4b1e-8f55-1f0a2b3c4d5e',
  pool: poolExample,
  service: 'low-dose-ct',
  audience: 'community-screening',
  startsAt: '2026-03-09T00:30:00.000Z',
  endsAt: '2026-03-09T01:00:00.000Z',
  capacity: 4,
  free: 3,
  bookableUntil: '2026-03-08T22:30:00.000Z',
};
export const freeSlotAnswer = ({ startsAt, endsAt, bookableUntil, ...slot }: FreeSlotView) => ({
  ...slot,
  startsAt: iso(startsAt),
  endsAt: iso(endsAt),
  bookableUntil: iso(bookableUntil),
});

export const newHold = z
  .strictObject({
    resident: id,
    audience: audience.openapi({ description: 'As whom: decides which slots are open.' }),
    journey: id.optional(),
    step: stepReference.optional().openapi({ description: 'Of the journey, which it is booked for.' }),
  })
  .openapi('NewHold', {
    example: { resident: personExample.id, audience: 'community-screening' },
  });

export const appointmentStatus = z.enum(appointmentStatuses);
export const appointmentSchema = z
  .object({
    id,
    slot: id,
    pool,
    service: z.string(),
    resident: person,
    audience,
    journey: id.nullable(),
    step: z.string().nullable(),
    status: appointmentStatus,
    startsAt: time,
    endsAt: time,
    heldUntil: time
      .nullable()
      .openapi({ description: 'Until when it is held or offered; confirm it before.' }),
    createdAt: time,
    confirmedAt: time.nullable(),
    finishedAt: time.nullable(),
    reason: z.string().nullable(),
  })
  .openapi('Appointment');
export const appointmentExample = {
  id: 'e2a7b2c3-6f1b-4c2f-9a66-2a1b3c4d5e6f',
  slot: freeSlotExample.id,
  pool: poolExample,
  service: 'low-dose-ct',
  resident: personExample,
  audience: 'community-screening',
  journey: null,
  step: null,
  status: 'held',
  startsAt: freeSlotExample.startsAt,
  endsAt: freeSlotExample.endsAt,
  heldUntil: '2026-03-02T00:45:00.000Z',
  createdAt: '2026-03-02T00:30:00.000Z',
  confirmedAt: null,
  finishedAt: null,
  reason: null,
};
export const appointmentAnswer = (view: AppointmentView) => ({
  ...view,
  startsAt: iso(view.startsAt),
  endsAt: iso(view.endsAt),
  heldUntil: view.status === 'held' || view.status === 'offered' ? isoOrNull(view.heldUntil) : null,
  createdAt: iso(view.createdAt),
  confirmedAt: isoOrNull(view.confirmedAt),
  finishedAt: isoOrNull(view.finishedAt),
});

const urgency = z.enum(urgencies);
export const newWaitingEntry = z
  .strictObject({
    pool: poolReference,
    resident: id,
    urgency: urgency.default('routine'),
    journey: id.optional(),
    step: stepReference.optional(),
  })
  .openapi('NewWaitingEntry', {
    example: { pool: 'SL-H1-LDCT', resident: personExample.id, urgency: 'routine' },
  });
export const waitingEntrySchema = z
  .object({
    id,
    pool,
    resident: person,
    journey: id.nullable(),
    step: z.string().nullable(),
    urgency,
    status: z.enum(['waiting', 'offered', 'served', 'declined', 'withdrawn']),
    position: z
      .int()
      .nullable()
      .openapi({ description: 'From 1, among all who wait for the pool; null when that is over.' }),
    joinedAt: time,
    passed: z.int().openapi({ description: 'How many offers went by without an answer.' }),
    offer: z
      .object({ appointment: id, startsAt: time, answerBy: time })
      .nullable()
      .openapi({ description: 'The place that is offered now: confirm or cancel that appointment.' }),
  })
  .openapi('WaitingEntry');
export const waitingEntryExample = {
  id: 'f3b8c3d4-7a2c-4d3a-8b77-3b2c4d5e6f7a',
  pool: poolExample,
  resident: personExample,
  journey: null,
  step: null,
  urgency: 'routine',
  status: 'waiting',
  position: 3,
  joinedAt: '2026-03-02T00:30:00.000Z',
  passed: 0,
  offer: null,
};
export const waitingEntryAnswer = ({ offer, joinedAt, ...entry }: WaitingEntryView) => ({
  ...entry,
  joinedAt: iso(joinedAt),
  offer: offer && { ...offer, startsAt: iso(offer.startsAt), answerBy: iso(offer.answerBy) },
});

export { pool as poolNameSchema, poolExample };
