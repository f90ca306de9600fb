import type { StoreDeps } from '../deps.ts';
import { NotFound } from '../errors.ts';
import { rows, type Queryable } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import {
  appointmentColumns,
  nowOf,
  SlotRefused,
  type Appointment,
  type AppointmentStatus,
} from './appointment.ts';
import { offerPlaces } from './offer-places.ts';

type ChangeDeps = Pick<StoreDeps, 'pool' | 'clock'>;

/** From which states each change is made; to one that is there already it is answered as before. */
const changes = {
  booked: ['held', 'offered'],
  'checked-in': ['booked'],
  completed: ['booked', 'checked-in'],
  missed: ['booked'],
  cancelled: ['held', 'offered', 'booked'],
} as const satisfies Partial<Record<AppointmentStatus, readonly AppointmentStatus[]>>;
export type AppointmentChange = keyof typeof changes;

const change = `
  with t as (select coalesce($2::timestamptz, clock_timestamp()) as now),
  a as (
    update appointment a set status = $3,
      confirmed_at = case when $3 = 'booked' then t.now else a.confirmed_at end,
      finished_at = case when $3 in ('completed', 'missed', 'cancelled') then t.now end,
      reason = coalesce($5, a.reason)
    from t, slot s where s.id = a.slot_id and a.id = $1 and a.status = any($4)
      and ($3 not in ('completed', 'missed') or s.starts_at <= t.now) and ($6::uuid is null or a.resident_id = $6)
      and (a.status in ('booked', 'checked-in') or a.held_until > t.now or $3 = 'cancelled')
    returning a.*),
  served as (
    update waiting_entry w set status = case when $3 = 'cancelled' then 'declined' else 'served' end, finished_at = t.now
    from a, t where w.id = a.waiting_id and w.status = 'offered')
  select ${appointmentColumns} from a join slot s on s.id = a.slot_id`;

const read = `select ${appointmentColumns} from appointment a join slot s on s.id = a.slot_id where a.id = $1`;

async function appointmentById(on: Queryable, id: string): Promise<Appointment> {
  const [found] = await rows<Appointment>(on, 'appointment-by-id', read, [id]);
  if (!found) throw new NotFound('appointment', id);
  return found;
}

export interface ChangeInput {
  readonly appointment: string;
  /** When given, only this resident's is changed. */
  readonly resident?: string;
  readonly reason?: string;
}

/**
 * Confirms, checks in, completes, misses or cancels an appointment; asked for again, it is answered as before. A place
 * that is given back is offered to who waits, in the same transaction.
 * @throws SlotRefused when it is another's, its hold is over, or it has ended
 * @throws NotFound
 */
export async function changeAppointment(
  deps: ChangeDeps,
  to: AppointmentChange,
  { appointment, resident, reason }: ChangeInput,
): Promise<Appointment> {
  const now = await nowOf(deps);
  return inTransaction(deps.pool, async (client) => {
    const [changed] = await rows<Appointment>(client, 'change-appointment', change, [
      ...[appointment, now, to, changes[to], reason ?? null, resident ?? null],
    ]);
    if (changed) {
      if (to === 'cancelled') await offerPlaces(client, [changed.slot], now);
      return changed;
    }
    const known = await appointmentById(client, appointment);
    if (resident !== undefined && known.resident !== resident) throw new SlotRefused('not-yours');
    if (known.status === to) return known;
    // Only that it has not begun stood in the way.
    if (changes[to].some((status) => status === known.status) && (to === 'completed' || to === 'missed'))
      throw new SlotRefused('not-begun');
    throw new SlotRefused(
      known.status === 'held' || known.status === 'offered' || known.status === 'expired'
        ? 'hold-over'
        : 'over',
    );
  });
}
