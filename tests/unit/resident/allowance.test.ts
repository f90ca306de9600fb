import { expect, it } from 'vitest';
import { Allowance } from '../../../api/resident/allowance.ts';

it('allows so many in a window for each key, then says how long to wait, and begins anew', () => {
  let now = 0;
  const allowance = new Allowance(2, 1_000, () => now);
  for (let n = 0; n < 2; n += 1) {
    expect(allowance.waitMs('a')).toBe(0);
    allowance.take('a');
  }
  now = 400;
  expect(allowance.waitMs('a')).toBe(600);
  expect(allowance.waitMs('b')).toBe(0);
  now = 1_000;
  expect(allowance.waitMs('a')).toBe(0);
  allowance.take('a');
  expect(allowance.waitMs('a')).toBe(0);
});

it('forgets the oldest keys rather than fill the memory', () => {
  const allowance = new Allowance(1, 1_000, () => 0);
  for (let n = 0; n < 20_001; n += 1) allowance.take(`address ${n}`);
  expect(allowance.waitMs('address 0')).toBe(0);
  expect(allowance.waitMs('address 20000')).toBe(1_000);
});
