import type { Locale } from '../domain/model/localized.ts';
import type { Channel } from '../domain/model/message.ts';

/** One message to one address, composed and ready to leave. */
export interface OutgoingMessage {
  /** The idempotency key: the same id is the same message, for ever. */
  readonly id: string;
  readonly channel: Channel;
  /** An address of email, or a telephone number in E.164 (`+86139…`). */
  readonly to: string;
  readonly locale: Locale;
  /** Email only; empty for SMS. */
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  /** Where one click ends messages of this kind (RFC 8058). */
  readonly unsubscribeUrl?: string;
  /** For gateways that send registered templates only: which one, and what fills it in. */
  readonly template?: {
    readonly name: string;
    readonly parameters: Readonly<Record<string, string>>;
    /** By the provider's name: as it has registered this template in the message's language. */
    readonly registered?: Readonly<Record<string, { readonly code: string; readonly signature: string }>>;
  };
}

/** What became of one attempt. */
export type SendResult =
  /** Taken; `delivered` where the provider says at once that it has arrived. */
  | { readonly status: 'accepted'; readonly providerId: string | null; readonly delivered?: boolean }
  /** Refused for good: the same again would be refused again. */
  | { readonly status: 'refused'; readonly reason: string; readonly badAddress: boolean }
  /** Surely not taken, and worth trying again. */
  | { readonly status: 'later'; readonly reason: string; readonly retryAfterMs?: number }
  /** It may have been taken: the answer never came. */
  | { readonly status: 'unknown'; readonly reason: string };

/** What some providers need to find a message again; those that find it by its id alone do without. */
export interface SentMessage {
  /** As in {@link OutgoingMessage}. */
  readonly to: string;
  /** When it was tried, in UTC epoch milliseconds. */
  readonly sentAt: number;
}

/** A gateway or a mail server. */
export interface MessageProvider {
  readonly name: string;
  readonly channel: Channel;
  /** True when the same id sent twice arrives once. */
  readonly idempotent: boolean;
  /** Messages a second that it takes. */
  readonly perSecond: number;
  readonly concurrency: number;
  send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult>;
  /** Asks what became of a message whose answer never came; absent where the provider cannot say. */
  ask?(id: string, signal: AbortSignal, sent?: SentMessage): Promise<SendResult | 'not-found'>;
}
