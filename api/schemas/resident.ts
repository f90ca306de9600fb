import { z } from '@hono/zod-openapi';
import { locales } from '../../domain/model/localized.ts';
import { id, text, time } from './common.ts';

const phone = z
  .string()
  .trim()
  .regex(
    /^\+?[0-9][0-9 -]{4,28}$/,
    '应为电话号码（数字、空格和短横，开头可有 +），例如 19900000001/ should be a telephone number (digits, spaces and hyphens, perhaps a + first), such as 19900000001',
  );
const email = z.email().max(200);

/** What is left out stays; null: there is none. */
export const contactCorrection = z
  .strictObject({ phone: phone.nullable().optional(), email: email.nullable().optional() })
  .openapi('ContactCorrection', { example: { phone: '19900000001', email: null } });

export const newResident = z
  .strictObject({
    name: text(100),
    identityNumber: text(18),
    phone: phone.optional(),
    email: email.optional(),
    locale: z.enum(locales).default('zh'),
    /** Id or code of the centre. */
    centre: text(100),
    /** Id or code of a family doctor of that centre. */
    contractDoctor: text(100).optional(),
  })
  .openapi('NewResident', {
    example: { name: '测试居民', identityNumber: '990001196002290018', centre: 'C01', locale: 'zh' },
  });

export const residentSchema = z
  .object({
    id,
    name: z.string(),
    identityNumber: z.string(),
    birthDate: z.string(),
    sex: z.enum(['male', 'female']),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    locale: z.enum(locales),
    contractDoctor: z.string().nullable(),
    centre: id,
    status: z.enum(['active', 'died', 'moved', 'merged']),
    mergedInto: z.string().nullable(),
  })
  .openapi('Resident');

export const residentExample = {
  id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11',
  name: '测试居民',
  identityNumber: '990001196002290018',
  birthDate: '1960-02-29',
  sex: 'male',
  phone: null,
  email: null,
  locale: 'zh',
  contractDoctor: null,
  centre: '0b6a5a4e-52f7-4d53-8d2a-6f1f3a5b7c9d',
  status: 'active',
  mergedInto: null,
};

export const residentJourneySchema = z
  .object({
    id,
    pathway: z.string(),
    version: z.int(),
    stage: z.string(),
    enrolledAt: time,
    endedAt: time.nullable(),
    ending: z.string().nullable(),
    nextDeadlineAt: time.nullable(),
  })
  .openapi('ResidentJourney');

export const residentJourneyExample = {
  id: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
  pathway: 'lung',
  version: 1,
  stage: 'screening',
  enrolledAt: '2026-03-09T00:30:00.000Z',
  endedAt: null,
  ending: null,
  nextDeadlineAt: '2026-03-23T00:30:00.000Z',
};
