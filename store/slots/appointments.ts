import type { Caller } from '../caller.ts';
import { decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import type { StoreDeps } from '../deps.ts';
import { residentScope } from '../resident-scope.ts';
import { instant, rows } from '../sql.ts';
import { appointmentColumns, type Appointment, type AppointmentStatus } from './appointment.ts';
import { isPool, poolName, type PoolName } from './pools.ts';

/** An appointment as staff see it. Instants are UTC epoch milliseconds. */
export interface AppointmentView extends Omit<Appointment, 'resident' | 'waiting'> {
  readonly resident: { readonly id: string; readonly name: string };
  readonly pool: PoolName;
  readonly reason: string | null;
  readonly createdAt: number;
  readonly confirmedAt: number | null;
  readonly finishedAt: number | null;
}

export interface AppointmentQuery {
  /** Id or code. */
  readonly pool?: string;
  readonly resident?: string;
  readonly journey?: string;
  readonly status?: AppointmentStatus;
  /** UTC epoch milliseconds; of slots that start from then on, and before `to`. */
  readonly from?: number;
  readonly to?: number;
  readonly cursor?: string;
  /** Default 50, at most 500. */
  readonly limit?: number;
}

const columns = `${appointmentColumns}, json_build_object('id', r.id, 'name', r.name) as person, ${poolName} as pool,
  a.reason, a.created_at as "createdAt", a.confirmed_at as "confirmedAt", a.finished_at as "finishedAt"`;
const from = `appointment a join slot s on s.id = a.slot_id join slot_pool p on p.id = s.pool_id
  join resident r on r.id = a.resident_id`;

/**
 * An appointment is seen by whoever sees the resident, and by whoever keeps the pool: they must know who comes.
 * @param organisation placeholder of the caller's organisation
 */
export const appointmentScope = (caller: Caller, organisation: string): string =>
  `(p.organisation_id = ${organisation}::uuid or ${residentScope(caller, organisation)})`;

interface Row extends Omit<AppointmentView, 'resident'>, Pick<Appointment, 'resident' | 'waiting'> {
  readonly person: AppointmentView['resident'];
}
const shown = ({ waiting: _waiting, person, ...view }: Row): AppointmentView => ({
  ...view,
  resident: person,
});

/**
 * Appointments that the caller may see, in order of time, paged by key.
 * @throws CursorInvalid
 */
export async function appointmentsOf(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  query: AppointmentQuery = {},
): Promise<Page<AppointmentView>> {
  const limit = Math.min(query.limit ?? 50, 500);
  const values: unknown[] = [caller.organisation];
  const where = [appointmentScope(caller, '$1')];
  const put = (value: unknown): string => `$${values.push(value)}`;
  if (query.pool !== undefined) where.push(isPool(put(query.pool)));
  if (query.resident !== undefined) where.push(`a.resident_id = ${put(query.resident)}::uuid`);
  if (query.journey !== undefined) where.push(`a.journey_id = ${put(query.journey)}::uuid`);
  if (query.status !== undefined) where.push(`a.status = ${put(query.status)}`);
  if (query.from !== undefined) where.push(`s.starts_at >= ${put(instant(query.from))}::timestamptz`);
  if (query.to !== undefined) where.push(`s.starts_at < ${put(instant(query.to))}::timestamptz`);
  if (query.cursor !== undefined) {
    const [startsAt, id] = decodeCursor(query.cursor, 2);
    where.push(`(s.starts_at, a.id) > (${put(instant(Number(startsAt)))}::timestamptz, ${put(id)}::uuid)`);
  }
  const found = await rows<Row>(
    deps.pool,
    '',
    `select ${columns} from ${from} where ${where.join(' and ')} order by s.starts_at, a.id limit ${put(limit + 1)}`,
    values,
  );
  const items = found.slice(0, limit).map(shown);
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor([last.startsAt, last.id]) : null };
}

/** @returns one appointment that the caller may see, or null */
export async function appointmentSeen(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  id: string,
): Promise<AppointmentView | null> {
  const [row] = await rows<Row>(
    deps.pool,
    `appointment-seen-${caller.level}`,
    `select ${columns} from ${from} where a.id = $2 and ${appointmentScope(caller, '$1')}`,
    [caller.organisation, id],
  );
  return row ? shown(row) : null;
}
