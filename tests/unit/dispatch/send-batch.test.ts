import { describe, expect, it } from 'vitest';
import { createHealth } from '../../../activities/dispatch/provider-health.ts';
import { sendBatch, type Carrier } from '../../../activities/dispatch/send-batch.ts';
import { createTokenBucket } from '../../../activities/dispatch/token-bucket.ts';
import type { MessageProvider, SendResult } from '../../../messaging/port.ts';
import type { ClaimedMessage } from '../../../store/messages/claim.ts';
import type { Finished } from '../../../store/messages/finish.ts';

const pause = { status: 'later', reason: 'HTTP 429', retryAfterMs: 5 } as const;
const accepted = { status: 'accepted', providerId: null } as const;

function carrierOf(
  name: string,
  answers: (attempt: number) => SendResult,
  idempotent = true,
): Carrier & { readonly tried: () => number } {
  let attempts = 0;
  const provider: MessageProvider = {
    ...{ name, channel: 'sms', idempotent, perSecond: 10_000, concurrency: 1 },
    send: () => Promise.resolve(answers(++attempts)),
  };
  return {
    ...{ provider, health: createHealth(), bucket: createTokenBucket(10_000) },
    tried: () => attempts,
  };
}

const message = (id: string): ClaimedMessage => ({
  ...{
    id,
    channel: 'sms',
    recipientKind: 'resident',
    recipient: 'r',
    district: 'd',
    address: '+8619900000001',
  },
  ...{ locale: 'zh', kind: 'notice', subject: '', text: 'text', segments: 1, extra: {}, attempts: 1 },
  provider: 'primary',
});

/** @returns what was written down, and which messages were marked as being sent */
async function sent(carriers: readonly Carrier[]): Promise<{ results: Finished[]; marked: string[] }> {
  const results: Finished[] = [];
  const marked: string[] = [];
  const never = new AbortController().signal;
  const { written } = await sendBatch(
    {
      ...{ carriers, stopping: never, breakOff: never },
      markSending: (id) => Promise.resolve(marked.push(id) === marked.indexOf(id) + 1),
      finish: (list) => Promise.resolve(results.push(...list)),
    },
    { claimed: [message('a'), message('b')], fresh: new Set(['a', 'b']) },
  );
  await written;
  return { results, marked };
}
const statusesOf = ({ results }: { results: Finished[] }): string[] => results.map(({ status }) => status);

describe('a provider that asks for a short pause', () => {
  it('is given the same message again after it, which is one attempt', async () => {
    const primary = carrierOf('primary', (attempt) => (attempt <= 2 ? pause : accepted));
    expect((await sent([primary])).results).toEqual([
      expect.objectContaining({ id: 'a', attempts: 1, status: 'sent' }),
      expect.objectContaining({ id: 'b', attempts: 1, status: 'sent' }),
    ]);
  });

  it('one that cannot tell the same one again has it marked once', async () => {
    const primary = carrierOf('primary', (attempt) => (attempt === 1 ? pause : accepted), false);
    const done = await sent([primary]);
    expect(statusesOf(done)).toEqual(['sent', 'sent']);
    expect(done.marked).toEqual(['a', 'b']);
  });

  it('again and again: the message is given back, for when its time comes', async () => {
    expect(statusesOf(await sent([carrierOf('primary', () => pause)]))).toEqual(['later', 'later']);
  });

  it('is not waited for where another one takes messages, or for long', async () => {
    const primary = carrierOf('primary', () => pause);
    const done = await sent([primary, carrierOf('fallback', () => accepted)]);
    expect(done.results).toMatchObject([
      { status: 'later', afterMs: 0 },
      { status: 'later', afterMs: 0 },
    ]);
    expect(primary.tried()).toBe(1);
    const long = carrierOf('primary', () => ({ ...pause, retryAfterMs: 60_000 }));
    expect((await sent([long])).results).toMatchObject([
      { status: 'later', afterMs: 60_000 },
      { status: 'later', error: 'not-tried' },
    ]);
  });
});
