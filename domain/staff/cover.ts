import { organisationLevels, type OrganisationLevel, type StaffRole } from '../model/role.ts';

/** A member of staff, as far as standing in for each other goes. */
export interface Colleague {
  readonly id: string;
  readonly role: StaffRole | 'administrator';
  /** Id of the organisation; of a team, its centre. */
  readonly place: string;
  readonly level: OrganisationLevel;
  /** Id. */
  readonly district: string;
  /** Who stands in when nothing else is said. */
  readonly deputy: string | null;
  /** False: works here no more, and is told nothing. */
  readonly active: boolean;
}

/** Somebody who is away on the day that is asked about. */
export interface Away {
  readonly staff: string;
  /** The last day of the absence, YYYY-MM-DD. */
  readonly until: string;
  /** For this absence; null: the person's standing deputy. */
  readonly deputy: string | null;
}

/** Who does the work of somebody who is away, and why they. */
export interface StandIns {
  readonly by: 'deputy' | 'colleagues' | 'manager' | 'district';
  readonly staff: readonly string[];
}

/** Who is away on one day, and who stands in. */
export interface Cover {
  readonly away: ReadonlyMap<string, Away>;
  /**
   * @returns who is here in the place of somebody who is away: the deputy, or the deputy's deputy, and so on; else
   *   those of the same role in the same organisation; else its manager; else the district. Undefined: nobody at all
   */
  standInsOf(staff: string): StandIns | undefined;
}

/** @returns the cover of a day, from everybody of the districts concerned and those who are away */
export function coverOf(colleagues: readonly Colleague[], absences: readonly Away[]): Cover {
  const byId = new Map(colleagues.map((one) => [one.id, one]));
  const away = new Map(absences.map((one) => [one.staff, one]));
  const isHere = ({ id, active }: Colleague): boolean => active && !away.has(id);

  /** The first who is here along the deputies; one who was asked before is not asked again, so that circles end. */
  function deputyOf(staff: string, asked: Set<string>): string | undefined {
    asked.add(staff);
    for (const next of [away.get(staff)?.deputy, byId.get(staff)?.deputy]) {
      if (next === null || next === undefined || asked.has(next)) continue;
      const person = byId.get(next);
      const found = person && isHere(person) ? next : deputyOf(next, asked);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Those of a role who are here, or who stands in for them. */
  const ofRole = (role: string, place: string, but: string): string[] => {
    const found = colleagues
      .filter((one) => one.role === role && one.place === place && one.id !== but && one.active)
      .map((one) => (isHere(one) ? one.id : deputyOf(one.id, new Set([but]))));
    return [...new Set(found)].filter((id) => id !== undefined);
  };

  function standInsOf(staff: string): StandIns | undefined {
    const person = byId.get(staff);
    if (!person) return undefined;
    const deputy = deputyOf(staff, new Set());
    if (deputy !== undefined) return { by: 'deputy', staff: [deputy] };
    const { role, place, level, district } = person;
    const groups: readonly StandIns[] = [
      {
        by: 'colleagues',
        staff: colleagues
          .filter((one) => one.role === role && one.place === place && isHere(one))
          .map(({ id }) => id),
      },
      { by: 'manager', staff: ofRole(`${level}-manager`, place, staff) },
      { by: 'district', staff: ofRole('district-coordinator', district, staff) },
    ];
    return groups.find((group) => group.staff.length > 0);
  }
  return { away, standInsOf };
}

const levelOrder = (level: OrganisationLevel): number => organisationLevels.indexOf(level);

/** @returns whether somebody sees the journeys that the other works on: the rights of a deputy are the deputy's own */
export const seesTheWorkOf = (deputy: Colleague, other: Colleague): boolean =>
  deputy.place === other.place ||
  (deputy.district === other.district && levelOrder(deputy.level) > levelOrder(other.level));
