import { describe, expect, it } from 'vitest';
import { createHealth } from '../../../activities/dispatch/provider-health.ts';

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

  it('a pause that was asked for is told from an outage, until it is over', () => {
    let now = 0;
    const health = createHealth(() => now);
    health.note({ ...later('HTTP 429'), retryAfterMs: 1_000 });
    expect(health.isAsked).toBe(true);
    now = 1_000;
    expect(health.isAsked).toBe(false);
    health.note(later('ECONNREFUSED'));
    expect(health.isAsked).toBe(false);
  });

  it('one mailbox that is put off is no outage, three in a row are', () => {
    const health = createHealth(() => 0);
    expect([1, 2, 3].map(() => health.note(later('EMESSAGE 450 4.2.0')))).toEqual([false, false, true]);
  });
});
