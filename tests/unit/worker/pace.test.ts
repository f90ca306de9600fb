import { describe, expect, it } from 'vitest';
import { createPace } from '../../../worker/pace.ts';

const gentlest = { atOnce: 1, share: 1 / 3 };
const longest = { atOnce: 8, share: 3 / 4 };

/** Time that passes only with answers, 25 ms with each. */
function listener() {
  let now = 0;
  const pace = createPace({ now: () => now });
  const hear = (count: number, ms: number | ((n: number) => number)): void => {
    for (let n = 0; n < count; n++) {
      now += 25;
      pace.heard(typeof ms === 'number' ? ms : ms(n));
    }
  };
  return { pace, hear, wait: (ms: number) => (now += ms) };
}

/** A minute of them. */
const minute = 2_400;

describe('the pace of background work', () => {
  it('begins gently, and knows nothing before it has heard enough', () => {
    const { pace, hear } = listener();
    hear(79, 1);
    expect(pace.stride()).toEqual(gentlest);
  });

  it('goes on by one stride at a time to the longest while answers stay quick', () => {
    const { pace, hear } = listener();
    const seen = new Set([JSON.stringify(pace.stride())]);
    for (let n = 0; n < minute; n++) {
      hear(1, 1);
      seen.add(JSON.stringify(pace.stride()));
    }
    expect(pace.stride()).toEqual(longest);
    expect(seen.size).toBe(7);
  });

  it.each([
    { what: 'one slow answer in twenty changes nothing', every: 20, expected: longest },
    { what: 'one in five is somebody who waits', every: 5, expected: gentlest },
  ])('$what', ({ every, expected }) => {
    const { pace, hear } = listener();
    hear(minute, 1);
    hear(40, (n) => (n % every === every - 1 ? 200 : 1));
    expect(pace.stride()).toEqual(expected);
  });

  it('falls back within five slow answers, and not only once the picture is whole', () => {
    const { pace, hear } = listener();
    hear(minute, 1);
    hear(5, 50);
    expect(pace.stride()).toEqual(gentlest);
  });

  it('stays where it is while answers are neither quick nor slow', () => {
    const { pace, hear } = listener();
    hear(160, 1);
    const before = pace.stride();
    hear(minute, 6);
    expect(before).not.toEqual(gentlest);
    expect(pace.stride()).toEqual(before);
  });

  it('stays gentle on a machine that is slower than it was, whoever is to blame', () => {
    const { pace, hear } = listener();
    hear(60, 1);
    hear(minute, 20);
    expect(pace.stride()).toEqual(gentlest);
  });

  it('tries what was too much only after a minute', () => {
    const { pace, hear } = listener();
    hear(minute, 1);
    hear(5, 50);
    hear(minute / 2, 1);
    expect(pace.stride()).toEqual({ atOnce: 5, share: 3 / 4 });
    hear(minute, 1);
    expect(pace.stride()).toEqual(longest);
  });

  it('gives way at once when something that cannot wait is late, and rests before it tries again', () => {
    const { pace, hear } = listener();
    hear(minute, 1);
    pace.giveWay();
    expect(pace.stride()).toEqual(gentlest);
    hear(190, 1);
    expect(pace.stride()).toEqual(gentlest);
  });
});
