import type { MessageProvider, OutgoingMessage, SendResult } from '../port.ts';
import { networkFailure } from './network-failure.ts';
import { twilioResult } from './twilio-codes.ts';

export interface TwilioSettings {
  readonly accountSid: string;
  readonly authToken: string;
  /** A Messaging Service (`MG…`) chooses the sender, or else a number does. */
  readonly sender: { readonly messagingServiceSid: string } | { readonly from: string };
  /** `https://api.twilio.com` unless set. */
  readonly apiUrl?: string;
  /** Where receipts come in; our id is added to its query. */
  readonly statusCallback?: string;
  readonly perSecond: number;
  readonly concurrency: number;
  readonly timeoutMs?: number;
}

/** The package takes a good part of a second and tens of megabytes to load: only who sends through it pays for it. */
async function openClient(settings: TwilioSettings) {
  const { default: twilio } = await import('twilio');
  const { accountSid, authToken, apiUrl, timeoutMs = 10_000, concurrency } = settings;
  const inner = new twilio.RequestClient({ timeout: timeoutMs, maxSockets: concurrency });
  if (apiUrl !== undefined) {
    const request = inner.request.bind(inner);
    inner.request = (options) =>
      request({ ...options, uri: options.uri.replace('https://api.twilio.com', apiUrl) });
  }
  return twilio(accountSid, authToken, { httpClient: inner });
}

type Opened = Awaited<ReturnType<typeof openClient>>;

/**
 * SMS by Twilio's own package. It has no idempotency key and cannot be asked by our id, so an answer that never came
 * stays `unknown`; the status callback bears our id, and may still tell.
 */
export function createTwilioProvider(settings: TwilioSettings): MessageProvider {
  const { sender, statusCallback, perSecond, concurrency } = settings;
  let opening: Promise<Opened> | undefined;

  async function send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult> {
    const client = await (opening ??= openClient(settings));
    if (signal.aborted) return { status: 'later', reason: 'AbortError' };
    const callback = statusCallback === undefined ? undefined : new URL(statusCallback);
    callback?.searchParams.set('id', message.id);
    try {
      const { sid } = await client.messages.create({
        to: message.to,
        body: message.text,
        ...sender,
        ...(callback && { statusCallback: callback.href }),
      });
      return { status: 'accepted', providerId: sid };
    } catch (error) {
      const { status, code } = error as Error & { status?: unknown; code?: unknown };
      if (typeof status === 'number') return twilioResult(typeof code === 'number' ? code : null, status);
      const failure = networkFailure(error);
      return { status: failure.mayHaveArrived ? 'unknown' : 'later', reason: failure.code };
    }
  }

  return { name: 'twilio', channel: 'sms', idempotent: false, perSecond, concurrency, send };
}
