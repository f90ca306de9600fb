import { z } from 'zod';
import { civilDay } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { endings, pauseReasons } from '../../domain/model/state.ts';

/** An instant as histories give it: a day (taken as its noon), or a local time, or a time with its offset. */
const instantText = z
  .string()
  .refine(
    (text) =>
      /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/u.test(text),
    {
      params: {
        zh: '应为日期（2026-01-31）或时间（2026-01-31T09:30）',
        en: 'should be a day (2026-01-31) or a time (2026-01-31T09:30)',
      },
    },
  );
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const anchors = z.record(z.string(), instantText);
const reason = z.string().min(1);

const common = {
  /** The resident, who must be registered. */
  identityNumber: z.string().min(1),
  pathway: z.string().min(1),
  at: instantText,
  /** Code of the member of staff who did it. */
  by: z.string().min(1).optional(),
  /** Left by an earlier run beside what it did not take; not read. */
  rejected: z.unknown().optional(),
};

/** One line of a history: one event. */
export const historyLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('enrolled'),
    stage: z.string().optional(),
    facts: facts.optional(),
    anchors: anchors.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('outcome'),
    step: z.string().min(1),
    outcome: z.string().min(1),
    facts: facts.optional(),
    appointmentAt: instantText.optional(),
    reason: reason.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('facts'),
    facts: facts.optional(),
    anchors: anchors.optional(),
    reason: reason.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('assigned'),
    step: z.string().min(1),
    staff: z.string().min(1),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('acknowledged'),
    step: z.string().min(1),
    until: instantText,
    reason: reason.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('extended'),
    step: z.string().min(1),
    until: instantText,
    reason,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('paused'),
    reason: z.enum(pauseReasons),
    until: instantText,
    note: z.string().optional(),
  }),
  z.strictObject({ ...common, kind: z.literal('resumed') }),
  z.strictObject({ ...common, kind: z.literal('ended'), ending: z.enum(endings), reason: reason.optional() }),
  z.strictObject({ ...common, kind: z.literal('reopened'), reason }),
]);
export type HistoryLine = z.infer<typeof historyLineSchema>;

/** A line and where it stands. */
export interface NumberedLine {
  readonly number: number;
  readonly line: HistoryLine;
}

/**
 * @param zone of the district
 * @returns UTC epoch milliseconds
 * @throws Error for a day that does not exist
 */
export function instantOfText(text: string, zone: string): number {
  if (/(?:Z|[+-]\d{2}:\d{2})$/u.test(text.slice(10))) return Date.parse(text.replace(' ', 'T'));
  const time = /[T ](\d{2}):(\d{2})(?::(\d{2}))?/u.exec(text);
  const [hours, minutes, seconds] = time
    ? [time[1], time[2], time[3]].map((part) => Number(part ?? 0))
    : [12, 0, 0];
  const ofDay = (((hours ?? 0) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1_000;
  return zoneClock(zone).instantOf(civilDay(text.slice(0, 10)), ofDay);
}
