import type { JourneyId, StepRef } from '../domain/model/ids.ts';
import { stepIdOf } from '../domain/model/ids.ts';
import type { Localized } from '../domain/model/localized.ts';
import type { StaffRole } from '../domain/model/role.ts';
import type { StepKindName } from '../domain/steps/kind.ts';
import { absentOwner, type AbsentOwner } from './absences/absent-owner.ts';
import { staffCoverOn, todayOf, type StaffCover } from './absences/staff-cover.ts';
import { scopeColumn, type Caller } from './caller.ts';
import { decodeCursor, encodeCursor, type Page } from './cursor.ts';
import type { StoreDeps } from './deps.ts';
import { instant, rows, type Queryable } from './sql.ts';
import { withClient } from './transaction.ts';

export interface WorklistQuery {
  /** Id of the owner's organisation. */
  readonly organisation?: string;
  readonly role?: StaffRole;
  /** Id of the person that the step is assigned to. */
  readonly staff?: string;
  readonly pathway?: string;
  readonly stage?: string;
  /** Only what is past its due date. */
  readonly overdue?: boolean;
  /** Only what is due before this instant, UTC epoch milliseconds. */
  readonly dueBefore?: number;
  readonly cursor?: string;
  /** Default 50, at most 500. */
  readonly limit?: number;
}

export interface WorklistItem {
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly title: Localized;
  readonly kind: StepKindName;
  readonly pathway: string;
  readonly version: number;
  readonly stage: string;
  readonly resident: { readonly id: string; readonly name: string };
  readonly owner: {
    readonly role: StaffRole;
    readonly organisation: string;
    readonly staff: string | null;
    /** When the owner is one person who is away today. */
    readonly absent: AbsentOwner | null;
  };
  readonly openedAt: number;
  readonly dueAt: number;
  /** The due date counts working days of a year that is not announced yet, and may move. */
  readonly provisional: boolean;
  readonly overdue: boolean;
  /** Index of the next rung of the ladder. */
  readonly rung: number;
  readonly acknowledgedUntil: number | null;
  readonly pausedUntil: number | null;
}

interface Row extends Omit<WorklistItem, 'title' | 'resident' | 'owner' | 'overdue'> {
  readonly residentId: string;
  readonly residentName: string;
  readonly ownerRole: StaffRole;
  readonly ownerOrganisation: string;
  readonly ownerStaff: string | null;
}

const columns = `o.journey_id as journey, o.step, o.kind, j.pathway, j.version, o.stage, r.id as "residentId",
  r.name as "residentName", o.owner_role as "ownerRole", o.owner_organisation_id as "ownerOrganisation",
  o.owner_staff_id as "ownerStaff", o.opened_at as "openedAt", o.due_at as "dueAt", o.provisional, o.rung,
  o.acknowledged_until as "acknowledgedUntil", j.paused_until as "pausedUntil"`;

function conditions(caller: Caller, query: WorklistQuery, now: number): { where: string; values: unknown[] } {
  const values: unknown[] = [caller.organisation];
  const where = [`o.status = 'open'`, `o.${scopeColumn(caller)} = $1::uuid`];
  const add = (value: unknown, condition: string): void => {
    if (value !== undefined) where.push(condition.replace('?', `$${values.push(value)}`));
  };
  add(query.organisation, 'o.owner_organisation_id = ?::uuid');
  add(query.role, 'o.owner_role = ?');
  add(query.staff, 'o.owner_staff_id = ?');
  add(query.pathway, 'j.pathway = ?');
  add(query.stage, 'o.stage = ?');
  if (query.overdue === true) {
    add(instant(now), 'o.due_at < ?::timestamptz');
    where.push('j.paused_until is null');
  }
  if (query.dueBefore !== undefined) add(instant(query.dueBefore), 'o.due_at < ?::timestamptz');
  if (query.cursor !== undefined) {
    const [dueAt, journey, step] = decodeCursor(query.cursor, 3);
    const due = `$${values.push(instant(Number(dueAt)))}::timestamptz`;
    where.push(
      `(o.due_at, o.journey_id, o.step) > (${due}, $${values.push(journey)}::uuid, $${values.push(step)})`,
    );
  }
  return { where: where.join(' and '), values };
}

/**
 * Open steps within the caller's reach, the one due first first. Paged by key: a page is not moved by what is added
 * or closed meanwhile.
 * @throws CursorInvalid
 */
export async function worklist(
  deps: StoreDeps,
  caller: Caller,
  query: WorklistQuery = {},
): Promise<Page<WorklistItem>> {
  const limit = Math.min(query.limit ?? 50, 500);
  return withClient(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const { where, values } = conditions(caller, query, now);
    const found = await rows<Row>(
      client,
      '',
      `select ${columns} from open_step o join journey j on j.id = o.journey_id join resident r on r.id = j.resident_id
       where ${where} order by o.due_at, o.journey_id, o.step limit $${values.push(limit + 1)}`,
      values,
    );
    const cover = await staffCoverOn(client, await todayOf(deps, client));
    const items = await Promise.all(found.slice(0, limit).map((row) => item(deps, client, row, now, cover)));
    const last = items.at(-1);
    const next = found.length > limit && last ? encodeCursor([last.dueAt, last.journey, last.step]) : null;
    return { items, next };
  });
}

async function item(
  deps: StoreDeps,
  on: Queryable,
  row: Row,
  now: number,
  cover: StaffCover,
): Promise<WorklistItem> {
  const { residentId, residentName, ownerRole, ownerOrganisation, ownerStaff, ...rest } = row;
  const definition = await deps.definitions.get(row.pathway, row.version, on);
  const id = stepIdOf(row.step);
  return {
    ...rest,
    title: definition.steps[id]?.source.title ?? { zh: id, en: id },
    resident: { id: residentId, name: residentName },
    owner: {
      ...{ role: ownerRole, organisation: ownerOrganisation, staff: ownerStaff },
      absent: absentOwner(cover, ownerStaff),
    },
    overdue: row.dueAt < now && row.pausedUntil === null,
  };
}
