import type { StaffCover } from '../absences/staff-cover.ts';
import type { Ranked } from '../stand-ins.ts';

/** A colleague of the same role: told as one of those who are addressed, or not at all. */
const colleaguesRank = 2;

/**
 * Puts whoever stands in in the place of those who are away today: their deputy, or, of those who are addressed, their
 * colleagues. Somebody away for whom neither is here is left out, so that it goes up to the next rank.
 */
export function withCover(people: readonly Ranked[], cover: StaffCover): readonly Ranked[] {
  if (!people.some(({ id }) => cover.away.has(id))) return people;
  const known = new Map(people.map((one) => [one.id, one]));
  const told = people.flatMap((one): Ranked[] => {
    if (!cover.away.has(one.id)) return [one];
    const found = one.rank === colleaguesRank ? undefined : cover.standInsOf(one.id);
    if (found?.by !== 'deputy' && !(found?.by === 'colleagues' && one.rank === 0)) return [];
    return found.staff.flatMap((id) => {
      const person = known.get(id) ?? cover.person(id);
      if (!person) return [];
      const { name, email, phone, locale } = person;
      return [{ id, name, email, phone, locale, rank: one.rank }];
    });
  });
  // Once at each rank, and at more than one: whoever could not be told as a stand-in is not asked again.
  return [...new Map(told.map((one) => [`${one.rank}/${one.id}`, one])).values()];
}
