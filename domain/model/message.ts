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
