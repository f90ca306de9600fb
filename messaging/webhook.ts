import type { Inbound, Receipt } from '../domain/model/message.ts';

/** What a provider's webhook sent us, as far as it is needed to tell whether it was the provider. */
export interface WebhookRequest {
  /** The address that was called, as the provider was told it: scheme, host, path and query. */
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly body: string;
}

export type WebhookProblem = 'bad-signature' | 'old-timestamp';

/** Reads what one provider posts. Bodies are read only after they were verified. */
export interface WebhookReader {
  readonly provider: string;
  /** @returns why it is not believed, or undefined when it is the provider's own */
  verify(request: WebhookRequest, now: number): Promise<WebhookProblem | undefined>;
  /** @returns final receipts, none for states on the way; undefined when the body is not the provider's format */
  receipts(request: WebhookRequest): readonly Receipt[] | undefined;
  inbound(request: WebhookRequest, now: number): readonly Inbound[] | undefined;
  /** What the provider expects to read when all is well. */
  readonly answer: { readonly type: string; readonly body: string };
}

/** @returns the parsed JSON, or undefined when it is none */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
