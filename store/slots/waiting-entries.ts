import type { Urgency } from '../../domain/scheduling/waiting-order.ts';
import type { Caller } from '../caller.ts';
import { decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { appointmentScope } from './appointments.ts';
import { isPool, poolName, type PoolName } from './pools.ts';

export type WaitingStatus = 'waiting' | 'offered' | 'served' | 'declined' | 'withdrawn';

/** Somebody on a waiting list. Instants are UTC epoch milliseconds. */
export interface WaitingEntryView {
  readonly id: string;
  readonly pool: PoolName;
  readonly resident: { readonly id: string; readonly name: string };
  readonly journey: string | null;
  readonly step: string | null;
  readonly urgency: Urgency;
  readonly status: WaitingStatus;
  /** From 1, among all who wait for the pool or are offered a place; null when that is over. */
  readonly position: number | null;
  readonly joinedAt: number;
  /** How many offers went by without an answer. */
  readonly passed: number;
  /** The place that is offered now. */
  readonly offer: {
    readonly appointment: string;
    readonly startsAt: number;
    readonly answerBy: number;
  } | null;
}

interface Row extends Omit<WaitingEntryView, 'offer'> {
  readonly ranksAt: number;
  readonly appointment: string | null;
  readonly startsAt: number | null;
  readonly answerBy: number | null;
}

const columns = `w.id, ${poolName} as pool, json_build_object('id', r.id, 'name', r.name) as resident,
  w.journey_id as journey, w.step, w.urgency, w.status, w.joined_at as "joinedAt", w.ranks_at as "ranksAt", w.passed,
  case when w.status in ('waiting', 'offered') then (
    select count(*) from waiting_entry b where b.pool_id = w.pool_id and b.status in ('waiting', 'offered')
      and (b.ranks_at, b.id) <= (w.ranks_at, w.id)) end as position,
  a.id as appointment, s.starts_at as "startsAt", a.held_until as "answerBy"`;
const from = `waiting_entry w join slot_pool p on p.id = w.pool_id join resident r on r.id = w.resident_id
  left join appointment a on a.waiting_id = w.id and a.status = 'offered' left join slot s on s.id = a.slot_id`;

const shown = ({ ranksAt: _ranksAt, appointment, startsAt, answerBy, ...entry }: Row): WaitingEntryView => ({
  ...entry,
  offer:
    appointment !== null && startsAt !== null && answerBy !== null
      ? { appointment, startsAt, answerBy }
      : null,
});

/**
 * Who waits for a pool or is offered a place, in their order, as far as the caller may see them; paged by key.
 * @throws CursorInvalid
 */
export async function waitingListOf(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  /** Id or code. */
  pool: string,
  { cursor, limit: asked = 50 }: { readonly cursor?: string; readonly limit?: number } = {},
): Promise<Page<WaitingEntryView>> {
  const limit = Math.min(asked, 500);
  const values: unknown[] = [caller.organisation, pool, limit + 1];
  let after = '';
  if (cursor !== undefined) {
    const [ranksAt, id] = decodeCursor(cursor, 2);
    values.push(instant(Number(ranksAt)), id);
    after = 'and (w.ranks_at, w.id) > ($4::timestamptz, $5::uuid)';
  }
  const found = await rows<Row>(
    deps.pool,
    '',
    `select ${columns} from ${from}
     where w.status in ('waiting', 'offered') and ${isPool('$2')} and ${appointmentScope(caller, '$1')} ${after}
     order by w.ranks_at, w.id limit $3`,
    values,
  );
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const next = found.length > limit && last ? encodeCursor([last.ranksAt, last.id]) : null;
  return { items: page.map(shown), next };
}

/** @returns one entry that the caller may see, whatever has become of it; or null */
export async function waitingEntrySeen(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  id: string,
): Promise<WaitingEntryView | null> {
  const [row] = await rows<Row>(
    deps.pool,
    '',
    `select ${columns} from ${from} where w.id = $2 and ${appointmentScope(caller, '$1')}`,
    [caller.organisation, id],
  );
  return row ? shown(row) : null;
}
