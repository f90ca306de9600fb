import { z } from '@hono/zod-openapi';
import { messageStatuses, noticeStatuses } from '../../domain/messaging/fate.ts';
import { channels, noticePurposes, residentAnswers } from '../../domain/model/message.ts';
import { id, role, time } from './common.ts';

const message = z
  .object({
    id,
    channel: z.enum(channels),
    kind: z
      .enum(['notice', 'digest'])
      .openapi({ description: '`digest`: the one of the morning, to staff.' }),
    status: z.enum(messageStatuses),
    to: z.object({ kind: z.enum(['resident', 'staff']), id, name: z.string().nullable() }),
    address: z.string().openapi({ description: 'Masked.' }),
    provider: z.string().nullable(),
    attempts: z.int(),
    createdAt: time,
    sentAt: time.nullable(),
    deliveredAt: time.nullable(),
    finishedAt: time.nullable(),
    error: z.string().nullable().openapi({ description: 'A word of ours, or the code of the provider.' }),
    badAddress: z.boolean(),
    segments: z.int().nullable().openapi({ description: 'How many text messages it was paid as.' }),
  })
  .openapi('Message');

export const replySchema = z
  .object({
    id: z.int(),
    from: z.string().openapi({ description: 'Masked.' }),
    text: z.string().openapi({ description: "In the resident's own words." }),
    receivedAt: time,
    outcome: z.string().openapi({
      description:
        '`confirmed`, `another-time`, `stopped`; `to-be-read`, `nothing-asked` and `refused: …` are for a person to read.',
    }),
    forAPerson: z.boolean(),
    read: z.object({ at: time, by: z.string() }).nullable(),
  })
  .openapi('Reply');

export const noticeSchema = z
  .object({
    key: z.string(),
    journey: id,
    resident: z.object({ id, name: z.string() }),
    pathway: z.string(),
    step: z.string(),
    template: z.string(),
    purpose: z.enum(noticePurposes),
    urgent: z.boolean(),
    to: z.object({
      kind: z.enum(['resident', 'staff']),
      role: role.nullable(),
      staff: z.string().nullable(),
      staffName: z.string().nullable(),
    }),
    status: z.enum(noticeStatuses),
    fate: z.string().openapi({ description: 'What became of it, in a sentence in the language asked for.' }),
    dueAt: time,
    expiresAt: time.nullable(),
    holdReason: z.string().nullable(),
    heldUntil: time.nullable(),
    flag: z
      .string()
      .nullable()
      .openapi({ description: 'Such as `nobody-reachable`: it went to somebody who stands in.' }),
    error: z.string().nullable(),
    finishedAt: time.nullable(),
    messages: z.array(message).openapi({ description: 'What really left, or is to leave: no words of it.' }),
    actions: z.array(
      z.object({
        action: z.enum(['retry', 'cancel']),
        reason: z.string().nullable(),
        again: z.boolean().openapi({ description: 'Although it may have arrived before.' }),
        by: z.string(),
        at: time,
      }),
    ),
    answer: z
      .object({ answer: z.enum(residentAnswers), at: time })
      .nullable()
      .openapi({ description: 'The newest that the resident answered by its link.' }),
    replies: z.array(replySchema),
  })
  .openapi('Notice');

export const noticeKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,400}$/)
  .openapi({
    description: 'As `GET /notices` gives it, percent-encoded as one part of the address.',
    example: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10/risk-questionnaire#1/1/0/0/resident/any',
  });

export const replyExample = {
  id: 17,
  from: '199****0001',
  text: '请问要空腹吗？',
  receivedAt: '2026-03-10T01:20:00.000Z',
  outcome: 'to-be-read',
  forAPerson: true,
  read: null,
};

export const noticeExample = {
  key: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10/risk-questionnaire#1/1/0/0/resident/any',
  journey: '7b0f9a52-63c1-4e0c-9d58-3a7f6f0f4f10',
  resident: { id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', name: '测试居民' },
  pathway: 'lung',
  step: 'risk-questionnaire#1',
  template: 'reminder-resident',
  purpose: 'reminder',
  urgent: false,
  to: { kind: 'resident', role: null, staff: null, staffName: null },
  status: 'delivered',
  fate: '短信已送达 10:00',
  dueAt: '2026-03-10T00:30:00.000Z',
  expiresAt: '2026-03-17T00:30:00.000Z',
  holdReason: null,
  heldUntil: null,
  flag: null,
  error: null,
  finishedAt: '2026-03-10T02:00:04.000Z',
  messages: [
    {
      id: '3e9d8d71-85ca-4086-8a5d-9c4c6d8eaf20',
      channel: 'sms',
      kind: 'notice',
      status: 'delivered',
      to: { kind: 'resident', id: '5f3c2f9e-4f5b-4c53-9a3a-0d6a6d9b8f11', name: '测试居民' },
      address: '199****0001',
      provider: 'webhook',
      attempts: 1,
      createdAt: '2026-03-10T02:00:00.000Z',
      sentAt: '2026-03-10T02:00:02.000Z',
      deliveredAt: '2026-03-10T02:00:04.000Z',
      finishedAt: '2026-03-10T02:00:04.000Z',
      error: null,
      badAddress: false,
      segments: 2,
    },
  ],
  actions: [],
  answer: null,
  replies: [replyExample],
};
