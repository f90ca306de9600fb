import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict } from './errors.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

export type OrganisationKind = 'district' | 'hospital' | 'centre' | 'team';

export interface OrganisationInput {
  readonly code: string;
  readonly level: OrganisationKind;
  /** Code of the organisation above; null for a district. */
  readonly parent: string | null;
  /** Any number of names; the first is shown. */
  readonly names: readonly string[];
  /** What residents are told to call; left as it is when not given. */
  readonly phone?: string;
  /** Code of the hospital that a centre refers to; default: the hospital of its district with the lowest code. */
  readonly referralHospital?: string;
}

export interface Organisation {
  readonly id: string;
  readonly code: string;
  readonly level: OrganisationKind;
  readonly parent: string | null;
  readonly names: readonly string[];
  readonly phone: string | null;
}

const parentLevel: Readonly<Record<OrganisationKind, OrganisationKind | null>> = {
  district: null,
  hospital: 'district',
  centre: 'district',
  team: 'centre',
};
const fromTheTop: readonly OrganisationKind[] = ['district', 'hospital', 'centre', 'team'];

const columns = `o.id, o.code, o.level, o.parent_id as parent, o.phone,
  coalesce((select array_agg(n.name order by n.position) from organisation_name n where n.organisation_id = o.id), '{}') as names`;

/** @returns every organisation, for finding one by code or by any of its names */
export const allOrganisations = (deps: Pick<StoreDeps, 'pool'>): Promise<Organisation[]> =>
  rows(deps.pool, '', `select ${columns} from organisation o order by o.code`);

/** @returns the caller's organisation and those below it */
export const organisations = (deps: Pick<StoreDeps, 'pool'>, caller: Caller): Promise<Organisation[]> =>
  rows(
    deps.pool,
    '',
    `with recursive below as (
       select id from organisation where id = $1
       union all select c.id from organisation c join below b on c.parent_id = b.id)
     select ${columns} from organisation o join below using (id) order by o.code`,
    [caller.organisation],
  );

function check(input: OrganisationInput, known: ReadonlyMap<string, { level: OrganisationKind }>): void {
  const wanted = parentLevel[input.level];
  const parent = input.parent === null ? null : known.get(input.parent);
  if (wanted === null ? input.parent !== null : parent?.level !== wanted)
    throw new Conflict(
      `机构“${input.code}”（${input.level}）的上级应为${wanted === null ? '空' : ` ${wanted}`}，给出的是“${input.parent ?? ''}”。` +
        `Organisation "${input.code}" is a ${input.level}: its parent must be ${wanted === null ? 'empty' : `a ${wanted}`}, not "${input.parent ?? ''}".`,
    );
  if (input.names.length === 0)
    throw new Conflict(
      `机构“${input.code}”没有名称。Organisation "${input.code}" has no name; give at least one.`,
    );
}

/**
 * Writes organisations by code, parents before children whatever their order; all or none.
 * @returns the id of each code
 * @throws Conflict when a parent is missing or of the wrong level, or a name is missing
 */
export async function upsertOrganisations(
  deps: Pick<StoreDeps, 'pool'>,
  inputs: readonly OrganisationInput[],
): Promise<Map<string, string>> {
  return inTransaction(deps.pool, async (client) => {
    const known = new Map(
      (
        await rows<{ code: string; id: string; level: OrganisationKind }>(
          client,
          '',
          'select code, id, level from organisation',
        )
      ).map((row) => [row.code, row]),
    );
    const ordered = inputs.toSorted((a, b) => fromTheTop.indexOf(a.level) - fromTheTop.indexOf(b.level));
    for (const input of ordered) {
      check(input, known);
      const [row] = await rows<{ id: string }>(
        client,
        '',
        `insert into organisation (code, level, parent_id, referral_hospital_id, phone)
         values ($1, $2, (select id from organisation where code = $3), (select id from organisation where code = $4), $5)
         on conflict (code) do update set parent_id = excluded.parent_id,
           referral_hospital_id = coalesce(excluded.referral_hospital_id, organisation.referral_hospital_id),
           phone = coalesce(excluded.phone, organisation.phone)
         where organisation.level = excluded.level
         returning id`,
        [input.code, input.level, input.parent, input.referralHospital ?? null, input.phone ?? null],
      );
      if (!row)
        throw new Conflict(
          `机构“${input.code}”已登记为另一级别。Organisation "${input.code}" is registered at another level; use another code.`,
        );
      known.set(input.code, { code: input.code, id: row.id, level: input.level });
      await rows(
        client,
        '',
        `with gone as (delete from organisation_name where organisation_id = $1 and name <> all($2::text[]))
         insert into organisation_name (organisation_id, name, position)
         select $1, name, min(place) - 1 from unnest($2::text[]) with ordinality as given(name, place) group by name
         on conflict (organisation_id, name) do update set position = excluded.position`,
        [row.id, input.names],
      );
    }
    return new Map(inputs.map(({ code }) => [code, known.get(code)?.id ?? '']));
  });
}
