import { z } from '@hono/zod-openapi';
import { localizedSchema } from '../../domain/model/localized.ts';
import { staffRoles } from '../../domain/model/role.ts';
import { earliestInstant as earliest, latestInstant as latest } from '../../store/bounds.ts';
import { decodeCursor } from '../../store/cursor.ts';

// Made here and not in the domain: a schema made before the OpenAPI extension is loaded has no `openapi`.
export const localized = z.strictObject(localizedSchema.shape).openapi('Localized', {
  example: { zh: '风险问卷', en: 'Risk questionnaire' },
});
export const role = z.enum(staffRoles);

/** Ids are taken in any case and go on in lower case, as PostgreSQL writes them: they are part of event ids. */
export const id = z
  .guid()
  .transform((value) => value.toLowerCase())
  .openapi({ format: 'uuid', example: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11' });

/** A time in a request; inside, UTC epoch milliseconds. */
export const instant = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => Date.parse(text) >= earliest && Date.parse(text) < latest, {
    params: { zh: '应在 1900 年至 2199 年之间', en: 'should lie between 1900 and 2199' },
  })
  .transform((text) => Date.parse(text))
  .openapi({ format: 'date-time', example: '2026-03-09T08:30:00+08:00' });

/** A time in an answer. */
export const time = z.string().openapi({ format: 'date-time', example: '2026-03-09T00:30:00.000Z' });

/** @returns an instant as answers give it */
export const iso = (ms: number): string => new Date(ms).toISOString();
export const isoOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : iso(ms);

export const text = (most: number) => z.string().trim().min(1).max(most);

const factName = z.string().regex(/^[a-z][A-Za-z0-9]*$/);
export const facts = z
  .record(factName, z.union([z.number(), z.string().max(4_000), z.boolean()]))
  .openapi({ example: { packYears: 32.5, smoker: 'current' } });
export const anchors = z
  .record(factName, instant)
  .openapi({ example: { surgery: '2026-03-02T09:00:00+08:00' } });

/** A step occurrence, such as `follow-up-ct#3`. */
export const stepReference = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9-]*#[1-9][0-9]{0,5}$/)
  .openapi({ example: 'risk-questionnaire#1' });

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/)
  .openapi({
    description:
      'Chosen by the caller, new for every new command. The same key with the same body gives the same answer; with another body it is refused (422).',
    example: '0d6a6d9b-8f11-4f5b-9a3a-5f3c2f9e4c53',
  });
export const idempotent = z.object({ 'idempotency-key': idempotencyKey });

export const byId = z.object({ id });

export const limit = z.coerce.number().int().min(1).max(500).default(50).openapi({ example: 50 });

const instantKey = z.number().int().min(earliest).max(latest);
const shapes = {
  inboxPosition: z.tuple([z.int().min(0)]),
  replyPosition: z.tuple([z.int().min(0)]),
  dueNotice: z.tuple([instantKey, z.string()]),
  dueStep: z.tuple([instantKey, z.guid(), z.string()]),
  overdueJourney: z.tuple([instantKey, z.guid()]),
  slotInTime: z.tuple([instantKey, z.guid()]),
  waitingRank: z.tuple([instantKey, z.guid()]),
  namedResident: z.tuple([z.string(), z.guid()]),
} as const;

/** The cursor of a list: what its last answer gave as `next`; anything else is refused before it reaches the store. */
export const cursor = (of: keyof typeof shapes) =>
  z
    .string()
    .max(2_000)
    .refine(
      (given) => {
        try {
          const key = decodeCursor(given, shapes[of].def.items.length);
          return shapes[of].safeParse(key).success && !key.some((part) => String(part).includes('\u0000'));
        } catch {
          return false;
        }
      },
      {
        params: {
          zh: '不是有效的分页标记；请原样使用上一页的 next，或从第一页重新开始',
          en: 'is no cursor of this list; give back `next` of the last page unchanged, or begin again without it',
        },
      },
    )
    .optional()
    .openapi({ description: '`next` of the page before.' });

export const nextCursor = z
  .string()
  .nullable()
  .openapi({ description: 'Give it back as `after` for the next page; null on the last.', example: null });
