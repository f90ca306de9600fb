import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { Conflict } from './errors.ts';
import { residentScope } from './resident-scope.ts';
import { rows } from './sql.ts';
import type { ResidentInput } from './upsert-residents.ts';

interface Row {
  readonly id: string | null;
  readonly name: string | null;
  readonly centre: string | null;
}

/**
 * Registers one resident by identity number; changes nobody who is registered already.
 * @returns the resident's id, and whether the resident is new
 * @throws Conflict when the number is registered under another name or centre, or out of the caller's reach
 */
export async function registerResident(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  resident: ResidentInput,
): Promise<{ readonly id: string; readonly created: boolean }> {
  const [written] = await rows<{ id: string }>(
    deps.pool,
    '',
    `insert into resident (identity_number, name, birth_date, sex, phone, email, locale, contract_doctor_id, centre_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (identity_number) do nothing returning id`,
    [
      resident.identityNumber,
      resident.name,
      resident.birthDate,
      resident.sex,
      resident.phone ?? null,
      resident.email ?? null,
      resident.locale ?? 'zh',
      resident.contractDoctor ?? null,
      resident.centre,
    ],
  );
  if (written) return { id: written.id, created: true };
  const [known] = await rows<Row>(
    deps.pool,
    '',
    `select r.id, r.name, r.centre_id as centre from resident r
     where r.identity_number = $1 and ${residentScope(caller, '$2')}`,
    [resident.identityNumber, caller.organisation],
  );
  if (!known?.id)
    throw new Conflict(
      '该身份证号已在其他机构登记；请联系区协调员办理转入。The identity number is registered with another organisation; ask the district coordinator for a transfer.',
    );
  if (known.name !== resident.name || known.centre !== resident.centre)
    throw new Conflict(
      '该身份证号已用其他姓名或中心登记；请先查询该居民。The identity number is registered under another name or centre; look the resident up first.',
    );
  return { id: known.id, created: false };
}
