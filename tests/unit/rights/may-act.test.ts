import { describe, expect, it } from 'vitest';
import { staffRoles, type StaffRole } from '../../../domain/model/role.ts';
import { mayAct, rolesThatMay, type Action } from '../../../domain/rights/may-act.ts';

const may = (action: Action): StaffRole[] => staffRoles.filter((role) => mayAct(role, action));

describe('who may act', () => {
  it.each<[Action, StaffRole[]]>([
    [{ kind: 'step', owner: 'family-doctor' }, ['family-doctor', 'centre-manager', 'district-coordinator']],
    [
      { kind: 'step', owner: 'radiologist' },
      ['hospital-coordinator', 'radiologist', 'hospital-manager', 'district-coordinator'],
    ],
    [{ kind: 'step', owner: 'district-coordinator' }, ['district-coordinator']],
    [
      { kind: 'care', owners: ['specialist'] },
      [
        'family-doctor',
        'centre-nurse',
        'centre-manager',
        'hospital-coordinator',
        'specialist',
        'hospital-manager',
        'district-coordinator',
      ],
    ],
    [
      { kind: 'course' },
      ['family-doctor', 'centre-manager', 'hospital-coordinator', 'hospital-manager', 'district-coordinator'],
    ],
    [
      { kind: 'retract', own: false },
      ['centre-manager', 'hospital-coordinator', 'hospital-manager', 'district-coordinator'],
    ],
  ])('%j: %j', (action, roles) => {
    expect(may(action)).toEqual(roles);
    expect([...rolesThatMay(action)].sort()).toEqual([...roles].sort());
  });

  it('whoever made an entry may take it back', () => {
    expect(may({ kind: 'retract', own: true })).toEqual([...staffRoles]);
  });

  it('an administrator treats nobody', () => {
    expect(mayAct('administrator', { kind: 'retract', own: true })).toBe(false);
    for (const owner of staffRoles) expect(mayAct('administrator', { kind: 'step', owner })).toBe(false);
  });
});
