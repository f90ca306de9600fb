import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverOf, seesTheWorkOf, type Away, type Colleague } from '../../../domain/staff/cover.ts';

const someone = (id: string, more: Partial<Colleague> = {}): Colleague => ({
  ...{ id, role: 'family-doctor', place: 'C0', level: 'centre', district: 'D', deputy: null, active: true },
  ...more,
});
const manager = someone('manager', { role: 'centre-manager' });
const coordinator = someone('coordinator', { role: 'district-coordinator', place: 'D', level: 'district' });
const away = (staff: string, deputy: string | null = null): Away => ({ staff, until: '2026-01-14', deputy });

describe('who stands in', () => {
  const nurse = someone('nurse', { role: 'centre-nurse' });
  it.each<[string, Colleague[], Away[], { by: string; staff: string[] } | undefined]>([
    [
      'the deputy of the absence',
      [someone('a', { deputy: 'b' }), someone('b'), nurse],
      [away('a', 'nurse')],
      { by: 'deputy', staff: ['nurse'] },
    ],
    [
      'else the standing deputy',
      [someone('a', { deputy: 'b' }), someone('b')],
      [away('a')],
      { by: 'deputy', staff: ['b'] },
    ],
    [
      'the deputy’s deputy when that one is away',
      [someone('a'), someone('b', { deputy: 'nurse' }), nurse],
      [away('a', 'b'), away('b')],
      { by: 'deputy', staff: ['nurse'] },
    ],
    [
      'the standing deputy when the deputy of the absence leads to nobody',
      [someone('a', { deputy: 'nurse' }), someone('b'), nurse],
      [away('a', 'b'), away('b')],
      { by: 'deputy', staff: ['nurse'] },
    ],
    [
      'the deputy of a deputy who works here no more',
      [someone('a'), someone('b', { active: false, deputy: 'nurse' }), nurse],
      [away('a', 'b')],
      { by: 'deputy', staff: ['nurse'] },
    ],
    [
      'all of the same role in the same place',
      [someone('a'), someone('b'), someone('c'), someone('d', { place: 'C1' }), nurse],
      [away('a'), away('c')],
      { by: 'colleagues', staff: ['b'] },
    ],
    [
      'the manager, out of a circle of deputies',
      [someone('a', { deputy: 'b' }), someone('b', { deputy: 'a' }), manager],
      [away('a'), away('b')],
      { by: 'manager', staff: ['manager'] },
    ],
    [
      'the manager’s deputy',
      [someone('a'), someone('manager', { role: 'centre-manager', deputy: 'nurse' }), nurse],
      [away('a'), away('manager')],
      { by: 'manager', staff: ['nurse'] },
    ],
    [
      'the district, last',
      [someone('a'), manager, coordinator],
      [away('a'), away('manager')],
      { by: 'district', staff: ['coordinator'] },
    ],
    ['nobody', [someone('a'), manager], [away('a'), away('manager')], undefined],
    ['nobody for a stranger', [coordinator], [away('a')], undefined],
  ])('is %s', (_name, colleagues, absences, expected) => {
    expect(coverOf(colleagues, absences).standInsOf('a')).toEqual(expected);
  });

  const ids = ['a', 'b', 'c', 'd', 'manager', 'coordinator'];
  const deputy = fc.constantFrom(...ids, null);
  const world = fc.record({
    deputies: fc.array(deputy, { minLength: ids.length, maxLength: ids.length }),
    active: fc.array(fc.boolean(), { minLength: ids.length, maxLength: ids.length }),
    absences: fc.uniqueArray(fc.record({ staff: fc.constantFrom(...ids), deputy }), {
      selector: ({ staff }) => staff,
    }),
  });
  it('is never somebody who is away or gone, and is somebody while anybody of the role, or above, is here', () => {
    fc.assert(
      fc.property(world, ({ deputies, active, absences }) => {
        const colleagues = ids.map((id, index) => ({
          ...({ manager, coordinator }[id] ?? someone(id)),
          ...{ deputy: deputies[index] ?? null, active: active[index] ?? true },
        }));
        const cover = coverOf(
          colleagues,
          absences.map((one) => ({ ...one, until: '2026-01-14' })),
        );
        const here = colleagues.filter((one) => one.active && !cover.away.has(one.id)).map(({ id }) => id);
        for (const { staff } of absences) {
          const found = cover.standInsOf(staff);
          for (const id of found?.staff ?? []) expect(here).toContain(id);
          const above =
            staff === 'coordinator'
              ? ['coordinator']
              : staff === 'manager'
                ? ['manager', 'coordinator']
                : ids;
          if (above.some((id) => here.includes(id))) expect(found?.staff.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('whoever stands in', () => {
  it('sees the journeys of the same place and, from above, of the district', () => {
    const other = someone('other', { place: 'C1' });
    const hospital = someone('h', { role: 'hospital-coordinator', place: 'H', level: 'hospital' });
    expect(seesTheWorkOf(someone('b'), someone('a'))).toBe(true);
    expect(seesTheWorkOf(other, someone('a'))).toBe(false);
    expect(seesTheWorkOf(hospital, someone('a'))).toBe(true);
    expect(seesTheWorkOf(someone('a'), hospital)).toBe(false);
    expect(seesTheWorkOf(coordinator, hospital)).toBe(true);
    expect(seesTheWorkOf({ ...coordinator, district: 'E', place: 'E' }, hospital)).toBe(false);
  });
});
