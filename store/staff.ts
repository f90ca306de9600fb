import type { StaffRole } from '../domain/model/role.ts';
import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict } from './errors.ts';
import type { OrganisationKind } from './organisations.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

export interface StaffInput {
  readonly code: string;
  readonly name: string;
  readonly role: StaffRole | 'administrator';
  /** Code of the organisation. */
  readonly organisation: string;
  readonly email?: string | null;
  readonly phone?: string | null;
  /** Code of the person who stands in. */
  readonly deputy?: string | null;
}

export interface StaffMember {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly role: StaffRole | 'administrator';
  readonly organisation: string;
  readonly level: OrganisationKind;
  readonly email: string | null;
  readonly phone: string | null;
  readonly deputy: string | null;
  readonly active: boolean;
}

const columns = `s.id, s.code, s.name, s.role, s.organisation_id as organisation, o.level, s.email, s.phone,
  s.deputy_id as deputy, s.active`;

/** @returns everybody, for finding one by code */
export const allStaff = (deps: Pick<StoreDeps, 'pool'>): Promise<StaffMember[]> =>
  rows(
    deps.pool,
    '',
    `select ${columns} from staff s join organisation o on o.id = s.organisation_id order by s.code`,
  );

/**
 * @param who id or code of a member of staff
 * @returns the caller that this person is; null when unknown or no longer active
 */
export async function callerOf(deps: Pick<StoreDeps, 'pool'>, who: string): Promise<Caller | null> {
  const [row] = await rows<Omit<Caller, 'kind'>>(
    deps.pool,
    'caller-of',
    `select s.id as staff, s.role,
       case when o.level = 'team' then o.parent_id else o.id end as organisation,
       case when o.level = 'team' then 'centre' else o.level end as level
     from staff s join organisation o on o.id = s.organisation_id
     where (s.id::text = $1 or s.code = $1) and s.active`,
    [who],
  );
  return row ? { kind: 'staff', ...row } : null;
}

/**
 * Writes staff by code; all or none.
 * @returns the id of each code
 * @throws Conflict when an organisation or a deputy is unknown
 */
export async function upsertStaff(
  deps: Pick<StoreDeps, 'pool'>,
  inputs: readonly StaffInput[],
): Promise<Map<string, string>> {
  return inTransaction(deps.pool, async (client) => {
    const ids = new Map<string, string>();
    for (const input of inputs) {
      const [row] = await rows<{ id: string }>(
        client,
        '',
        `insert into staff (code, name, role, organisation_id, email, phone)
         select $1, $2, $3, o.id, $5, $6 from organisation o where o.code = $4
         on conflict (code) do update set name = excluded.name, role = excluded.role,
           organisation_id = excluded.organisation_id, email = excluded.email, phone = excluded.phone, active = true
         returning id`,
        [input.code, input.name, input.role, input.organisation, input.email ?? null, input.phone ?? null],
      );
      if (!row)
        throw new Conflict(
          `人员“${input.code}”的机构“${input.organisation}”未登记。` +
            `Staff "${input.code}" belongs to "${input.organisation}", which is not registered; import the organisations first.`,
        );
      ids.set(input.code, row.id);
    }
    for (const { code, deputy } of inputs) {
      if (deputy === undefined) continue;
      const set = await rows(
        client,
        '',
        `update staff set deputy_id = (select id from staff where code = $2)
         where code = $1 and ($2::text is null or exists (select 1 from staff where code = $2)) returning id`,
        [code, deputy],
      );
      if (set.length === 0)
        throw new Conflict(
          `人员“${code}”的代理人“${deputy ?? ''}”未登记。The deputy "${deputy ?? ''}" of "${code}" is not registered.`,
        );
    }
    return ids;
  });
}
