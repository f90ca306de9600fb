/** The channels on which a message can leave. */
export const channels = ['sms', 'email'] as const;
export type Channel = (typeof channels)[number];

/** What a notice is for; residents may opt out of each by itself. Never what a result says. */
export const noticePurposes = ['invitation', 'reminder', 'appointment', 'answer', 'work'] as const;
export type NoticePurpose = (typeof noticePurposes)[number];

/** What a resident may answer to a message that asks for something. */
export const residentAnswers = ['confirmed', 'another-time', 'done-elsewhere', 'do-not-contact'] as const;
export type ResidentAnswerKind = (typeof residentAnswers)[number];

/** What a message may ask; that nobody contacts them any more, a resident may say to any. */
export const residentAsks = ['confirm', 'another-time', 'done-elsewhere'] as const;
export type ResidentAsk = (typeof residentAsks)[number];

/** Whom a message is for. */
export const addressees = ['resident', 'staff'] as const;
export type Addressee = (typeof addressees)[number];

/** What a provider says later about a message that it took. */
export interface Receipt {
  readonly provider: string;
  /** The same receipt twice is one receipt. */
  readonly receiptId: string;
  /** Our id, where the provider repeats it; else its own. */
  readonly messageId?: string;
  readonly providerId?: string;
  readonly status: 'delivered' | 'failed';
  readonly reason?: string;
  readonly badAddress?: boolean;
}

/** What a resident wrote back. */
export interface Inbound {
  readonly provider: string;
  /** The provider's own: the same reply twice is one reply. */
  readonly id: string;
  /** In E.164. */
  readonly from: string;
  readonly text: string;
  /** UTC epoch milliseconds. */
  readonly at: number;
}
