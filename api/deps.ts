import type { Logger } from 'pino';
import type { JSONWebKeySet } from 'jose';
import type { JourneyId } from '../domain/model/ids.ts';
import type { InboundMeaning } from '../messaging/inbound-meaning.ts';
import type { Inbound, Receipt } from '../domain/model/message.ts';
import type { WebhookReader } from '../messaging/webhook.ts';
import type { StoreDeps } from '../store/deps.ts';
import type { LinkSigner } from '../messaging/answer-link.ts';
import type { JourneyView } from '../workflows/messages.ts';
import type { TokenVerifier } from './auth/token-verifier.ts';

/** How the clocks' engine is, as far as this process can tell. */
export interface ClockHealth {
  readonly temporal: 'ok' | 'away';
  /** A worker has asked for work within the last two minutes. */
  readonly workerSeen: boolean;
}

/** The journeys' clocks. Nothing that a command does waits for them. */
export interface ClockPort {
  /** Wakes the journey's clock; rejects when that did not succeed in time. */
  poke(journey: JourneyId): Promise<void>;
  /** @returns what the running workflow says of itself, or null when it does not answer in time */
  ask(journey: JourneyId): Promise<JourneyView | null>;
  health(): Promise<ClockHealth>;
}

/** What became of something that a provider told: taken, known before, or about nothing of ours. */
export type Taken = 'new' | 'known' | 'unmatched';

/** Where receipts and replies from providers of messages go. */
export interface MessageWebhooks {
  /** By the provider's name. */
  readonly readers: ReadonlyMap<string, WebhookReader>;
  /** As providers were told it; without a slash at the end. */
  readonly publicUrl: string;
  recordReceipt(receipt: Receipt): Promise<Taken>;
  recordInbound(inbound: Inbound, meaning: InboundMeaning): Promise<Taken>;
}

/** What the API is made of; given by the composition root or by a test. */
export interface ApiDeps {
  readonly store: StoreDeps;
  readonly clocks: ClockPort;
  readonly verifier: TokenVerifier;
  /** Published at `/.well-known/jwks.json`; only the local issuer has one. */
  readonly publicKeys?: JSONWebKeySet;
  readonly logger: Logger;
  /** Undefined: no provider's receipts or replies are taken. */
  readonly webhooks?: MessageWebhooks;
  /** Of the links by which residents answer; without it there are no pages for them. */
  readonly links?: LinkSigner;
  /** The header in which the gateway in front says who called, such as `X-Forwarded-For`. */
  readonly addressHeader?: string;
  /** A request that has not been answered after so long is answered 503. Default 3 s. */
  readonly answerWithinMs?: number;
}
