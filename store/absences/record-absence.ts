import type pg from 'pg';
import type { Localized } from '../../domain/model/localized.ts';
import type { AbsenceReason } from '../../domain/staff/absence.ts';
import {
  refuseAbsence,
  warnOfAbsence,
  type AbsenceProblem,
  type AbsentDays,
  type Given,
} from '../../domain/staff/check-absence.ts';
import { coverOf, type StandIns } from '../../domain/staff/cover.ts';
import type { StoreDeps } from '../deps.ts';
import { NotFound } from '../errors.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { selectAbsence, type Absence } from './absence.ts';
import { colleagueBy, colleaguesOf } from './colleagues.ts';
import { todayOf } from './staff-cover.ts';

export interface AbsenceInput {
  /** Id or code. */
  readonly staff: string;
  /** YYYY-MM-DD; a day of absence. */
  readonly from: string;
  /** YYYY-MM-DD; a day of absence. */
  readonly until: string;
  /** Id or code. */
  readonly deputy?: string;
  readonly reason: AbsenceReason;
  /** Id of a member of staff, or who is at the command line. */
  readonly by: string;
}

export interface AbsenceAnswer {
  readonly absence: Absence;
  /** `known`: it was on record already, and nothing was changed. */
  readonly answer: 'recorded' | 'known';
  readonly warnings: readonly AbsenceProblem[];
  /** Who stands in on the first day that is still to come. */
  readonly standIns: { readonly by: StandIns['by']; readonly staff: readonly NamedPerson[] } | null;
}

interface NamedPerson {
  readonly id: string;
  readonly name: string;
}

/** An absence that cannot be recorded as it was asked for; says what would be right. */
export class AbsenceRefused extends Error {
  override readonly name = 'AbsenceRefused';
  readonly code: AbsenceProblem['code'];
  readonly field: AbsenceProblem['field'];
  readonly localized: Localized;
  constructor({ code, field, message }: AbsenceProblem) {
    super(`${message.zh}\n${message.en}`);
    this.code = code;
    this.field = field;
    this.localized = message;
  }
}

const sharing = `
  select a.id, a.staff_id as staff, a.from_day as "from", a.until_day as until, a.deputy_id as deputy, a.reason
  from staff_absence a where not a.cancelled and a.until_day >= $1::date and a.from_day <= $2::date`;

/** PostgreSQL knows no infinite days here, and an end before the start is said in words, not as an empty range. */
const later = (a: string, b: string): string => (a > b ? a : b);

/**
 * Puts an absence on record; the same one again changes nothing.
 * @throws NotFound for somebody who is not on the staff list, AbsenceRefused for days or a deputy that cannot be right
 */
export async function recordAbsence(deps: StoreDeps, input: AbsenceInput): Promise<AbsenceAnswer> {
  return inTransaction(deps.pool, async (client) => {
    const person = await found(client, 'staff', input.staff);
    const deputy = input.deputy === undefined ? null : await found(client, 'deputy', input.deputy);
    // Absences of one district are recorded one after another: each is checked against the others.
    await rows(client, 'absences-lock', `select id from organisation where id = $1 for no key update`, [
      person.district,
    ]);
    const { from, until } = input;
    const asked: AbsentDays = { staff: person.id, from, until, deputy: deputy?.id ?? null };
    const others = await rows<AbsentDays & { id: string; reason: string }>(
      client,
      'absences-sharing',
      sharing,
      [from, later(from, until)],
    );
    const today = await todayOf(deps, client);
    const colleagues = await colleaguesOf(client, [person.id, ...(deputy ? [deputy.id] : [])]);
    const known = others.find(
      (one) =>
        one.staff === asked.staff &&
        one.from === from &&
        one.until === until &&
        one.deputy === asked.deputy &&
        one.reason === input.reason,
    );
    const given: Given = { asked, today, colleagues, others: others.filter(({ id }) => id !== known?.id) };
    const refused = known ? undefined : refuseAbsence(given);
    if (refused) throw new AbsenceRefused(refused);
    const id = known?.id ?? (await insert(client, asked, input, await deps.clock.now(client)));
    const [absence] = await rows<Absence>(client, 'absence', `${selectAbsence('$2')} where a.id = $1`, [
      id,
      today,
    ]);
    if (!absence) throw new NotFound('absence', id);
    const day = later(from, today);
    const standIns = coverOf(
      colleagues,
      [asked, ...given.others].filter((one) => one.from <= day && day <= one.until),
    ).standInsOf(asked.staff);
    const nameOf = new Map(colleagues.map((one) => [one.id, one.name]));
    return {
      absence,
      answer: known ? 'known' : 'recorded',
      warnings: warnOfAbsence(given),
      standIns: standIns
        ? { by: standIns.by, staff: standIns.staff.map((one) => ({ id: one, name: nameOf.get(one) ?? one })) }
        : null,
    };
  });
}

async function found(client: pg.PoolClient, what: string, who: string) {
  const person = await colleagueBy(client, who);
  if (!person) throw new NotFound(what, who);
  return person;
}

async function insert(
  client: pg.PoolClient,
  { staff, from, until, deputy }: AbsentDays,
  { reason, by }: AbsenceInput,
  now: number,
): Promise<string> {
  const [row] = await rows<{ id: string }>(
    client,
    'absence-insert',
    `insert into staff_absence (staff_id, from_day, until_day, deputy_id, reason, recorded_by, recorded_at)
     values ($1, $2::date, $3::date, $4, $5, $6, $7::timestamptz) returning id`,
    [staff, from, until, deputy, reason, by, instant(now)],
  );
  if (!row) throw new TypeError('An insert gives its row.');
  return row.id;
}
