import type { Locale } from '../domain/model/localized.ts';
import type { StoreDeps } from './deps.ts';
import { rows, type Queryable } from './sql.ts';

/** A resident as a file brings one, checked already; ids of centre and doctor, not their names. */
export interface ResidentInput {
  readonly name: string;
  readonly identityNumber: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly phone?: string | null;
  readonly email?: string | null;
  readonly locale?: Locale;
  readonly contractDoctor?: string | null;
  readonly centre: string;
}

export interface UpsertedResident {
  readonly id: string;
  readonly change: 'created' | 'changed' | 'unchanged';
  /**
   * The file names another centre or doctor than the record, and the resident has open journeys: the record is left
   * as it is there; `transferResident` moves person and journeys together.
   */
  readonly transferNeeded: boolean;
}

interface Row {
  readonly id: string;
  readonly identityNumber: string;
  readonly change: UpsertedResident['change'];
  readonly transferNeeded: boolean;
}

/** Empty in the file means "not said", never "delete what is known". */
const upsert = `
  with given as (
    select * from unnest($1::text[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::uuid[], $9::uuid[])
      as g(identity_number, name, birth_date, sex, phone, email, locale, doctor_id, centre_id)
  ), known as (
    select r.id, r.identity_number,
      (r.centre_id <> g.centre_id or (g.doctor_id is not null and r.contract_doctor_id is distinct from g.doctor_id))
        and exists (select 1 from journey j where j.resident_id = r.id and j.ended_at is null) as bound
    from resident r join given g using (identity_number)
  ), written as (
    insert into resident as r (identity_number, name, birth_date, sex, phone, email, locale, contract_doctor_id, centre_id)
    select g.identity_number, g.name, g.birth_date, g.sex, g.phone, g.email, coalesce(g.locale, 'zh'), g.doctor_id, g.centre_id
    from given g
    on conflict (identity_number) do update set
      name = excluded.name, birth_date = excluded.birth_date, sex = excluded.sex,
      phone = coalesce(excluded.phone, r.phone), email = coalesce(excluded.email, r.email),
      locale = case when excluded.identity_number in (select identity_number from given where locale is null)
        then r.locale else excluded.locale end,
      contract_doctor_id = case when r.id in (select id from known where bound) then r.contract_doctor_id
        else coalesce(excluded.contract_doctor_id, r.contract_doctor_id) end,
      centre_id = case when r.id in (select id from known where bound) then r.centre_id else excluded.centre_id end,
      updated_at = clock_timestamp()
    where (r.name, r.birth_date, r.sex) is distinct from (excluded.name, excluded.birth_date, excluded.sex)
      or (excluded.phone is not null and r.phone is distinct from excluded.phone)
      or (excluded.email is not null and r.email is distinct from excluded.email)
      or (r.locale <> excluded.locale
        and excluded.identity_number not in (select identity_number from given where locale is null))
      or (r.id not in (select id from known where bound)
        and (r.centre_id <> excluded.centre_id or (excluded.contract_doctor_id is not null
          and r.contract_doctor_id is distinct from excluded.contract_doctor_id)))
    returning r.id, r.identity_number
  )
  select coalesce(w.id, k.id) as id, coalesce(w.identity_number, k.identity_number) as "identityNumber",
    case when k.id is null then 'created' when w.id is null then 'unchanged' else 'changed' end as change,
    coalesce(k.bound, false) as "transferNeeded"
  from written w full join known k on k.id = w.id`;

/** Residents in one statement; more are cut into several. */
export const upsertBatch = 2_000;

async function writeBatch(
  on: Queryable,
  batch: readonly ResidentInput[],
): Promise<Map<string, UpsertedResident>> {
  const column = <T>(read: (resident: ResidentInput) => T): T[] => batch.map(read);
  const written = await rows<Row>(on, 'upsert-residents', upsert, [
    column((r) => r.identityNumber),
    column((r) => r.name),
    column((r) => r.birthDate),
    column((r) => r.sex),
    column((r) => r.phone ?? null),
    column((r) => r.email ?? null),
    column((r) => r.locale ?? null),
    column((r) => r.contractDoctor ?? null),
    column((r) => r.centre),
  ]);
  return new Map(
    written.map(({ id, identityNumber, change, transferNeeded }) => [
      identityNumber,
      { id, change, transferNeeded },
    ]),
  );
}

/**
 * Writes residents by identity number, those that are new or have changed; each batch is one transaction.
 * @param residents no identity number twice: two rows of one person are the caller's to settle
 * @returns what became of each, in the order given
 */
export async function upsertResidents(
  deps: Pick<StoreDeps, 'pool'>,
  residents: readonly ResidentInput[],
): Promise<UpsertedResident[]> {
  const answers: UpsertedResident[] = [];
  for (let from = 0; from < residents.length; from += upsertBatch) {
    const batch = residents.slice(from, from + upsertBatch);
    const written = await writeBatch(deps.pool, batch);
    for (const { identityNumber } of batch) {
      const answer = written.get(identityNumber);
      if (!answer) throw new Error(`resident ${from} was neither written nor known`);
      answers.push(answer);
    }
  }
  return answers;
}
