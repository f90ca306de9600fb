import type { Localized } from './localized.ts';

/** The level of the organisation tree at which a role works. */
export const organisationLevels = ['centre', 'hospital', 'district'] as const;
export type OrganisationLevel = (typeof organisationLevels)[number];

/** Everybody who can own a step or stand on a rung of an escalation ladder. */
export const staffRoles = [
  'family-doctor',
  'centre-nurse',
  'centre-manager',
  'hospital-coordinator',
  'radiologist',
  'specialist',
  'mdt-coordinator',
  'palliative-physician',
  'hospital-manager',
  'district-coordinator',
] as const;
export type StaffRole = (typeof staffRoles)[number];

interface RoleDescription {
  readonly level: OrganisationLevel;
  readonly title: Localized;
}

export const roleDescriptions: Readonly<Record<StaffRole, RoleDescription>> = {
  'family-doctor': { level: 'centre', title: { zh: '家庭医生', en: 'Family doctor' } },
  'centre-nurse': { level: 'centre', title: { zh: '社区护士', en: 'Community nurse' } },
  'centre-manager': { level: 'centre', title: { zh: '社区中心负责人', en: 'Centre manager' } },
  'hospital-coordinator': { level: 'hospital', title: { zh: '医院协调员', en: 'Hospital coordinator' } },
  radiologist: { level: 'hospital', title: { zh: '影像科医生', en: 'Radiologist' } },
  specialist: { level: 'hospital', title: { zh: '专科医生', en: 'Specialist' } },
  'mdt-coordinator': { level: 'hospital', title: { zh: '多学科会诊协调员', en: 'MDT coordinator' } },
  'palliative-physician': { level: 'hospital', title: { zh: '安宁疗护医生', en: 'Palliative physician' } },
  'hospital-manager': { level: 'hospital', title: { zh: '医院负责人', en: 'Hospital manager' } },
  'district-coordinator': { level: 'district', title: { zh: '区协调员', en: 'District coordinator' } },
};

/** Who a rung or a notice may address besides a named role: the resident, or whoever owns the step. */
export const tellTargets = ['resident', 'owner', ...staffRoles] as const;
export type TellTarget = (typeof tellTargets)[number];
