import { describe, expect, it } from 'vitest';
import { createHealth } from '../../../activities/dispatch/provider-health.ts';
import { createTokenBucket } from '../../../activities/dispatch/token-bucket.ts';

const later = (reason: string) => ({ status: 'later', reason }) as const;

describe('whether a provider is worth a try', () => {
  it('is left alone for longer and longer while it is away, and tried with one message', () => {
    let now = 0;
    const health = createHealth(() => now);
    expect([health.waitMs(), health.isOnTrial]).toEqual([0, false]);
    const waits: number[] = [];
    for (let time = 0; time < 8; time++) {
      expect(health.note(later('ECONNREFUSED'))).toBe(true);
      waits.push(health.waitMs());
      now += health.waitMs();
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(health.isOnTrial).toBe(true);
    health.note({ status: 'accepted', providerId: null });
    expect([health.waitMs(), health.isOnTrial]).toEqual([0, false]);
  });

  it('many that fail at once make one pause', () => {
    const health = createHealth(() => 0);
    for (let count = 0; count < 16; count++) health.note(later('HTTP 503'));
    expect(health.waitMs()).toBe(1_000);
  });

  it('rests as long as it asks to', () => {
    const health = createHealth(() => 0);
    health.note({ ...later('HTTP 429'), retryAfterMs: 7_000 });
    expect(health.waitMs()).toBe(7_000);
  });

  it('one mailbox that is put off is no outage, three in a row are', () => {
    const health = createHealth(() => 0);
    expect([1, 2, 3].map(() => health.note(later('EMESSAGE 450 4.2.0')))).toEqual([false, false, true]);
  });
});

describe('the speed of a provider', () => {
  it('is kept after the first second, and what was not used is no credit for later', async () => {
    let now = 0;
    const bucket = createTokenBucket(5, () => now);
    const hurried = new AbortController();
    const take = (count: number) => Array.from({ length: count }, () => bucket.take(hurried.signal));
    await Promise.all(take(5));
    now = 60_000;
    await Promise.all(take(5));
    const [sixth] = take(1);
    hurried.abort();
    await expect(sixth).rejects.toThrow('aborted');
  });
});
