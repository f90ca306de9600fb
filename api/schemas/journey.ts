import { z } from '@hono/zod-openapi';
import { addressees, channels, residentAnswers } from '../../domain/model/message.ts';
import { stepStatuses } from '../../domain/model/state.ts';
import { stepKindNames } from '../../domain/steps/kind.ts';
import { absentOwner } from './absence.ts';
import { id, localized, role, time } from './common.ts';
import { noticeExample, noticeSchema } from './notice.ts';
import { provisional } from './provisional.ts';

const neededFact = z
  .object({
    fact: z.string(),
    title: localized,
    type: z.string(),
    unit: z.string().optional(),
    of: z.array(z.string()).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .openapi('NeededFact');

const acceptedOutcome = z
  .object({
    outcome: z.string(),
    title: localized,
    needsReason: z.boolean(),
    needsAppointment: z.boolean(),
    facts: z.array(neededFact).openapi({ description: 'Must come with it.' }),
  })
  .openapi('AcceptedOutcome');

const roleTitle = z.object({ role, title: localized });

export const stepSchema = z
  .object({
    step: z.string(),
    title: localized,
    kind: z.enum(stepKindNames),
    status: z.enum(stepStatuses),
    openedAt: time.nullable(),
    dueAt: time,
    provisional,
    overdue: z.boolean(),
    appointmentAt: time.nullable(),
    acknowledgedUntil: time.nullable(),
    acknowledgement: z
      .object({
        until: time,
        by: z.string().nullable(),
        byName: z.string().nullable(),
        reason: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'Who has it, until when, and why it was put off.' }),
    rung: z.int(),
    owner: z.object({
      role,
      title: localized,
      organisation: id,
      organisationName: z.string().nullable(),
      staff: z.string().nullable(),
      staffName: z.string().nullable(),
      absent: absentOwner,
    }),
    outcomes: z.array(acceptedOutcome).openapi({ description: 'What may be recorded now.' }),
    mayBeDoneBy: z.array(roleTitle),
    youMay: z.boolean().openapi({ description: 'Whether the caller is one of them.' }),
    outsideTrouble: z.string().nullable().openapi({ description: 'Why the outside work could not be done.' }),
    residentAnswer: z
      .object({ answer: z.enum(residentAnswers), at: time, note: z.string().nullable() })
      .nullable()
      .openapi({ description: 'The latest that the resident said about it.' }),
    contactFailures: z
      .array(z.object({ channel: z.enum(channels), at: time, reason: z.string() }))
      .openapi({ description: 'Of `contact-details`: what could not be delivered.' }),
    doubts: z
      .array(
        z.object({
          channel: z.enum(channels),
          at: time,
          message: id,
          to: z.enum(addressees),
          about: z.array(z.string()),
        }),
      )
      .openapi({
        description: 'Of `message-in-doubt`: the messages of which nobody knows whether they arrived.',
      }),
  })
  .openapi('Step');

export const journeySchema = z
  .object({
    id,
    resident: z.object({ id, name: z.string() }),
    pathway: z.string(),
    version: z.int(),
    title: localized,
    stage: z.string(),
    stageTitle: localized,
    seq: z.int(),
    enrolledAt: time,
    lastEventAt: time,
    nextDeadlineAt: time.nullable(),
    nextStep: z.string().nullable(),
    organisations: z.object({ district: id, hospital: id, centre: id, doctor: z.string().nullable() }),
    facts: z.record(
      z.string(),
      z.object({
        value: z.union([z.number(), z.string(), z.boolean()]),
        happenedAt: time,
        learnedAt: time,
        event: z.string(),
      }),
    ),
    anchors: z.record(z.string(), time),
    pause: z.object({ reason: z.string(), from: time, until: time, note: z.string().nullable() }).nullable(),
    ending: z.object({ kind: z.string(), happenedAt: time, reason: z.string().nullable() }).nullable(),
    openSteps: z.array(stepSchema),
    missedSteps: z
      .array(stepSchema)
      .openapi({ description: 'Missed; what happened after all may still be recorded.' }),
  })
  .openapi('Journey');

const stepExample = {
  step: 'risk-questionnaire#1',
  title: { zh: '风险问卷', en: 'Risk questionnaire' },
  kind: 'questionnaire',
  status: 'open',
  openedAt: '2026-03-09T00:30:00.000Z',
  dueAt: '2026-03-23T00:30:00.000Z',
  provisional: false,
  overdue: false,
  appointmentAt: null,
  acknowledgedUntil: null,
  acknowledgement: null,
  rung: 0,
  owner: {
    role: 'family-doctor',
    title: { zh: '家庭医生', en: 'Family doctor' },
    organisation: '0b6a5a4e-52f7-4d53-8d2a-6f1f3a5b7c9d',
    organisationName: '示范一社区卫生服务中心',
    staff: null,
    staffName: null,
    absent: null,
  },
  outcomes: [
    {
      outcome: 'completed',
      title: { zh: '已完成', en: 'Completed' },
      needsReason: false,
      needsAppointment: false,
      facts: [
        {
          fact: 'packYears',
          title: { zh: '吸烟包年数', en: 'Pack-years' },
          type: 'double',
          unit: 'pack-years',
          min: 0,
          max: 500,
        },
      ],
    },
  ],
  mayBeDoneBy: [{ role: 'family-doctor', title: { zh: '家庭医生', en: 'Family doctor' } }],
  youMay: true,
  outsideTrouble: null,
  residentAnswer: null,
  contactFailures: [],
  doubts: [],
};

export const journeyExample = {
  id: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
  resident: { id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', name: '测试居民' },
  pathway: 'lung',
  version: 1,
  title: { zh: '肺癌早筛早诊与全程管理', en: 'Lung cancer: early detection and whole-course care' },
  stage: 'screening',
  stageTitle: { zh: '初筛', en: 'Initial screening' },
  seq: 1,
  enrolledAt: '2026-03-09T00:30:00.000Z',
  lastEventAt: '2026-03-09T00:30:00.000Z',
  nextDeadlineAt: '2026-03-23T00:30:00.000Z',
  nextStep: 'risk-questionnaire#1',
  organisations: {
    district: '1c7b6b5f-63a8-4e64-8e3b-7a2a4b6c8d0e',
    hospital: '2d8c7c60-74b9-4f75-9f4c-8b3b5c7d9e1f',
    centre: '0b6a5a4e-52f7-4d53-8d2a-6f1f3a5b7c9d',
    doctor: null,
  },
  facts: {},
  anchors: {},
  pause: null,
  ending: null,
  openSteps: [stepExample],
  missedSteps: [],
};

export const timelineEntry = z
  .object({
    seq: z.int(),
    event: z.string().openapi({ description: 'Id; what `enterInError` names.' }),
    kind: z.string(),
    actor: z.object({
      kind: z.enum(['staff', 'resident', 'outside', 'system']),
      id: z.string().nullable(),
      role: z.string().nullable(),
    }),
    happenedAt: time,
    learnedAt: time,
    content: z.looseObject({}).openapi({ description: 'The event as it was decided, without id and actor.' }),
    effects: z.array(z.looseObject({ kind: z.string() })),
    notices: z
      .array(noticeSchema)
      .openapi({ description: 'What it called for, with what became of each until now.' }),
    release: z.string(),
    calendar: z.string(),
    definitionVersion: z.int(),
  })
  .openapi('TimelineEntry');

export const timelineExample = {
  items: [
    {
      seq: 2,
      event: 'staff/5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11/0d6a6d9b-8f11-4f5b-9a3a-5f3c2f9e4c53',
      kind: 'OutcomeRecorded',
      actor: { kind: 'staff', id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', role: 'family-doctor' },
      happenedAt: '2026-03-09T00:30:00.000Z',
      learnedAt: '2026-03-09T00:30:00.000Z',
      content: { step: 'risk-questionnaire#1', outcome: 'declined' },
      effects: [{ kind: 'StepClosed', step: 'risk-questionnaire#1', status: 'done', outcome: 'declined' }],
      notices: [noticeExample],
      release: '0.1.0',
      calendar: 'cn-official',
      definitionVersion: 1,
    },
  ],
  next: null,
};
