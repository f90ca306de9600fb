import { z } from 'zod';
import { localizedSchema, type Localized } from '../model/localized.ts';

/** What a message says, in every language. Each text is ICU MessageFormat over the variables of `variables.ts`. */
export const wordingSchema = z.strictObject({
  subject: localizedSchema,
  body: localizedSchema,
  /** As a text message. Without one, a resident's telephone is sent the built-in sentence. */
  sms: localizedSchema.optional(),
});
export type Wording = z.infer<typeof wordingSchema>;

/** A wording that can leave on every channel. */
export interface FullWording extends Wording {
  readonly sms: Localized;
}

/** The texts of a wording, in the order in which a person reads them. */
export const wordingParts = ['subject', 'body', 'sms'] as const;
export type WordingPart = (typeof wordingParts)[number];

/** Whom a text speaks to: a resident's telephone may be in anybody's hand. */
export type Audience = 'resident' | 'staff';
