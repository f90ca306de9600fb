import type { OrganisationLevel, StaffRole } from '../domain/model/role.ts';

/** Who asks; every read is limited to what stands below the caller's organisation. */
export interface Caller {
  readonly kind: 'staff';
  readonly staff: string;
  readonly role: StaffRole | 'administrator';
  /** Id of the organisation. */
  readonly organisation: string;
  /** A member of a team is a caller of the team's centre. */
  readonly level: OrganisationLevel;
}

/** The organisations that a row belongs to. */
export interface Placed {
  readonly districtId: string;
  readonly hospitalId: string;
  readonly centreId: string;
}

/** @returns true when a row that belongs to these organisations is within what the caller may see */
export const maySee = (caller: Caller, row: Placed): boolean =>
  caller.organisation === row[`${caller.level}Id`];

/** Column that limits a query on journeys or open steps to the caller; compare it with `caller.organisation`. */
export const scopeColumn = (caller: Caller): string => `${caller.level}_id`;
