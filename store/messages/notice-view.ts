import { maskedAddress } from '../../domain/messaging/masked-address.ts';
import type { MessageStatus, NoticeStatus } from '../../domain/messaging/fate.ts';
import type { JourneyId, StepRef } from '../../domain/model/ids.ts';
import type { Channel, NoticePurpose, ResidentAnswerKind } from '../../domain/model/message.ts';
import type { StaffRole } from '../../domain/model/role.ts';
import { rows, type Queryable } from '../sql.ts';
import type { Reply } from './replies.ts';
import { repliesTo } from './replies.ts';

/** What really left, or is to leave, for one person; instants in UTC epoch milliseconds. It says no words of it. */
export interface MessageView {
  readonly id: string;
  readonly channel: Channel;
  readonly kind: 'notice' | 'digest';
  readonly status: MessageStatus;
  readonly recipientKind: 'resident' | 'staff';
  readonly recipient: string;
  /** Masked. */
  readonly address: string;
  readonly provider: string | null;
  readonly attempts: number;
  readonly createdAt: number;
  readonly sentAt: number | null;
  readonly deliveredAt: number | null;
  readonly finishedAt: number | null;
  readonly error: string | null;
  readonly badAddress: boolean;
  readonly segments: number | null;
}

/** What a person did about a notice. */
export interface NoticeActionView {
  readonly action: 'retry' | 'cancel';
  readonly reason: string | null;
  readonly again: boolean;
  /** Id of a member of staff, or a name given at the machine. */
  readonly by: string;
  readonly at: number;
}

/** A notice with all that became of it. */
export interface NoticeView {
  readonly key: string;
  readonly journey: JourneyId;
  readonly resident: { readonly id: string; readonly name: string };
  readonly pathway: string;
  readonly version: number;
  readonly step: StepRef;
  readonly template: string;
  readonly purpose: NoticePurpose;
  readonly urgent: boolean;
  readonly recipientKind: 'resident' | 'staff';
  readonly recipientRole: StaffRole | null;
  readonly recipientStaff: string | null;
  readonly status: NoticeStatus;
  readonly dueAt: number;
  readonly expiresAt: number | null;
  readonly holdReason: string | null;
  readonly heldUntil: number | null;
  readonly flag: string | null;
  readonly error: string | null;
  readonly finishedAt: number | null;
  /** In the order in which they were made, those before a retry too. */
  readonly messages: readonly MessageView[];
  /** The oldest first. */
  readonly actions: readonly NoticeActionView[];
  /** The newest that the resident answered by the link. */
  readonly answer: { readonly answer: ResidentAnswerKind; readonly at: number } | null;
  /** What came back as a text message, the oldest first. */
  readonly replies: readonly Reply[];
}

export type NoticeRow = Omit<NoticeView, 'resident' | 'messages' | 'actions' | 'answer' | 'replies'> & {
  readonly residentId: string;
  readonly residentName: string;
};

/** SQL: the columns of a {@link NoticeRow}, of notice `n`, its journey `j` and the resident `r`. */
export const noticeColumns = `n.key, n.journey_id as journey, r.id as "residentId", r.name as "residentName", j.pathway,
  j.version, n.step, n.template, n.purpose, n.urgent, n.recipient_kind as "recipientKind",
  n.recipient_role as "recipientRole", n.recipient_id as "recipientStaff", n.status, n.due_at as "dueAt",
  n.expires_at as "expiresAt", n.hold_reason as "holdReason", n.held_until as "heldUntil", n.flag, n.error,
  n.finished_at as "finishedAt"`;

/** Those that carry it, and those that did before it was sent again. */
const messages = `
  with carried as (
    select notice_key, message_id from message_notice where notice_key = any($1)
    union select notice_key, unnest(messages) from notice_action where notice_key = any($1))
  select c.notice_key as notice, m.id, m.channel, m.kind, m.status, m.recipient_kind as "recipientKind",
    m.recipient_id as recipient, m.address, m.provider, m.attempts, m.created_at as "createdAt", m.sent_at as "sentAt",
    m.delivered_at as "deliveredAt", m.finished_at as "finishedAt", m.error, m.bad_address as "badAddress", m.segments
  from carried c join message m on m.id = c.message_id order by m.created_at, m.id`;

const actions = `
  select notice_key as notice, action, reason, again, done_by as by, done_at as at
  from notice_action where notice_key = any($1) order by done_at, id`;

const answers = `
  select distinct on (notice_key) notice_key as notice, answer, answered_at as at
  from answer_link where notice_key = any($1) and answered_at is not null order by notice_key, answered_at desc`;

type Of<T> = T & { readonly notice: string };

/** Takes off what only says which notice it belongs to. */
const byNotice = <T extends object>(list: readonly Of<T>[]): ReadonlyMap<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const { notice, ...one } of list) {
    const of = found.get(notice);
    if (of) of.push(one as unknown as T);
    else found.set(notice, [one as unknown as T]);
  }
  return found;
};

/** @returns the notices with all that became of them, in the order given */
export async function noticeViews(on: Queryable, found: readonly NoticeRow[]): Promise<NoticeView[]> {
  if (found.length === 0) return [];
  const keys = [found.map(({ key }) => key)];
  const carried = byNotice(await rows<Of<MessageView>>(on, 'notice-messages', messages, keys));
  const done = byNotice(await rows<Of<NoticeActionView>>(on, 'notice-actions', actions, keys));
  const answered = byNotice(
    await rows<Of<NonNullable<NoticeView['answer']>>>(on, 'notice-answers', answers, keys),
  );
  const sent = [...carried.values()].flatMap((list) => list.map(({ id }) => id));
  const replies = await repliesTo(on, [...new Set(sent)]);
  return found.map(({ residentId, residentName, ...notice }) => {
    const own = carried.get(notice.key) ?? [];
    return {
      ...notice,
      resident: { id: residentId, name: residentName },
      messages: own.map((message) => ({ ...message, address: maskedAddress(message.address) })),
      actions: done.get(notice.key) ?? [],
      answer: answered.get(notice.key)?.[0] ?? null,
      replies: own.flatMap(({ id }) => replies.get(id) ?? []),
    };
  });
}
