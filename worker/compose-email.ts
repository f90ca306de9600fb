import { createHash } from 'node:crypto';
import type { Addressee, DueNotice } from '../store/notices.ts';

export interface Email {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** What every pathway may say without wording of its own. Nothing clinical: whoever holds the telephone reads it. */
const builtIn = {
  'reminder-resident': {
    subject: { zh: '提醒：{stepTitle}', en: 'Reminder: {stepTitle}' },
    body: {
      zh: '您好：请在 {dueDate} 前完成“{stepTitle}”。如有疑问，请联系您的家庭医生。',
      en: 'Hello, please complete "{stepTitle}" by {dueDate}. If you have questions, call your family doctor.',
    },
  },
  'reminder-staff': {
    subject: { zh: '待办：{stepTitle}', en: 'To do: {stepTitle}' },
    body: {
      zh: '“{stepTitle}”应于 {dueDate} 前完成，仍在等待。请在一路中处理：旅程 {journey}。',
      en: '"{stepTitle}" was due by {dueDate} and still waits. Please act in Yilu: journey {journey}.',
    },
  },
  'outside-work-failed': {
    subject: { zh: '请人工处理：{stepTitle}', en: 'Please take over: {stepTitle}' },
    body: {
      zh: '“{stepTitle}”的外部事务未能完成，请人工处理：旅程 {journey}。',
      en: 'Work in another system for "{stepTitle}" could not be completed. Please take over: journey {journey}.',
    },
  },
} as const;

/** @returns the message for one person; the same notice to the same person always has the same Message-ID */
export function composeEmail(notice: DueNotice, to: Addressee & { readonly email: string }): Email {
  const wording =
    notice.wording ?? builtIn[notice.template as keyof typeof builtIn] ?? builtIn['reminder-staff'];
  const { locale } = to;
  const known: Record<string, string> = {
    ...Object.fromEntries(Object.entries(notice.parameters).map(([name, value]) => [name, String(value)])),
    stepTitle: notice.stepTitle[locale],
    journey: notice.journey,
    place: notice.place.name,
    ...(notice.place.phone !== null && { phone: notice.place.phone }),
  };
  const fill = (text: string): string =>
    text.replaceAll(/\{\s*([^{}\s]*)\s*\}/gu, (_all, name: string) => known[name] ?? '—');
  // The key holds ids only, and characters that a Message-ID may not.
  const digest = createHash('sha256').update(`${notice.key}\n${to.id}`).digest('hex').slice(0, 40);
  return {
    messageId: `<${digest}@yilu>`,
    to: to.email,
    subject: fill(wording.subject[locale]),
    text: fill(wording.body[locale]),
  };
}
