import { z } from 'zod';
import type { OutgoingMessage } from '../../messaging/port.ts';
import type { ClaimedMessage } from '../../store/messages/claim.ts';
import { htmlOf } from './html-of.ts';

/** What is kept beside the words of a message. */
export const extraSchema = z.object({
  unsubscribeUrl: z.string().optional(),
  template: z
    .object({
      name: z.string(),
      parameters: z.record(z.string(), z.string()),
      registered: z.record(z.string(), z.object({ code: z.string(), signature: z.string() })),
    })
    .optional(),
});
export type Extra = z.infer<typeof extraSchema>;

/** @returns a claimed message as providers take it; the same row is the same message, word by word */
export function outgoingOf(claimed: ClaimedMessage): OutgoingMessage {
  const { id, channel, address, locale, subject, text } = claimed;
  const { unsubscribeUrl, template } = extraSchema.parse(claimed.extra);
  return {
    ...{ id, channel, to: address, locale, subject, text },
    ...(channel === 'email' && { html: htmlOf(text, locale) }),
    ...(unsubscribeUrl !== undefined && { unsubscribeUrl }),
    ...(template && { template }),
  };
}
