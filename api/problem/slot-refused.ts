import { say } from '../../domain/model/localized.ts';
import type { SlotRefusal, SlotRefused } from '../../store/slots/appointment.ts';
import { notFound } from './known-problems.ts';
import type { ProblemInit } from './problem.ts';

/** What a program goes by. Only what was sent wrongly is 422; the rest may be otherwise at another time. */
const answers: Readonly<Record<Exclude<SlotRefusal, 'unknown'>, readonly [status: number, code: string]>> = {
  full: [409, 'SlotFull'],
  closed: [409, 'SlotClosed'],
  'not-for-audience': [409, 'SlotNotForAudience'],
  'kept-for-green-channel': [409, 'SlotKeptForGreenChannel'],
  'has-one': [409, 'AppointmentExists'],
  'not-yours': [409, 'AppointmentNotYours'],
  'hold-over': [409, 'HoldOver'],
  'not-begun': [409, 'AppointmentNotBegun'],
  over: [409, 'AppointmentOver'],
  'key-reused': [422, 'IdempotencyKeyReused'],
};

/** @returns what the caller is told of a place that cannot be given, kept or changed */
export function slotRefused({ code, localized }: SlotRefused): ProblemInit {
  if (code === 'unknown') return notFound(say('号', 'slot')).init;
  const [status, name] = answers[code];
  return { status, code: name, title: say('不能这样预约', 'This cannot be booked so'), detail: localized };
}
