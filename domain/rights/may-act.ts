import { assertNever } from '../model/assert-never.ts';
import type { OrganisationLevel, StaffRole } from '../model/role.ts';
import { roleDescriptions } from '../model/role.ts';

/** What a person wants to do to a journey, as far as rights go. */
export type Action =
  /** Recording, assigning, acknowledging, extending: the step's owner's business. */
  | { readonly kind: 'step'; readonly owner: StaffRole }
  /** Correcting facts, pausing, resuming: whoever looks after the resident. */
  | { readonly kind: 'care'; readonly owners: readonly StaffRole[] }
  /** Taking back an entry: whoever made it, and those who supervise. */
  | { readonly kind: 'retract'; readonly own: boolean }
  /** Ending, reopening, handing over. */
  | { readonly kind: 'course' };

/** Who may do it when the owner is away: the supervisors at the owner's level, and the district for all. */
const supervisors: Readonly<Record<OrganisationLevel, readonly StaffRole[]>> = {
  centre: ['centre-manager', 'district-coordinator'],
  hospital: ['hospital-coordinator', 'hospital-manager', 'district-coordinator'],
  district: ['district-coordinator'],
};

const supervising: readonly StaffRole[] = [
  'centre-manager',
  'hospital-coordinator',
  'hospital-manager',
  'district-coordinator',
];

const distinct = (roles: readonly StaffRole[]): readonly StaffRole[] => [...new Set(roles)];

/** @returns the roles that may record on a step with this owner, the owner first */
export const rolesForStep = (owner: StaffRole): readonly StaffRole[] =>
  distinct([owner, ...supervisors[roleDescriptions[owner].level]]);

/** @returns the roles that may do it, in organisations that the journey belongs to */
export function rolesThatMay(action: Action): readonly StaffRole[] {
  switch (action.kind) {
    case 'step':
      return rolesForStep(action.owner);
    case 'care':
      return distinct(['family-doctor', 'centre-nurse', ...action.owners, ...supervising]);
    case 'retract':
      return supervising;
    case 'course':
      return ['family-doctor', ...supervising];
    default:
      return assertNever(action);
  }
}

/**
 * Says whether somebody in this role may act. Whether the journey is within the person's reach is asked before.
 * An administrator keeps the system and treats nobody: may not act on journeys.
 */
export function mayAct(role: StaffRole | 'administrator', action: Action): boolean {
  if (role === 'administrator') return false;
  if (action.kind === 'retract' && action.own) return true;
  return rolesThatMay(action).includes(role);
}
