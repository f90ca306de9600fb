import type { StaffCover } from './staff-cover.ts';

/** Of an owner who is a named person and away today. */
export interface AbsentOwner {
  /** The last day of the absence, YYYY-MM-DD. */
  readonly until: string;
  /** Who is told instead; empty: nobody can be. */
  readonly standIns: readonly { readonly id: string; readonly name: string }[];
}

/** @returns until when an owner is away and who stands in; null when the owner is no single person, or is here */
export function absentOwner(cover: StaffCover, staff: string | null | undefined): AbsentOwner | null {
  const away = staff === null || staff === undefined ? undefined : cover.away.get(staff);
  if (!away) return null;
  const standIns = cover.standInsOf(away.staff)?.staff ?? [];
  return {
    until: away.until,
    standIns: standIns.map((id) => ({ id, name: cover.person(id)?.name ?? id })),
  };
}
