import type { JourneyId, StepRef } from '../domain/model/ids.ts';
import { stepIdOf } from '../domain/model/ids.ts';
import type { Localized } from '../domain/model/localized.ts';
import type { StaffRole } from '../domain/model/role.ts';
import { absentOwner, type AbsentOwner } from './absences/absent-owner.ts';
import { staffCoverOn, todayOf, type StaffCover } from './absences/staff-cover.ts';
import { scopeColumn, type Caller } from './caller.ts';
import { decodeCursor, encodeCursor, type Page } from './cursor.ts';
import type { StoreDeps } from './deps.ts';
import { instant, rows, type Queryable } from './sql.ts';
import { withClient } from './transaction.ts';

/**
 * Why a journey does not move: nobody did what was due; somebody has said that they will see to it; another system
 * failed or gave no answer; somebody could not be told, or perhaps was not; the clock itself is late.
 */
export type StuckReason = 'overdue' | 'acknowledged' | 'outsideWork' | 'noticeFailed' | 'clockLate';

export interface StuckJourney {
  readonly journey: JourneyId;
  readonly resident: { readonly id: string; readonly name: string };
  readonly pathway: string;
  readonly stage: string;
  /** The step that has been overdue for longest. */
  readonly step: StepRef;
  readonly title: Localized;
  readonly reason: StuckReason;
  readonly overdueSince: number;
  readonly overdueMs: number;
  /** Whose move it is. */
  readonly owner: {
    readonly role: StaffRole;
    readonly organisation: string;
    readonly organisationName: string;
    readonly staff: string | null;
    readonly staffName: string | null;
    /** When the owner is one person who is away today. */
    readonly absent: AbsentOwner | null;
  };
  /** Index of the next rung of the ladder: how many were told so far. */
  readonly rung: number;
  readonly acknowledgedUntil: number | null;
}

export interface StuckQuery {
  readonly pathway?: string;
  /** Overdue by at least so long. */
  readonly overdueMs?: number;
  readonly cursor?: string;
  readonly limit?: number;
}

interface Row {
  readonly journey: JourneyId;
  readonly residentId: string;
  readonly residentName: string;
  readonly pathway: string;
  readonly version: number;
  readonly stage: string;
  readonly overdueSince: number;
  readonly nextDeadlineAt: number;
  readonly step: StepRef;
  readonly ownerRole: StaffRole;
  readonly ownerOrganisation: string;
  readonly organisationName: string;
  readonly ownerStaff: string | null;
  readonly staffName: string | null;
  readonly rung: number;
  readonly acknowledgedUntil: number | null;
  readonly workTrouble: boolean;
  readonly noticeTrouble: boolean;
}

/** The clock is late when a deadline passed so long ago and nothing happened. */
const clockLateMs = 120_000;

const select = `
  select j.id as journey, r.id as "residentId", r.name as "residentName", j.pathway, j.version, j.stage,
    j.overdue_since as "overdueSince", j.next_deadline_at as "nextDeadlineAt", o.step, o.owner_role as "ownerRole",
    o.owner_organisation_id as "ownerOrganisation", coalesce(n.name, '') as "organisationName",
    o.owner_staff_id as "ownerStaff", s.name as "staffName", o.rung, o.acknowledged_until as "acknowledgedUntil",
    exists (select 1 from outside_work w where w.journey_id = j.id and w.step = o.step
      and w.status in ('failed', 'unknown', 'held')) as "workTrouble",
    exists (select 1 from notice m where m.journey_id = j.id and m.step = o.step
      and m.status in ('failed', 'unknown')) as "noticeTrouble"
  from journey j
  join resident r on r.id = j.resident_id
  join lateral (select * from open_step where journey_id = j.id and status = 'open'
    order by due_at, step limit 1) o on true
  left join organisation_name n on n.organisation_id = o.owner_organisation_id and n.position = 0
  left join staff s on s.id::text = o.owner_staff_id`;

function reasonOf(row: Row, now: number): StuckReason {
  if (row.nextDeadlineAt < now - clockLateMs) return 'clockLate';
  if (row.workTrouble) return 'outsideWork';
  if (row.acknowledgedUntil !== null && row.acknowledgedUntil > now) return 'acknowledged';
  return row.noticeTrouble ? 'noticeFailed' : 'overdue';
}

/** @returns overdue journeys within the caller's reach, the longest overdue first: why, how long, whose move */
export async function stuck(
  deps: StoreDeps,
  caller: Caller,
  query: StuckQuery = {},
): Promise<Page<StuckJourney>> {
  const limit = Math.min(query.limit ?? 50, 500);
  return withClient(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const values: unknown[] = [caller.organisation, instant(now - (query.overdueMs ?? 0))];
    const where = [
      'j.ended_at is null',
      `j.${scopeColumn(caller)} = $1::uuid`,
      'j.overdue_since < $2::timestamptz',
    ];
    if (query.pathway !== undefined) where.push(`j.pathway = $${values.push(query.pathway)}`);
    if (query.cursor !== undefined) {
      const [since, journey] = decodeCursor(query.cursor, 2);
      const from = `$${values.push(instant(Number(since)))}::timestamptz`;
      where.push(`(j.overdue_since, j.id) > (${from}, $${values.push(journey)}::uuid)`);
    }
    const found = await rows<Row>(
      client,
      '',
      `${select} where ${where.join(' and ')} order by j.overdue_since, j.id limit $${values.push(limit + 1)}`,
      values,
    );
    const cover = await staffCoverOn(client, await todayOf(deps, client));
    const items = await Promise.all(found.slice(0, limit).map((row) => item(deps, client, row, now, cover)));
    const last = items.at(-1);
    return {
      items,
      next: found.length > limit && last ? encodeCursor([last.overdueSince, last.journey]) : null,
    };
  });
}

async function item(
  deps: StoreDeps,
  on: Queryable,
  row: Row,
  now: number,
  cover: StaffCover,
): Promise<StuckJourney> {
  const definition = await deps.definitions.get(row.pathway, row.version, on);
  const id = stepIdOf(row.step);
  return {
    journey: row.journey,
    resident: { id: row.residentId, name: row.residentName },
    pathway: row.pathway,
    stage: row.stage,
    step: row.step,
    title: definition.steps[id]?.source.title ?? { zh: id, en: id },
    reason: reasonOf(row, now),
    overdueSince: row.overdueSince,
    overdueMs: now - row.overdueSince,
    owner: {
      role: row.ownerRole,
      organisation: row.ownerOrganisation,
      organisationName: row.organisationName,
      staff: row.ownerStaff,
      staffName: row.staffName,
      absent: absentOwner(cover, row.ownerStaff),
    },
    rung: row.rung,
    acknowledgedUntil: row.acknowledgedUntil,
  };
}
