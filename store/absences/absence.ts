import type { AbsenceReason } from '../../domain/staff/absence.ts';

/** When somebody is away, as it is on record. */
export interface Absence {
  readonly id: string;
  readonly staff: { readonly id: string; readonly code: string; readonly name: string };
  /** Id. */
  readonly organisation: string;
  /** YYYY-MM-DD: the first day of absence. */
  readonly from: string;
  /** YYYY-MM-DD: the last day of absence. */
  readonly until: string;
  /** Named for this absence; null: the standing deputy, if there is one. */
  readonly deputy: { readonly id: string; readonly code: string; readonly name: string } | null;
  readonly reason: AbsenceReason;
  /** Id of a member of staff, or who was at the command line. */
  readonly recordedBy: string;
  /** UTC epoch milliseconds. */
  readonly recordedAt: number;
  readonly status: 'planned' | 'away' | 'over' | 'cancelled';
  /** Ended before its last day: what that was, by whom and when. */
  readonly ended: { readonly plannedUntil: string; readonly by: string; readonly at: number } | null;
}

const person = (of: string): string =>
  `json_build_object('id', ${of}.id, 'code', ${of}.code, 'name', ${of}.name)`;

/** SQL: absences as {@link Absence}; `today` is a parameter. */
export const selectAbsence = (today: string): string => `
  select a.id, ${person('s')} as staff, s.organisation_id as organisation, a.from_day as "from", a.until_day as until,
    case when d.id is not null then ${person('d')} end as deputy, a.reason, a.recorded_by as "recordedBy",
    a.recorded_at as "recordedAt",
    case when a.cancelled then 'cancelled' when a.until_day < ${today}::date then 'over'
      when a.from_day > ${today}::date then 'planned' else 'away' end as status,
    case when a.ended_at is not null then json_build_object('plannedUntil', a.planned_until_day, 'by', a.ended_by,
      'at', floor(extract(epoch from a.ended_at) * 1000)) end as ended
  from staff_absence a join staff s on s.id = a.staff_id left join staff d on d.id = a.deputy_id`;
