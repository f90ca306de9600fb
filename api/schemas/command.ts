import { z } from '@hono/zod-openapi';
import { endings, pauseReasons } from '../../domain/model/state.ts';
import { anchors, facts, id, instant, stepReference, text } from './common.ts';

const reason = text(2_000);
const happenedAt = instant.optional();

const later = '2026-03-20T08:30:00+08:00';
const event = 'staff/5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11/0d6a6d9b-8f11-4f5b-9a3a-5f3c2f9e4c53';

export const recordOutcome = z
  .strictObject({
    kind: z.literal('recordOutcome'),
    step: stepReference,
    outcome: text(100),
    facts: facts.optional(),
    /** When it happened, if not now. */
    happenedAt,
    /** Required by `booked` and `rebooked`. */
    appointmentAt: instant.optional(),
    reason: reason.optional(),
  })
  .openapi('RecordOutcome', {
    example: { kind: 'recordOutcome', step: 'ldct#1', outcome: 'booked', appointmentAt: later },
  });
export const correctFacts = z
  .strictObject({
    kind: z.literal('correctFacts'),
    facts: facts.optional(),
    anchors: anchors.optional(),
    reason,
    happenedAt,
  })
  .openapi('CorrectFacts', {
    example: { kind: 'correctFacts', facts: { packYears: 32.5 }, reason: '问卷抄写有误' },
  });
const enterInError = z
  .strictObject({ kind: z.literal('enterInError'), of: text(500), reason })
  .openapi('EnterInError', { example: { kind: 'enterInError', of: event, reason: '记到了别人的旅程里' } });
const assign = z
  .strictObject({ kind: z.literal('assign'), step: stepReference, staff: text(100) })
  .openapi('Assign', { example: { kind: 'assign', step: 'risk-questionnaire#1', staff: 'demo-doctor-01' } });
const acknowledge = z
  .strictObject({
    kind: z.literal('acknowledge'),
    step: stepReference,
    until: instant,
    reason: reason.optional().openapi({
      description:
        'Required when it was acknowledged before in this cycle of its ladder, or for more than 14 days.',
    }),
  })
  .openapi('Acknowledge', { example: { kind: 'acknowledge', step: 'risk-questionnaire#1', until: later } });
const extend = z
  .strictObject({ kind: z.literal('extend'), step: stepReference, until: instant, reason })
  .openapi('Extend', {
    example: {
      kind: 'extend',
      step: 'risk-questionnaire#1',
      until: later,
      reason: '居民外出，约好回来后填写',
    },
  });
const pause = z
  .strictObject({
    kind: z.literal('pause'),
    reason: z.enum(pauseReasons),
    until: instant,
    note: text(2_000).optional(),
  })
  .openapi('Pause', { example: { kind: 'pause', reason: 'away', until: later, note: '探亲' } });
const resume = z
  .strictObject({ kind: z.literal('resume') })
  .openapi('Resume', { example: { kind: 'resume' } });
const transfer = z
  .strictObject({
    kind: z.literal('transfer'),
    /** Id or code of another hospital of the district. */
    hospital: text(100).optional(),
    /** Id or code of a doctor of the resident's centre; null for none. */
    doctor: text(100).nullable().optional(),
    reason: reason.optional(),
  })
  .openapi('Transfer', { example: { kind: 'transfer', doctor: 'demo-doctor-02', reason: '医生调岗' } });
export const end = z
  .strictObject({ kind: z.literal('end'), ending: z.enum(endings), reason: reason.optional(), happenedAt })
  .openapi('End', { example: { kind: 'end', ending: 'declined', reason: '本人不愿参加' } });
const reopen = z
  .strictObject({ kind: z.literal('reopen'), reason })
  .openapi('Reopen', { example: { kind: 'reopen', reason: '误操作结束' } });

/** What a person may ask of a journey, told apart by `kind`. */
export const commandSchema = z
  .discriminatedUnion('kind', [
    recordOutcome,
    correctFacts,
    enterInError,
    assign,
    acknowledge,
    extend,
    pause,
    resume,
    transfer,
    end,
    reopen,
  ])
  .openapi('Command');
export type Command = z.infer<typeof commandSchema>;

export const commandAnswer = z
  .object({
    event: z.string().openapi({ description: 'Id of the event in the log; what `enterInError` names.' }),
    seq: z.int().openapi({ description: 'Its number in the log of the journey.' }),
    journey: id,
    stage: z.string(),
    nextDeadlineAt: z.string().nullable(),
    openSteps: z.array(z.object({ step: z.string(), status: z.string(), dueAt: z.string() })),
    ending: z.string().nullable(),
  })
  .openapi('CommandAnswer');

export const commandAnswerExample = {
  event,
  seq: 2,
  journey: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
  stage: 'referral',
  nextDeadlineAt: '2026-03-12T01:00:00.000Z',
  openSteps: [{ step: 'referral-up#1', status: 'open', dueAt: '2026-03-12T01:00:00.000Z' }],
  ending: null,
};
