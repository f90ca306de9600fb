import { z } from 'zod';
import type { MessageProvider, OutgoingMessage, SendResult } from '../port.ts';
import { networkFailure, retryAfterMs } from './network-failure.ts';
import { signedHeaders } from './webhook-signature.ts';

export interface SmsWebhookSettings {
  /** Messages are posted here; `<url>/<id>` tells what became of one. */
  readonly url: string;
  readonly secret: string;
  /** Whether the gateway sends a message once, however often its Idempotency-Key comes. */
  readonly idempotent: boolean;
  readonly perSecond: number;
  readonly concurrency: number;
  readonly timeoutMs?: number;
}

const said = z.object({
  status: z.enum(['accepted', 'refused']).optional(),
  providerId: z.string().max(200).nullish(),
  delivered: z.boolean().optional(),
  reason: z.string().max(500).optional(),
  badAddress: z.boolean().optional(),
});
type Said = z.infer<typeof said>;

/** A gateway's answer is its own business beyond the fields that the protocol names. */
async function bodyOf(response: Response): Promise<Said> {
  try {
    return said.parse(await response.json());
  } catch {
    return {};
  }
}

const accepted = ({ providerId, delivered }: Said): SendResult => ({
  status: 'accepted',
  providerId: providerId ?? null,
  ...(delivered !== undefined && { delivered }),
});

const refused = ({ reason, badAddress }: Said, status: number): SendResult => ({
  status: 'refused',
  reason: reason ?? `HTTP ${status}`,
  badAddress: badAddress ?? false,
});

/**
 * Any gateway over signed HTTP: `POST <url>` with JSON `{id, to, text, template?, parameters?}`, `Idempotency-Key`,
 * `X-Yilu-Timestamp` (UTC epoch seconds) and `X-Yilu-Signature` (HMAC-SHA256 of `timestamp.body`, hexadecimal).
 * Answers: 200, 201, 202 or 409 taken; 400 or 422 refused for good; 401, 403, 404, 429 or 503 surely not taken; any
 * other, or none, is doubtful: `unknown`, also where the gateway honours the key and the same message again does no
 * harm, as another gateway must not be given it. `GET <url>/<id>` is signed over the id.
 */
export function createSmsWebhookProvider(settings: SmsWebhookSettings): MessageProvider {
  const { url, secret, idempotent, perSecond, concurrency, timeoutMs = 10_000 } = settings;
  const doubtful = (reason: string): SendResult => ({ status: 'unknown', reason });
  const within = (signal: AbortSignal): AbortSignal =>
    AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);

  async function send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult> {
    const { id, to, text, template } = message;
    const body = JSON.stringify({
      id,
      to,
      text,
      ...(template && { template: template.name, parameters: template.parameters }),
    });
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json',
          'Idempotency-Key': id,
          ...signedHeaders(secret, body),
        },
        body,
        signal: within(signal),
      });
    } catch (error) {
      const { code, mayHaveArrived } = networkFailure(error);
      return mayHaveArrived ? doubtful(code) : { status: 'later', reason: code };
    }
    const { status } = response;
    const reason = `HTTP ${status}`;
    const content = await bodyOf(response);
    if ((status >= 200 && status < 300) || status === 409) return accepted(content);
    if (status === 400 || status === 422) return refused(content, status);
    if (status === 429 || status === 503) {
      const wait = retryAfterMs(response.headers.get('retry-after'));
      return { status: 'later', reason, ...(wait !== undefined && { retryAfterMs: wait }) };
    }
    // A wrong secret or address is an operator's to put right; the message itself is not at fault.
    if (status < 500) return { status: 'later', reason };
    return doubtful(reason);
  }

  return {
    name: 'webhook',
    channel: 'sms',
    idempotent,
    perSecond,
    concurrency,
    send,
    async ask(id, signal) {
      try {
        const response = await fetch(`${url}/${encodeURIComponent(id)}`, {
          redirect: 'manual',
          headers: signedHeaders(secret, id),
          signal: within(signal),
        });
        const content = await bodyOf(response);
        if (response.status === 404) return 'not-found';
        if (!response.ok) return { status: 'unknown', reason: `HTTP ${response.status}` };
        return content.status === 'refused' ? refused(content, response.status) : accepted(content);
      } catch (error) {
        return { status: 'unknown', reason: networkFailure(error).code };
      }
    },
  };
}
