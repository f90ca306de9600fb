import { describe, expect, it } from 'vitest';
import { politely } from '../../../worker/politely.ts';

/** Time that passes only where a piece of work or a rest says so. */
function handTime(share?: number) {
  const time = { now: 1_000, rests: [] as number[] };
  const turn = politely({
    ...(share !== undefined && { share: () => share }),
    now: () => time.now,
    rest: async (ms) => {
      time.rests.push(ms);
      time.now += ms;
    },
  });
  const work = (ms: number) => turn(async () => void (time.now += ms));
  return { time, turn, work };
}

describe('polite work', () => {
  it.each([
    { share: 1 / 3, took: 30, rest: 60 },
    { share: 1 / 2, took: 30, rest: 30 },
    { share: 1, took: 30, rest: undefined },
    { share: 1 / 3, took: 60_000, rest: 10_000 },
  ])('of a share of $share rests $rest ms after $took ms', async ({ share, took, rest }) => {
    const { time, work } = handTime(share);
    await work(took);
    expect(time.rests).toEqual([]);
    await work(1);
    expect(time.rests.map(Math.round)).toEqual(rest === undefined ? [] : [rest]);
  });

  it('counts what passes anyhow as rest', async () => {
    const { time, work } = handTime();
    await work(30);
    time.now += 59;
    await work(1);
    expect(time.rests.map(Math.round)).toEqual([1]);
  });

  it('does one piece at a time, in order, and goes on after one that failed', async () => {
    const { turn } = handTime();
    const log: string[] = [];
    const piece = (name: string, fails = false) =>
      turn(async () => {
        log.push(`${name} begins`);
        await Promise.resolve();
        log.push(`${name} ends`);
        if (fails) throw new Error(name);
        return name;
      });
    const answers = await Promise.allSettled([piece('a'), piece('b', true), piece('c')]);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
