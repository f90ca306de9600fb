import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../../../activities/dispatch/outcome-of.ts';

const first = { id: 'm', attempts: 1 };
const plain = { idempotent: true, pinned: false, another: false };
const later = { status: 'later', reason: 'HTTP 503' } as const;
const unknown = { status: 'unknown', reason: 'HTTP 500' } as const;

describe('what is written down of an attempt', () => {
  it.each([
    ['taken', { status: 'accepted', providerId: 'p' }, {}, { status: 'sent', providerId: 'p' }],
    ['arrived', { status: 'accepted', providerId: null, delivered: true }, {}, { status: 'delivered' }],
    [
      'refused',
      { status: 'refused', reason: 'no-such-number', badAddress: true },
      {},
      { status: 'failed', badAddress: true },
    ],
    ['surely not taken: it waits', later, {}, { status: 'later', afterMs: 30_000 }],
    ['asked to wait longer', { ...later, retryAfterMs: 90_000 }, {}, { status: 'later', afterMs: 90_000 }],
    ['another one takes it at once', later, { another: true }, { status: 'later', afterMs: 0 }],
    [
      'nor does it go elsewhere if it may be there',
      later,
      { another: true, pinned: true },
      { status: 'again' },
    ],
    [
      'doubtful, with a key: the same one again',
      unknown,
      { another: true },
      { status: 'again', afterMs: 30_000 },
    ],
    ['doubtful, without: a person', unknown, { idempotent: false }, { status: 'unknown' }],
  ] as const)('%s', (_what, result, on, expected) => {
    expect(outcomeOf(first, result, { ...plain, ...on })).toMatchObject({ ...first, ...expected });
  });

  it('after about a day of attempts it is settled', () => {
    const last = { id: 'm', attempts: 30 };
    expect(outcomeOf(last, later, plain)).toMatchObject({ status: 'failed', badAddress: false });
    expect(outcomeOf(last, later, { ...plain, pinned: true })).toMatchObject({ status: 'unknown' });
    expect(outcomeOf(last, unknown, plain)).toMatchObject({ status: 'unknown' });
  });

  it('the wait doubles up to an hour', () => {
    const waits = [1, 2, 3, 9, 29].map((attempts) => outcomeOf({ id: 'm', attempts }, later, plain));
    expect(waits.map((one) => 'afterMs' in one && one.afterMs)).toEqual([
      30_000, 60_000, 120_000, 3_600_000, 3_600_000,
    ]);
  });
});
