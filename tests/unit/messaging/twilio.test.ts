import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, describe, expect, it } from 'vitest';
import type { OutgoingMessage } from '../../../messaging/port.ts';
import { createTwilioProvider } from '../../../messaging/sms/twilio-provider.ts';
import { createTwilioReader } from '../../../messaging/sms/twilio-reader.ts';
import { nobodyThere, startHttpServer } from '../../support/http-server.ts';

const never = new AbortController().signal;
const cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const work of cleanUp.splice(0)) await work();
});

const accountSid = `AC${'0'.repeat(32)}`;
const message: OutgoingMessage = {
  ...{
    id: 'm-1',
    channel: 'sms',
    to: '+15005550006',
    locale: 'en',
    subject: '',
    text: 'Please come on Friday.',
  },
};
const providerAt = (apiUrl: string, timeoutMs = 10_000) =>
  createTwilioProvider({
    ...{ accountSid, authToken: 'token', apiUrl, sender: { messagingServiceSid: 'MG1' } },
    statusCallback: 'https://yilu.example.org/webhooks/messages/twilio/receipts',
    ...{ perSecond: 10, concurrency: 2, timeoutMs },
  });
async function twilio(status: number | undefined, body: unknown) {
  const server = await startHttpServer((_asked, response) => {
    if (status !== undefined)
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  cleanUp.push(() => server.stop());
  return { asked: server.asked, provider: providerAt(server.url, status === undefined ? 500 : undefined) };
}

describe('Twilio, by its own package', () => {
  it('sends by the Messaging Service, and its callback bears our id', async () => {
    const { provider, asked } = await twilio(201, { sid: 'SM1', status: 'queued' });
    expect(await provider.send(message, never)).toEqual({ status: 'accepted', providerId: 'SM1' });
    expect(asked[0]!.url.pathname).toBe(`/2010-04-01/Accounts/${accountSid}/Messages.json`);
    expect(Object.fromEntries(new URLSearchParams(asked[0]!.body))).toEqual({
      To: '+15005550006',
      Body: 'Please come on Friday.',
      MessagingServiceSid: 'MG1',
      StatusCallback: 'https://yilu.example.org/webhooks/messages/twilio/receipts?id=m-1',
    });
  });

  it.each([
    [400, 21211, { status: 'refused', badAddress: true }],
    [400, 21614, { status: 'refused', badAddress: true }],
    [400, 21610, { status: 'refused', reason: 'opted-out', badAddress: false }],
    [400, 21617, { status: 'refused', badAddress: false }],
    [429, 20429, { status: 'later', retryAfterMs: 1_000 }],
    [429, 63038, { status: 'later', retryAfterMs: 3_600_000 }],
    [401, 20003, { status: 'later', retryAfterMs: 900_000 }],
    [503, 20503, { status: 'later' }],
    [500, 20500, { status: 'unknown' }],
  ])('HTTP %i, code %i', async (status, code, expected) => {
    const { provider, asked } = await twilio(status, { code, message: 'words', status });
    expect(await provider.send(message, never)).toMatchObject(expected);
    expect(asked).toHaveLength(1);
  });

  it('is unknown without an answer, and later when nobody listens', async () => {
    const { provider } = await twilio(undefined, {});
    expect(await provider.send(message, never)).toMatchObject({ status: 'unknown' });
    expect(await providerAt(await nobodyThere()).send(message, never)).toMatchObject({ status: 'later' });
  });

  it('believes callbacks with Twilio’s own signature over address and form, and reads the final ones', async () => {
    const reader = createTwilioReader('token');
    const url = new URL('https://yilu.example.org/webhooks/messages/twilio/receipts?id=m-1');
    const callback = (form: Record<string, string>, token = 'token') => {
      const signature = getExpectedTwilioSignature(token, url.href, form);
      return {
        url,
        header: (name: string) => (name === 'X-Twilio-Signature' ? signature : undefined),
        body: new URLSearchParams(form).toString(),
      };
    };
    const delivered = callback({ MessageSid: 'SM1', MessageStatus: 'delivered' });
    expect(await reader.verify(delivered, 0)).toBeUndefined();
    expect(await reader.verify({ ...delivered, body: `${delivered.body}&x=1` }, 0)).toBe('bad-signature');
    expect(await reader.verify({ ...delivered, url: new URL(`${url.href}2`) }, 0)).toBe('bad-signature');
    expect(await reader.verify(callback({ MessageSid: 'SM1' }, 'another'), 0)).toBe('bad-signature');
    expect(await reader.verify({ ...delivered, header: () => undefined }, 0)).toBe('bad-signature');
    expect(reader.receipts(delivered)).toEqual([
      {
        provider: 'twilio',
        receiptId: 'SM1:delivered',
        messageId: 'm-1',
        providerId: 'SM1',
        status: 'delivered',
      },
    ]);
    expect(reader.receipts(callback({ MessageSid: 'SM1', MessageStatus: 'sent' }))).toEqual([]);
    expect(
      reader.receipts(callback({ MessageSid: 'SM1', MessageStatus: 'undelivered', ErrorCode: '30005' })),
    ).toMatchObject([{ status: 'failed', reason: '30005', badAddress: true }]);
    expect(reader.receipts(callback({ a: 'b' }))).toBeUndefined();
    expect(reader.inbound(callback({ MessageSid: 'SM2', From: '+15005550006', Body: ' stop ' }), 7)).toEqual([
      { provider: 'twilio', id: 'SM2', from: '+15005550006', text: ' stop ', at: 7 },
    ]);
  });
});
