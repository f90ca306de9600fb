import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headStartMs, ranksAt, urgencies, type Urgency } from '../../../domain/scheduling/waiting-order.ts';

interface Waiting {
  readonly id: number;
  readonly urgency: Urgency;
  readonly joinedAt: number;
}
const dayMs = 86_400_000;
const joiners = fc.array(
  fc.record({ urgency: fc.constantFrom(...urgencies), day: fc.integer({ min: 0, max: 120 }) }),
  { maxLength: 60 },
);
const listed = (all: readonly { urgency: Urgency; day: number }[]): Waiting[] =>
  all.map(({ urgency, day }, id) => ({ id, urgency, joinedAt: day * dayMs }));
const ordered = (all: readonly Waiting[]): Waiting[] =>
  all.toSorted((a, b) => ranksAt(a.urgency, a.joinedAt) - ranksAt(b.urgency, b.joinedAt) || a.id - b.id);

describe('a waiting list', () => {
  it('goes by time among equals, and by urgency among those who came together', () => {
    fc.assert(
      fc.property(joiners, (all) => {
        const list = ordered(listed(all));
        for (const [i, one] of list.entries())
          for (const later of list.slice(i + 1)) {
            if (one.urgency === later.urgency) expect(one.joinedAt).toBeLessThanOrEqual(later.joinedAt);
            if (one.joinedAt === later.joinedAt)
              expect(urgencies.indexOf(one.urgency)).toBeLessThanOrEqual(urgencies.indexOf(later.urgency));
          }
      }),
    );
  });

  it('lets nobody starve: only who joins within the head start goes first, however many come', () => {
    fc.assert(
      fc.property(joiners, (all) => {
        const list = ordered(listed(all));
        for (const [i, one] of list.entries())
          for (const first of list.slice(0, i))
            expect(first.joinedAt - one.joinedAt).toBeLessThanOrEqual(
              headStartMs[first.urgency] - headStartMs[one.urgency],
            );
      }),
    );
  });
});
