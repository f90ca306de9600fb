import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planVisits,
  type BundlePart,
  type FreeSlot,
  type Trip,
} from '../../../domain/scheduling/plan-visits.ts';

const slot = fc
  .record({
    site: fc.constantFrom('A', 'B'),
    startsAt: fc.integer({ min: 0, max: 39 }),
    length: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ site, startsAt, length }) => ({
    ...{ site, startsAt, endsAt: startsAt + length },
    halfDay: Math.floor(startsAt / 10),
  }));
const parts: fc.Arbitrary<BundlePart[]> = fc.array(
  fc
    .record({ afterMs: fc.integer({ min: 0, max: 4 }), slots: fc.array(slot, { maxLength: 6 }) })
    .map(({ afterMs, slots }) => ({
      ...{ service: 's', afterMs },
      slots: slots.map((one, i) => ({ ...one, id: `${i}` })).toSorted((a, b) => a.startsAt - b.startsAt),
    })),
  { minLength: 1, maxLength: 4 },
);

/** Every way there is to take one slot for each part. */
function* everyWay(left: readonly BundlePart[], notBefore: number): Generator<FreeSlot[]> {
  const [part, ...rest] = left;
  if (!part) return yield [];
  for (const one of part.slots)
    if (one.startsAt >= notBefore)
      for (const others of everyWay(rest, one.endsAt + (rest[0]?.afterMs ?? 0))) yield [one, ...others];
}

const tripsOf = (slots: readonly FreeSlot[]): number =>
  slots.filter((one, i) => {
    const before = slots[i - 1];
    return !before || before.site !== one.site || before.halfDay !== one.halfDay;
  }).length;
const endOf = (slots: readonly FreeSlot[]): number => slots.at(-1)?.endsAt ?? 0;

const brute = (all: readonly BundlePart[], notBefore: number): string => {
  const ways = [...everyWay(all, notBefore)].map((way) => ({ trips: tripsOf(way), end: endOf(way) }));
  const [best] = ways.toSorted((a, b) => a.trips - b.trips || a.end - b.end);
  return best ? `${best.trips} trips, over at ${best.end}` : 'impossible';
};

describe('a bundle', () => {
  it('is placed as the best of all ways there are: fewest trips, then earliest end', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 12 }), (bundle, notBefore) => {
        const found = planVisits(bundle, notBefore);
        const slots = found?.flatMap((trip: Trip) => trip.slots);
        const said = found && slots ? `${found.length} trips, over at ${endOf(slots)}` : 'impossible';
        expect(said).toBe(brute(bundle, notBefore));
        if (!slots) return;
        for (const [i, one] of slots.entries()) {
          expect(bundle[i]?.slots).toContain(one);
          const before = slots[i - 1];
          expect(one.startsAt).toBeGreaterThanOrEqual(
            before ? before.endsAt + (bundle[i]?.afterMs ?? 0) : notBefore,
          );
        }
        for (const trip of found ?? [])
          expect(new Set(trip.slots.map(({ site, halfDay }) => `${site}${halfDay}`)).size).toBe(1);
      }),
      { numRuns: 2_000 },
    );
  });
});
