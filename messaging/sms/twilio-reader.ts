import type { WebhookReader, WebhookRequest } from '../webhook.ts';
import { isBadAddress } from './twilio-codes.ts';

/** Only the part that checks signatures; the whole package is many times as large. */
const checker = async () => (await import('twilio/lib/webhooks/webhooks.js')).default;

const formOf = ({ body }: WebhookRequest): URLSearchParams => new URLSearchParams(body);

/** Names of the parameters that appear more than once keep all their values, as the signature covers them. */
function parametersOf(form: URLSearchParams): Record<string, string | string[]> {
  const entries = [...new Set(form.keys())].map((name): [string, string | string[]] => {
    const all = form.getAll(name);
    return [name, all.length > 1 ? all : (all[0] ?? '')];
  });
  return Object.fromEntries(entries);
}

/**
 * Twilio's callbacks, whose `X-Twilio-Signature` its own library checks against the address that Twilio was given. It
 * covers no timestamp; a copy of a callback says nothing new, as receipts and replies are known by their ids.
 */
export function createTwilioReader(authToken: string): WebhookReader {
  return {
    provider: 'twilio',
    answer: { type: 'text/xml', body: '<?xml version="1.0" encoding="UTF-8"?><Response/>' },
    async verify(request) {
      const { validateRequest } = await checker();
      const signature = request.header('X-Twilio-Signature') ?? '';
      return validateRequest(authToken, signature, request.url.href, parametersOf(formOf(request)))
        ? undefined
        : 'bad-signature';
    },
    receipts(request) {
      const form = formOf(request);
      const sid = form.get('MessageSid');
      const status = form.get('MessageStatus');
      if (!sid || !status) return undefined;
      const delivered = status === 'delivered' || status === 'read';
      if (!delivered && status !== 'failed' && status !== 'undelivered') return [];
      const messageId = request.url.searchParams.get('id');
      const code = Number(form.get('ErrorCode') ?? Number.NaN);
      return [
        {
          provider: 'twilio',
          receiptId: `${sid}:${delivered ? 'delivered' : 'failed'}`,
          ...(messageId && { messageId }),
          providerId: sid,
          status: delivered ? 'delivered' : 'failed',
          ...(!delivered && {
            reason: code === 21610 ? 'opted-out' : Number.isNaN(code) ? status : String(code),
            badAddress: isBadAddress(code),
          }),
        },
      ];
    },
    inbound(request, now) {
      const form = formOf(request);
      const [id, from] = [form.get('MessageSid'), form.get('From')];
      if (!id || !from) return undefined;
      return [{ provider: 'twilio', id, from, text: (form.get('Body') ?? '').slice(0, 2_000), at: now }];
    },
  };
}
