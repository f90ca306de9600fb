import { z } from '@hono/zod-openapi';
import { absenceReasons } from '../../domain/staff/absence.ts';
import { id, text, time } from './common.ts';

/** A day on the district's calendar. */
const day = z.iso
  .date()
  .refine((given) => given >= '1900-01-01' && given < '2200-01-01', {
    params: { zh: '应在 1900 年至 2199 年之间', en: 'should lie between 1900 and 2199' },
  })
  .openapi({ format: 'date', example: '2026-02-02' });

const person = z.object({ id, code: z.string(), name: z.string() });

export const newAbsence = z
  .strictObject({
    from: day.openapi({ description: 'The first day of absence.' }),
    until: day.openapi({ description: 'The last day of absence; the same day for a single one.' }),
    deputy: text(100)
      .optional()
      .openapi({ description: 'Id or code; without it the standing deputy, else colleagues of the role.' }),
    reason: z.enum(absenceReasons).default('leave'),
  })
  .openapi('NewAbsence', {
    example: { from: '2026-02-02', until: '2026-02-06', deputy: 'demo-doctor-02', reason: 'leave' },
  });

export const absenceSchema = z
  .object({
    id,
    staff: person,
    organisation: id,
    from: z.string(),
    until: z.string(),
    deputy: person.nullable(),
    reason: z
      .enum(absenceReasons)
      .nullable()
      .openapi({ description: 'Only for the person and for those who may record it; null for others.' }),
    status: z.enum(['planned', 'away', 'over', 'cancelled']),
    recordedBy: z.string(),
    recordedAt: time,
    ended: z
      .object({ plannedUntil: z.string(), by: z.string(), at: time })
      .nullable()
      .openapi({ description: 'Ended or cancelled before its last day.' }),
  })
  .openapi('Absence');

const doctor = (code: string, name: string) => ({ id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', code, name });

export const absenceExample: z.infer<typeof absenceSchema> = {
  id: '0d6a6d9b-8f11-4f5b-9a3a-5f3c2f9e4c53',
  staff: doctor('demo-doctor-01', '示例医生一'),
  organisation: '0b6a5a4e-52f7-4d53-8d2a-6f1f3a5b7c9d',
  from: '2026-02-02',
  until: '2026-02-06',
  deputy: doctor('demo-doctor-02', '示例医生二'),
  reason: 'leave',
  status: 'planned',
  recordedBy: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11',
  recordedAt: '2026-01-26T01:00:00.000Z',
  ended: null,
};

export const recordedAbsence = z
  .object({
    absence: absenceSchema,
    standIns: z
      .object({
        by: z.enum(['deputy', 'colleagues', 'manager', 'district']),
        staff: z.array(z.object({ id, name: z.string() })),
      })
      .nullable()
      .openapi({ description: 'Who is told instead on the first day; null: nobody can be.' }),
    warnings: z
      .array(z.object({ code: z.string(), message: z.string() }))
      .openapi({ description: 'It was recorded all the same.' }),
  })
  .openapi('RecordedAbsence');

/** Of an owner who is a named person and away today. */
export const absentOwner = z
  .object({
    until: z.string().openapi({ description: 'The last day of the absence.' }),
    standIns: z.array(z.object({ id, name: z.string() })),
  })
  .nullable()
  .openapi('AbsentOwner', { description: 'Null: the owner is no single person, or is here.' });
