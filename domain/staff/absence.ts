import { say, type Localized } from '../model/localized.ts';
import type { StaffRole } from '../model/role.ts';

export const absenceReasons = ['leave', 'sick', 'training', 'left', 'other'] as const;
export type AbsenceReason = (typeof absenceReasons)[number];

export const absenceReasonTitles: Readonly<Record<AbsenceReason, Localized>> = {
  leave: say('休假', 'on leave'),
  sick: say('病假', 'ill'),
  training: say('进修培训', 'in training'),
  left: say('已离岗', 'has left'),
  other: say('其他', 'another reason'),
};

/** A year and a day: whoever is away for longer has been replaced, or a year was mistyped. */
export const maximumAbsenceDays = 366;

/** Who records absences of others: those who answer for an organisation, for it and what is below. */
export const absenceKeepers = [
  'centre-manager',
  'hospital-coordinator',
  'hospital-manager',
  'district-coordinator',
] as const satisfies readonly StaffRole[];

/** @returns whether somebody in this role may record an absence; whether the other is within reach is asked before */
export const mayRecordAbsence = (role: StaffRole | 'administrator', own: boolean): boolean =>
  own || role === 'administrator' || absenceKeepers.some((keeper) => keeper === role);
