import type { ZoneClock } from '../domain/calendar/zone-clock.ts';
import { fateOf } from '../domain/messaging/fate.ts';
import type { Recipient } from '../domain/model/effect.ts';
import { say } from '../domain/model/localized.ts';
import type { NoticeActionView, NoticeView } from '../store/messages/notice-view.ts';
import type { Reply } from '../store/messages/replies.ts';
import { answerTitles, recipientText, type Wording } from './describe-event.ts';

/** @returns whom a notice is for, as effects say it */
export const recipientOf = ({ recipientKind, recipientRole, recipientStaff }: NoticeView): Recipient =>
  recipientKind === 'resident' || recipientRole === null
    ? { kind: 'resident' }
    : { kind: 'staff', role: recipientRole, ...(recipientStaff !== null && { staff: recipientStaff }) };

function actionText({ action, reason, by, at }: NoticeActionView, { locale, time, staff }: Wording): string {
  const did = action === 'retry' ? say('重发', 'sent again by') : say('取消', 'cancelled by');
  const who = staff.get(by) ?? by;
  const told = locale === 'zh' ? `${time(at)} ${who} ${did.zh}` : `${time(at)} ${did.en} ${who}`;
  if (reason === null) return told;
  return locale === 'zh' ? `${told}（${reason}）` : `${told} (${reason})`;
}

function replyText({ text, receivedAt, forAPerson, readAt }: Reply, { locale, time }: Wording): string {
  const unread = forAPerson && readAt === null ? say('（未读）', ' (unread)')[locale] : '';
  const word = say('居民回复', 'the resident wrote')[locale];
  return locale === 'zh'
    ? `${time(receivedAt)} ${word}：“${text}”${unread}`
    : `${time(receivedAt)} ${word}: "${text}"${unread}`;
}

/** @returns what became of a notice and what people did and said about it, one line each */
export function noticeLines(notice: NoticeView, wording: Wording, clock: ZoneClock): string[] {
  const { locale, time } = wording;
  const fate = fateOf(notice, clock)[locale];
  const who = recipientText(wording, recipientOf(notice));
  const { answer } = notice;
  const told = locale === 'zh' ? `通知 ${who}：${fate}` : `notice to ${who}: ${fate}`;
  return [
    told,
    ...notice.actions.map((action) => `  ${actionText(action, wording)}`),
    ...(answer ? [`  ${time(answer.at)} ${answerTitles[answer.answer][locale]}`] : []),
    ...notice.replies.map((reply) => `  ${replyText(reply, wording)}`),
  ];
}
