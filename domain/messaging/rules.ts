import { z } from 'zod';
import { locales } from '../model/localized.ts';
import { channels } from '../model/message.ts';
import { defaultClinicalWords } from './clinical-words.ts';
import { lengthOfHours, timeOfDaySchema, withinHours } from '../calendar/time-of-day.ts';
import { wordingSchema } from './wording.ts';

/** Gateways that send only texts registered with them beforehand. */
export const registeringProviders = ['aliyun'] as const;

const slug = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u);

/** A text registered with a gateway, which is then named by its code. */
const registrationSchema = z.strictObject({
  provider: z.enum(registeringProviders),
  /** Absent or `*`: of whichever pathway. */
  pathway: z.union([slug, z.literal('*')]).optional(),
  template: slug,
  locale: z.enum(locales),
  code: z.string().min(1).max(100),
  /** Registered, too; it stands before the text in 【】. */
  signature: z.string().min(1).max(50),
});
export type Registration = z.infer<typeof registrationSchema>;

const longest = { h: 2160, d: 90, w: 12 } as const;
/** From an hour to ninety days. Days and weeks are lengths of their own; a validity needs no months. */
const validitySchema = z.string().refine((text) => {
  const [, amount = '0', unit = 'd'] = /^(\d{1,4})([hdw])$/u.exec(text) ?? [];
  return Number(amount) >= 1 && Number(amount) <= longest[unit as keyof typeof longest];
}, '请写 1h 到 90d 之间的时长，例如 7d。/ write a length of time from 1h to 90d, such as 7d');

/** Residents must be reachable at some time of the day, or messages would wait for ever. */
const openHoursMs = 4 * 3_600_000;
const dayMs = 24 * 3_600_000;

/** How a district speaks to residents and staff: edited by an administrator, stored with every earlier version. */
export const messagingRulesSchema = z
  .strictObject({
    /** No message reaches a resident in these hours, on the district's clock. */
    quietHours: z.strictObject({ from: timeOfDaySchema, until: timeOfDaySchema }),
    /** From then on what is routine leaves, together, once a day. */
    routineAt: timeOfDaySchema,
    /** Whether routine messages leave on public holidays or wait for the next day that is none. */
    publicHolidays: z.enum(['send', 'wait']),
    /** The most messages of any kind that a resident is sent on one day. */
    perDay: z.int().min(1).max(20),
    /** When staff are sent their digest, on working days. */
    digestAt: timeOfDaySchema,
    /** In which order a resident is tried, unless the resident has chosen. */
    channels: z
      .array(z.enum(channels))
      .min(1)
      .refine((list) => new Set(list).size === list.length, '渠道不能重复。/ each channel once'),
    /** How long after it was called for a message to a resident may still leave, unless the template says so. */
    validFor: validitySchema,
    /** How long the link in a message can be answered. */
    linkValidFor: validitySchema,
    /** Words that no text message to a resident may hold. */
    clinicalWords: z.array(z.string().min(1).max(50)).max(500),
    /** The district's own wordings: by pathway (or `*`), then by the name of the template. */
    templates: z.record(z.union([slug, z.literal('*')]), z.record(slug, wordingSchema)),
    registrations: z.array(registrationSchema).max(2000),
  })
  .superRefine((rules, context) => {
    const problem = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    const { quietHours, routineAt } = rules;
    if (dayMs - lengthOfHours(quietHours) < openHoursMs)
      problem(
        ['quietHours'],
        '免打扰时段每天至少要留出四个小时。/ quiet hours must leave at least four hours of every day',
      );
    else if (withinHours(quietHours, routineAt))
      problem(
        ['routineAt'],
        '常规消息的发送时刻不能在免打扰时段内。/ routine messages cannot leave in quiet hours',
      );
  });
export type MessagingRules = z.infer<typeof messagingRulesSchema>;

/** In force in a district that has said nothing else. */
export const defaultMessagingRules: MessagingRules = {
  // confirm: no law names the hours; a default of this programme.
  quietHours: { from: '20:00', until: '08:00' },
  // confirm: deadlines fall between 8 and 10 in the morning, so by then all that is due that day is known.
  routineAt: '10:00',
  // confirm
  publicHolidays: 'send',
  // confirm
  perDay: 3,
  // confirm
  digestAt: '08:30',
  // confirm: most residents read text messages and few have an address of email.
  channels: ['sms', 'email'],
  // confirm
  validFor: '7d',
  // confirm
  linkValidFor: '14d',
  clinicalWords: [...defaultClinicalWords],
  templates: {},
  registrations: [],
};
