import { expect, it } from 'vitest';
import { mayWithSlots, rolesWithSlots } from '../../../domain/rights/may-book.ts';

it('an administrator sets pools up and books nobody; a specialist receives and does not book', () => {
  expect(['book', 'receive', 'set'].map((action) => mayWithSlots('administrator', action as 'book'))).toEqual(
    [false, false, true],
  );
  expect(mayWithSlots('specialist', 'receive')).toBe(true);
  expect(mayWithSlots('specialist', 'book')).toBe(false);
  expect(rolesWithSlots('set')).toEqual([
    'hospital-coordinator',
    'hospital-manager',
    'centre-manager',
    'district-coordinator',
  ]);
});
