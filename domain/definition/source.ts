import { z } from 'zod';
import { wordingSchema } from '../messaging/wording.ts';
import { durationSchema } from '../model/duration.ts';
import { localizedSchema } from '../model/localized.ts';
import { endings } from '../model/state.ts';
import { staffRoles, tellTargets } from '../model/role.ts';
import { stepKindNames } from '../steps/kind.ts';

/**
 * A pathway definition as an administrator writes it (YAML) and as it is stored (canonical JSON).
 * Shape only: what it means, and whether it could strand anyone, is the checker's business.
 */

const factName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/u, 'name facts and anchors in camelCase, such as packYears');
const slug = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/u,
    'name it in lower-case words joined by hyphens, such as home-visit',
  );
const outcomeName = z.string().regex(/^[a-z][A-Za-z0-9]*$/u, 'name outcomes in camelCase, such as notDone');
const condition = z.string().min(1);

const factDeclarationSchema = z.strictObject({
  type: z.enum(['int', 'double', 'bool', 'string', 'enum', 'date']),
  title: localizedSchema.optional(),
  of: z.array(z.string()).min(1).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  unit: z.string().optional(),
  optional: z.boolean().optional(),
  /** Taken from the resident, not recorded: `resident.birthDate` gives completed years at the event. */
  from: z.enum(['resident.birthDate', 'resident.sex']).optional(),
  cite: z.string().optional(),
  confirm: z.boolean().optional(),
});

const rungSchema = z.strictObject({
  /** After the due date; negative for a reminder before it. */
  after: durationSchema,
  tell: z.enum(tellTargets),
  template: slug.optional(),
  /** Leaves at once, to staff too: does not wait for the digest or the routine hour. */
  urgent: z.boolean().optional(),
});

const ladderSchema = z.strictObject({
  rungs: z.array(rungSchema).min(1),
  /** How often the last rung repeats until a person acknowledges it. */
  repeat: durationSchema.default('7d'),
});

/** Where the journey goes next. At least one part; `stay` says on purpose that nothing new opens. */
const consequenceSchema = z.strictObject({
  enter: slug.optional(),
  open: z
    .union([
      slug,
      z.array(slug).min(1),
      z.record(
        slug,
        z.strictObject({
          in: durationSchema,
          from: factName.optional(),
          cite: z.string().optional(),
          confirm: z.boolean().optional(),
        }),
      ),
    ])
    .optional(),
  /** Closes steps that are open or scheduled. */
  cancel: z.union([slug, z.array(slug).min(1)]).optional(),
  end: z.enum(endings).optional(),
  /** Records this instant as an anchor. */
  marks: factName.optional(),
  /** Series: schedule the next occurrence. */
  next: z.literal(true).optional(),
  stay: z.literal(true).optional(),
  cite: z.string().optional(),
  confirm: z.boolean().optional(),
});

const branchSchema = z.union([
  consequenceSchema.extend({ when: condition }),
  z.strictObject({ otherwise: consequenceSchema }),
]);

const outcomeSchema = z.union([z.array(branchSchema).min(1), consequenceSchema]);

const dueCase = { in: durationSchema, cite: z.string().optional(), confirm: z.boolean().optional() };
const dueSchema = z.union([
  z.strictObject(dueCase),
  z
    .array(
      z.union([
        z.strictObject({ when: condition, ...dueCase }),
        z.strictObject({
          otherwise: z.union([durationSchema, z.strictObject(dueCase)]),
          cite: z.string().optional(),
        }),
      ]),
    )
    .min(1),
]);

const scheduleEntrySchema = z.strictObject({
  every: durationSchema,
  /** Until this long after the anchor, inclusive. */
  until: durationSchema,
  cite: z.string().optional(),
  confirm: z.boolean().optional(),
});

const stepSchema = z.strictObject({
  kind: z.enum(stepKindNames),
  title: localizedSchema,
  owner: z.enum(staffRoles).optional(),
  /** From the anchor below, or from when the step was opened. */
  due: dueSchema.optional(),
  anchor: factName.optional(),
  /** The step waits as `scheduled` until this long before its due date. */
  lead: durationSchema.optional(),
  ladder: slug.optional(),
  /** After the due date: when a questionnaire, an attended booking or an occurrence counts as missed, a referral as expired. Default: the last rung. */
  missedAfter: durationSchema.optional(),
  expiresAfter: durationSchema.optional(),
  /** Questionnaire: the form. */
  form: slug.optional(),
  /** Risk models computed and recorded when the step is completed. */
  scores: z.array(z.string()).optional(),
  /** Booking: what is booked. */
  service: slug.optional(),
  /** Facts that the outcomes record: those not optional must be given. */
  records: z.union([z.array(factName), z.record(outcomeName, z.array(factName))]).optional(),
  /** Decision: its outcomes and their titles. */
  options: z.record(outcomeName, localizedSchema).optional(),
  /** Series: planned points, counted from the anchor. */
  schedule: z.array(scheduleEntrySchema).min(1).optional(),
  /** Work done by another system when the step opens: the provider's name. */
  outside: slug.optional(),
  /** Notice: who is told what. A waiting step may also greet its opening with one. */
  tell: z.enum(tellTargets).optional(),
  template: slug.optional(),
  /** Notice: leaves at once. */
  urgent: z.boolean().optional(),
  /** What the resident should bring, and where to go: shown on the page that a message leads to. */
  bring: localizedSchema.optional(),
  /** Leaving the stage does not cancel it. */
  continues: z.boolean().optional(),
  outcomes: z.record(outcomeName, outcomeSchema),
  cite: z.string().optional(),
  confirm: z.boolean().optional(),
});

const stageSchema = z.strictObject({
  title: localizedSchema,
  /** Steps that open on entering; default: the first. */
  entry: z.union([slug, z.array(slug).min(1)]).optional(),
  steps: z.record(slug, stepSchema),
});

const answerPointsSchema = z.strictObject({
  value: z.union([z.string(), z.number(), z.boolean()]),
  title: localizedSchema,
  points: z.number().optional(),
});
const formSchema = z.strictObject({
  title: localizedSchema,
  questions: z
    .array(
      z.strictObject({
        fact: factName,
        text: localizedSchema,
        help: localizedSchema.optional(),
        answers: z.array(answerPointsSchema).optional(),
      }),
    )
    .min(1),
  /** Sum of the points of the answers, recorded as this fact. */
  total: factName.optional(),
  cite: z.string().optional(),
});

const templateSchema = wordingSchema.extend({
  /** How long the words hold: a message that could not leave by then does not leave. */
  validFor: durationSchema.optional(),
  /** Whatever says it leaves at once, but for quiet hours. */
  urgent: z.boolean().optional(),
});

/** An example journey that the checker runs: events in, the place it must be in out. */
const exampleSchema = z.strictObject({
  title: localizedSchema,
  resident: z.strictObject({
    birthDate: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
    sex: z.enum(['male', 'female']),
  }),
  start: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
  events: z.array(
    z.strictObject({
      on: z.string().regex(/^\d{4}-\d{2}-\d{2}$/u),
      step: slug,
      outcome: outcomeName,
      facts: z.record(factName, z.union([z.number(), z.string(), z.boolean()])).optional(),
      appointment: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
  expect: z.strictObject({
    stage: slug.optional(),
    open: z.array(slug).optional(),
    ending: z.enum(endings).optional(),
    due: z.record(slug, z.string()).optional(),
  }),
});

export const definitionSourceSchema = z.strictObject({
  pathway: slug,
  title: localizedSchema,
  description: localizedSchema.optional(),
  facts: z.record(factName, factDeclarationSchema),
  anchors: z.record(factName, z.strictObject({ title: localizedSchema })).default({}),
  ladders: z.record(slug, ladderSchema),
  forms: z.record(slug, formSchema).default({}),
  templates: z.record(slug, templateSchema).default({}),
  stages: z.record(slug, stageSchema),
  examples: z.array(exampleSchema).default([]),
});

export type DefinitionSource = z.infer<typeof definitionSourceSchema>;
export type StepSource = z.infer<typeof stepSchema>;
export type OutcomeSource = z.infer<typeof outcomeSchema>;
export type ConsequenceSource = z.infer<typeof consequenceSchema>;
export type FactDeclaration = z.infer<typeof factDeclarationSchema>;
export type LadderSource = z.infer<typeof ladderSchema>;
export type DueSource = z.infer<typeof dueSchema>;
export type FormSource = z.infer<typeof formSchema>;
export type ExampleSource = z.infer<typeof exampleSchema>;
