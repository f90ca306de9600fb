import type { Locale } from '../domain/model/localized.ts';
import type { Caller } from './caller.ts';
import { decodeCursor, encodeCursor, type Page } from './cursor.ts';
import type { StoreDeps } from './deps.ts';
import { residentScope } from './resident-scope.ts';
import { rows } from './sql.ts';

export interface Resident {
  readonly id: string;
  readonly name: string;
  readonly identityNumber: string;
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
  readonly phone: string | null;
  readonly email: string | null;
  readonly locale: Locale;
  readonly contractDoctor: string | null;
  readonly centre: string;
  readonly consent: Readonly<Record<string, unknown>>;
  readonly status: 'active' | 'died' | 'moved' | 'merged';
  readonly mergedInto: string | null;
}

const columns = `r.id, r.name, r.identity_number as "identityNumber", r.birth_date as "birthDate", r.sex, r.phone,
  r.email, r.locale, r.contract_doctor_id as "contractDoctor", r.centre_id as centre, r.consent, r.status,
  r.merged_into_id as "mergedInto"`;

export interface ResidentQuery {
  /** The name begins so. */
  readonly name?: string;
  /** Exactly. */
  readonly identityNumber?: string;
  /** The telephone number begins so. */
  readonly phone?: string;
  /** Id of a centre. */
  readonly centre?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

const prefix = (text: string): string => `${text.replaceAll(/[\\%_]/gu, (sign) => `\\${sign}`)}%`;

/** @returns residents within the caller's reach by name, those merged into another left out, and the cursor of the next page */
export async function residents(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  query: ResidentQuery = {},
): Promise<Page<Resident>> {
  const limit = Math.min(query.limit ?? 50, 500);
  const values: unknown[] = [caller.organisation];
  const where = [residentScope(caller, '$1'), `r.status <> 'merged'`];
  const add = (value: unknown, condition: (placeholder: string) => string): void => {
    where.push(condition(`$${values.push(value)}`));
  };
  if (query.name !== undefined) add(prefix(query.name), (p) => `r.name like ${p}`);
  if (query.identityNumber !== undefined) add(query.identityNumber, (p) => `r.identity_number = ${p}`);
  if (query.phone !== undefined) add(prefix(query.phone), (p) => `r.phone like ${p}`);
  if (query.centre !== undefined) add(query.centre, (p) => `r.centre_id = ${p}::uuid`);
  if (query.cursor !== undefined) {
    const [name, id] = decodeCursor(query.cursor, 2);
    where.push(`(r.name, r.id) > ($${values.push(name)}, $${values.push(id)}::uuid)`);
  }
  const found = await rows<Resident>(
    deps.pool,
    '',
    `select ${columns} from resident r where ${where.join(' and ')} order by r.name, r.id limit $${values.push(limit + 1)}`,
    values,
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor([last.name, last.id]) : null };
}

/** @returns one resident within the caller's reach, or null */
export async function residentById(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  id: string,
): Promise<Resident | null> {
  const [row] = await rows<Resident>(
    deps.pool,
    '',
    `select ${columns} from resident r where r.id = $1 and ${residentScope(caller, '$2')}`,
    [id, caller.organisation],
  );
  return row ?? null;
}
