import type { z } from '@hono/zod-openapi';
import type { ZoneClock } from '../domain/calendar/zone-clock.ts';
import { fateOf } from '../domain/messaging/fate.ts';
import type { Locale } from '../domain/model/localized.ts';
import type { MessageView, NoticeView } from '../store/messages/notice-view.ts';
import type { Reply } from '../store/messages/replies.ts';
import type { Names } from './journey-view.ts';
import { iso, isoOrNull } from './schemas/common.ts';
import type { noticeSchema, replySchema } from './schemas/notice.ts';

/** How notices are told to one caller. */
export interface NoticeTelling {
  readonly names: Names;
  readonly clock: ZoneClock;
  readonly locale: Locale;
}

/** @returns the reply as the API shows it */
export const replyView = (
  { readAt, readBy, receivedAt, ...reply }: Reply,
  names: Names,
): z.infer<typeof replySchema> => ({
  ...reply,
  receivedAt: iso(receivedAt),
  read: readAt === null || readBy === null ? null : { at: iso(readAt), by: names.staff(readBy) ?? readBy },
});

function messageView(
  { recipientKind, recipient, createdAt, sentAt, deliveredAt, finishedAt, ...message }: MessageView,
  resident: NoticeView['resident'],
  names: Names,
): z.infer<typeof noticeSchema>['messages'][number] {
  const name = recipientKind === 'resident' ? resident.name : names.staff(recipient);
  return {
    ...message,
    to: { kind: recipientKind, id: recipient, name },
    createdAt: iso(createdAt),
    sentAt: isoOrNull(sentAt),
    deliveredAt: isoOrNull(deliveredAt),
    finishedAt: isoOrNull(finishedAt),
  };
}

/** @returns the notice with its fate in the caller's language, as the API shows it */
export function noticeView(
  notice: NoticeView,
  { names, clock, locale }: NoticeTelling,
): z.infer<typeof noticeSchema> {
  const { version: _version, recipientKind, recipientRole, recipientStaff, ...rest } = notice;
  return {
    ...rest,
    to: {
      kind: recipientKind,
      role: recipientRole,
      staff: recipientStaff,
      staffName: recipientStaff === null ? null : names.staff(recipientStaff),
    },
    fate: fateOf(notice, clock)[locale],
    dueAt: iso(notice.dueAt),
    expiresAt: isoOrNull(notice.expiresAt),
    heldUntil: isoOrNull(notice.heldUntil),
    finishedAt: isoOrNull(notice.finishedAt),
    messages: notice.messages.map((message) => messageView(message, notice.resident, names)),
    actions: notice.actions.map(({ by, at, ...action }) => ({
      ...action,
      by: names.staff(by) ?? by,
      at: iso(at),
    })),
    answer: notice.answer && { ...notice.answer, at: iso(notice.answer.at) },
    replies: notice.replies.map((reply) => replyView(reply, names)),
  };
}
