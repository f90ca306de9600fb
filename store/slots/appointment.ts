import type { JourneyId } from '../../domain/model/ids.ts';
import type { Localized } from '../../domain/model/localized.ts';
import { say } from '../../domain/model/localized.ts';
import type { Audience } from '../../domain/scheduling/pool.ts';
import { databaseClock } from '../clock.ts';
import type { StoreDeps } from '../deps.ts';
import { instant } from '../sql.ts';
import { withClient } from '../transaction.ts';

export const appointmentStatuses = [
  'held',
  'offered',
  'booked',
  'checked-in',
  'completed',
  'missed',
  'cancelled',
  'expired',
  'moved',
] as const;
export type AppointmentStatus = (typeof appointmentStatuses)[number];

/** A place in a slot that a resident has, had, or is offered. Instants are UTC epoch milliseconds. */
export interface Appointment {
  readonly id: string;
  readonly slot: string;
  readonly resident: string;
  readonly service: string;
  readonly audience: Audience;
  readonly journey: JourneyId | null;
  readonly step: string | null;
  readonly status: AppointmentStatus;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Until when it is held or offered. */
  readonly heldUntil: number | null;
  readonly waiting: string | null;
}

/** SQL: the columns of {@link Appointment}, of appointment `a` and its slot `s`. */
export const appointmentColumns = `a.id, a.slot_id as slot, a.resident_id as resident, a.service, a.audience,
  a.journey_id as journey, a.step, a.status, s.starts_at as "startsAt", s.ends_at as "endsAt",
  a.held_until as "heldUntil", a.waiting_id as waiting`;

const refusals = {
  unknown: say('没有这个号。', 'There is no such slot.'),
  full: say(
    '这个号已约满；可改选其他时间，或加入候补。',
    'It is fully booked; choose another time, or join the waiting list.',
  ),
  closed: say('这个号已过预约时间；请选择较晚的时间。', 'It is too late to book it; choose a later time.'),
  'not-for-audience': say(
    '这是专用号，尚未向其他人开放；请选择本类居民的号，或等到开放时间。',
    'It is kept for others and not released yet; choose one for this audience, or come back when it is released.',
  ),
  'kept-for-green-channel': say(
    '余下的名额暂留给绿色通道；请选择其他时间。',
    'What is left is kept for the green channel for now; choose another time.',
  ),
  'has-one': say(
    '该居民此项服务已有预约；请改期，而不是再约一个。',
    'The resident has an appointment for this service already; move that one instead of booking another.',
  ),
  'not-yours': say('这个号不是为该居民保留的。', 'It is not held for this resident.'),
  'hold-over': say('保留已过期；请重新选择时间。', 'The hold is over; choose a time again.'),
  'not-begun': say(
    '还没有到这个预约的时间；到时再记录，或取消预约。',
    'It has not begun yet; record it when its time has come, or cancel it.',
  ),
  over: say('这个预约已经结束，不能再改变。', 'This appointment is over and cannot be changed any more.'),
  'key-reused': say(
    '这个标识已用于另一个预约；新的预约请使用新的标识。',
    'This key was used for another appointment; use a new one for a new appointment.',
  ),
} as const satisfies Record<string, Localized>;
export type SlotRefusal = keyof typeof refusals;

/** A place that cannot be given, kept or changed; says what would be right, and nothing was changed. */
export class SlotRefused extends Error {
  override readonly name = 'SlotRefused';
  readonly code: SlotRefusal;
  readonly localized: Localized;
  constructor(code: SlotRefusal) {
    const { zh, en } = refusals[code];
    super(`${zh}\n${en}`);
    this.code = code;
    this.localized = refusals[code];
  }
}

/** @returns the instant as a parameter; null where PostgreSQL's own clock is asked in the statement itself */
export async function nowOf(deps: Pick<StoreDeps, 'pool' | 'clock'>): Promise<string | null> {
  if (deps.clock === databaseClock) return null;
  return instant(await withClient(deps.pool, (client) => deps.clock.now(client)));
}
