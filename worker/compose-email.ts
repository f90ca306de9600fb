import { createHash } from 'node:crypto';
import { builtInWording, builtInWordings } from '../domain/messaging/built-in.ts';
import { formatText } from '../domain/messaging/format.ts';
import { TemplateError } from '../domain/messaging/template-error.ts';
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
    dueDate: new Date(notice.dueAt).toISOString().slice(0, 10),
    ...notice.parameters,
    stepTitle: notice.stepTitle[locale],
    journey: notice.journey,
    place: notice.place.name,
    phone: notice.place.phone ?? '—',
  };
  const wording = notice.wording ?? builtInWording(notice.template) ?? builtInWordings['reminder-staff'];
  const plain = builtInWordings[to.kind === 'resident' ? 'reminder-resident' : 'reminder-staff'];
  const fill = (part: 'subject' | 'body'): string => {
    try {
      return formatText(wording[part][locale], locale, values);
    } catch (error) {
      // A wording that cannot be filled in must leave nobody untold.
      if (!(error instanceof TemplateError)) throw error;
      return formatText(plain[part][locale], locale, values);
    }
  };
  // The key holds ids only, and characters that a Message-ID may not.
  const digest = createHash('sha256').update(`${notice.key}\n${to.id}`).digest('hex').slice(0, 40);
  return {
    messageId: `<${digest}@yilu>`,
    to: to.email,
    subject: fill('subject'),
    text: fill('body'),
  };
}
