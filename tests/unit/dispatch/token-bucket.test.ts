import { describe, expect, it } from 'vitest';
import { createTokenBucket } from '../../../activities/dispatch/token-bucket.ts';

/** @returns how many of so many get through at that instant */
async function through(bucket: ReturnType<typeof createTokenBucket>, count: number): Promise<number> {
  let got = 0;
  const hurried = new AbortController();
  const all = Array.from({ length: count }, () =>
    bucket.take(hurried.signal).then(
      () => (got += 1),
      () => undefined,
    ),
  );
  hurried.abort();
  await Promise.all(all);
  return got;
}

describe('the speed of a provider', () => {
  it('is kept in every stretch of a second, and what was not used is no credit for later', async () => {
    let now = 0;
    const at = (ms: number) => {
      now = ms;
      return bucket;
    };
    const bucket = createTokenBucket(5, () => now);
    const never = new AbortController().signal;
    await Promise.all([1, 2, 3].map(() => at(0).take(never)));
    await Promise.all([1, 2].map(() => at(900).take(never)));
    // A provider that counts from 0.9 s on would have found a sixth one too many.
    expect(await through(at(1_000), 1)).toBe(0);
    expect(
      await through(
        createTokenBucket(5, () => 0),
        8,
      ),
    ).toBe(5);
    await Promise.all([1, 2, 3, 4, 5].map(() => at(60_000).take(never)));
    expect(await through(at(60_000), 1)).toBe(0);
  });

  it('may be less than one in a second', async () => {
    let now = 0;
    const bucket = createTokenBucket(0.5, () => now);
    expect(await through(bucket, 2)).toBe(1);
    const slow = createTokenBucket(0.5, () => now);
    await slow.take(new AbortController().signal);
    now = 1_900;
    expect(await through(slow, 1)).toBe(0);
  });
});
