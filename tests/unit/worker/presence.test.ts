import { expect, it, vi } from 'vitest';
import { watchPresence } from '../../../worker/presence.ts';

/** @returns how often background work was told to give way in as many seconds as looks are given */
async function told(looks: readonly (boolean | Error)[], atWork = true): Promise<number> {
  const stopping = new AbortController();
  const giveWay = vi.fn();
  const left = [...looks];
  let done: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (done = resolve));
  void watchPresence({
    atWork: () => {
      if (left.length === 0) {
        stopping.abort();
        done();
        return false;
      }
      if (!atWork) left.shift();
      return atWork;
    },
    seen: () => {
      const look = left.shift();
      return look instanceof Error ? Promise.reject(look) : Promise.resolve(look ?? false);
    },
    giveWay,
    signal: stopping.signal,
    everyMs: 0,
  });
  await over;
  return giveWay.mock.calls.length;
}

it('gives way while people are at work, and not to whoever asks after the health now and then', async () => {
  expect(await told([false, true, false, false, false, true, false])).toBe(0);
  expect(await told([true, false, true, true, false, false, false, false])).toBe(2);
  expect(await told(Array.from({ length: 10 }, () => true))).toBe(8);
});

it('gives way while the database cannot be asked, and asks nothing while there is nothing to do', async () => {
  expect(await told(Array.from({ length: 4 }, () => new Error('away')))).toBe(2);
  expect(await told([true, true, true, true], false)).toBe(0);
});
