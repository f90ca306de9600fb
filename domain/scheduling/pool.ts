import { z } from 'zod';
import { civilDay } from '../calendar/civil-day.ts';
import { timeOfDaySchema } from '../calendar/time-of-day.ts';
import { localizedSchema } from '../model/localized.ts';

export const weekdays = [
  'sunday',
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
] as const;

/** Whom the slots of a pool are for. */
export const audiences = ['community-screening', 'green-channel', 'general'] as const;
export type Audience = (typeof audiences)[number];

const slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u,
    '请用小写字母、数字与连字符。/ lower-case letters, digits, hyphens',
  );
const codeSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,39}$/u, '请写代码，例如 SL-H1-LDCT。/ write a code such as SL-H1-LDCT');

const isDay = (text: string): boolean => {
  try {
    civilDay(text);
    return true;
  } catch {
    return false;
  }
};
const daySchema = z
  .string()
  .refine(isDay, '请写真实的日期，例如 2026-03-02。/ write a day such as 2026-03-02');

/** Lengths of time by the clock, from a minute to ninety days; days count 24 hours here. */
const longest = { min: 1_440, h: 2_160, d: 90 } as const;
const unitMs = { min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const parts = (text: string): { amount: number; unit: keyof typeof longest } => {
  const [, amount = '0', unit = 'min'] = /^(\d{1,4})(min|h|d)$/u.exec(text) ?? [];
  return { amount: Number(amount), unit: unit as keyof typeof longest };
};
const lengthSchema = z.string().refine((text) => {
  const { amount, unit } = parts(text);
  return /^\d{1,4}(min|h|d)$/u.test(text) && amount <= longest[unit];
}, '请写时长，例如 15min、48h 或 60d。/ write a length of time such as 15min, 48h or 60d');

/** @returns milliseconds of a length that the schema of a pool accepts */
export const lengthMs = (text: string): number => {
  const { amount, unit } = parts(text);
  return amount * unitMs[unit];
};

const session = {
  from: timeOfDaySchema,
  /** Not itself in the session: the last slot ends by then. */
  until: timeOfDaySchema,
  /** Minutes from one slot to the next. */
  minutes: z.int().min(5).max(480),
  /** Places in each slot. */
  capacity: z.int().min(1).max(1_000),
};

export const weeklySessionSchema = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1),
  ...session,
  /** First and last day on which it applies; without the last, until it is edited. */
  validFrom: daySchema,
  validUntil: daySchema.optional(),
});
export type WeeklySession = z.infer<typeof weeklySessionSchema>;

/** A session on one day, such as a Saturday of screening; it stands in place of what the week has at that time. */
export const extraSessionSchema = z.strictObject({ day: daySchema, ...session });

/** Nothing, or less, is to be had then. Without hours: all day. */
export const closureSchema = z.strictObject({
  day: daySchema,
  from: timeOfDaySchema.optional(),
  until: timeOfDaySchema.optional(),
  /** Places left in each slot; absent: closed. */
  capacity: z.int().min(0).max(1_000).optional(),
  reason: z.string().min(1).max(200),
});
export type Closure = z.infer<typeof closureSchema>;

/** A pool of slots (专用号源池): one service at one organisation for one audience. */
export const poolSchema = z.strictObject({
  code: codeSchema,
  /** Code of the organisation whose slots they are. */
  organisation: z.string().min(1).max(40),
  /** Where a resident goes; pools of one site are visited in one trip. */
  site: codeSchema,
  /** As the booking steps of definitions name it, such as `low-dose-ct`. */
  service: slug,
  audience: z.enum(audiences),
  title: localizedSchema,
  /** How far ahead slots are made, and may be booked. */
  opensBefore: lengthSchema.default('60d'),
  /** How short before its start a slot may still be booked. */
  closesBefore: lengthSchema.default('30min'),
  /** How long a hold lasts until it is confirmed. */
  holdFor: lengthSchema.default('15min'),
  /** How long somebody on the waiting list has to take a place that is offered. */
  offerFor: lengthSchema.default('4h'),
  /** So long before its start what is left of a slot is for everybody; absent: never. */
  releaseBefore: lengthSchema.optional(),
  /** Places of each slot kept for the green channel (绿色通道) until so long before its start. */
  greenChannel: z.strictObject({ places: z.int().min(1).max(1_000), until: lengthSchema }).optional(),
  publicHolidays: z.enum(['closed', 'open']).default('closed'),
  weekly: z.array(weeklySessionSchema).max(200),
  extra: z.array(extraSessionSchema).max(1_000).default([]),
  closures: z.array(closureSchema).max(2_000).default([]),
});
export type Pool = z.infer<typeof poolSchema>;
