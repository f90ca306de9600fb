import { assertNever } from '../model/assert-never.ts';
import type { StaffRole } from '../model/role.ts';
import { rolesThatMay } from './may-act.ts';

/** What a person wants to do with slots, as far as rights go. */
export type SlotAction =
  /** Holding, confirming, cancelling, waiting: the business of whoever looks after the resident. */
  | 'book'
  /** Checking in, completing, missing: the business of where the resident comes to. */
  | 'receive'
  /** Setting a pool to what its file says. */
  | 'set';

/** @returns the roles that may do it; whether resident or pool is within their reach is asked before */
export function rolesWithSlots(action: SlotAction): readonly StaffRole[] {
  switch (action) {
    case 'book':
      return rolesThatMay({ kind: 'care', owners: [] });
    case 'receive':
      return [
        'hospital-coordinator',
        'radiologist',
        'specialist',
        'hospital-manager',
        'family-doctor',
        'centre-nurse',
        'centre-manager',
        'district-coordinator',
      ];
    case 'set':
      return ['hospital-coordinator', 'hospital-manager', 'centre-manager', 'district-coordinator'];
    default:
      return assertNever(action);
  }
}

/** An administrator sets pools up, and treats nobody. */
export const mayWithSlots = (role: StaffRole | 'administrator', action: SlotAction): boolean =>
  role === 'administrator' ? action === 'set' : rolesWithSlots(action).includes(role);
