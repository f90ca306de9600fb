import { createHash } from 'node:crypto';
import { builtInWording, builtInWordings } from '../domain/messaging/built-in.ts';
import { formatText } from '../domain/messaging/format.ts';
import type { TextValues } from '../domain/messaging/variables.ts';
import type { Addressee, DueNotice } from '../store/notices.ts';

export interface Email {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** @returns the message for one person; the same notice to the same person always has the same Message-ID */
export function composeEmail(notice: DueNotice, to: Addressee & { readonly email: string }): Email {
  const { locale } = to;
  const values: TextValues = {
    ...notice.parameters,
    stepTitle: notice.stepTitle[locale],
    journey: notice.journey,
    place: notice.place.name,
    phone: notice.place.phone ?? '—',
  };
  const wording = notice.wording ?? builtInWording(notice.template) ?? builtInWordings['reminder-staff'];
  const fill = (text: string): string => formatText(text, locale, values);
  // The key holds ids only, and characters that a Message-ID may not.
  const digest = createHash('sha256').update(`${notice.key}\n${to.id}`).digest('hex').slice(0, 40);
  return {
    messageId: `<${digest}@yilu>`,
    to: to.email,
    subject: fill(wording.subject[locale]),
    text: fill(wording.body[locale]),
  };
}
