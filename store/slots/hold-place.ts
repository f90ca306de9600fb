import type { JourneyId } from '../../domain/model/ids.ts';
import type { Audience } from '../../domain/scheduling/pool.ts';
import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';
import { appointmentColumns, nowOf, SlotRefused, type Appointment, type SlotRefusal } from './appointment.ts';
import { expireHolds } from './expire-holds.ts';
import { isForAudience, openPlaces } from './open-places.ts';

export interface HoldInput {
  readonly slot: string;
  readonly resident: string;
  /** As whom: decides which slots are open. */
  readonly audience: Audience;
  readonly journey?: JourneyId;
  readonly step?: string;
  /** The caller's own; asked for again with it, the same appointment is answered. */
  readonly key?: string;
  readonly by: string;
}

type HoldDeps = Pick<StoreDeps, 'pool' | 'clock'>;

const isFor = isForAudience('$4');
const open = openPlaces('$4');

/** Locks the slot, so that whoever waits for it sees what is left; the trigger counts the place. */
const hold = `
  with t as (select coalesce($1::timestamptz, clock_timestamp()) as now),
  place as (
    select s.id, p.service, s.starts_at, s.ends_at, t.now,
      least(t.now + p.hold_seconds * interval '1 second', s.starts_at) as held_until
    from slot s join slot_pool p on p.id = s.pool_id cross join t
    where s.id = $2 and p.active and s.bookable_until > t.now and s.taken < ${open} and ${isFor}
    for update of s),
  a as (
    insert into appointment (slot_id, resident_id, service, audience, journey_id, step, status, held_until, key, created_by, created_at)
    select place.id, $3, place.service, $4, $5, $6, 'held', place.held_until, $7, $8, place.now from place
    on conflict (key) do nothing
    returning *)
  select ${appointmentColumns} from a join place s on s.id = a.slot_id`;

const why = `
  with t as (select coalesce($1::timestamptz, clock_timestamp()) as now)
  select case
    when not p.active or s.bookable_until <= t.now then 'closed'
    when not ${isFor} then 'not-for-audience'
    when s.taken >= s.capacity then 'full'
    when s.taken >= ${open} then 'kept-for-green-channel'
    else 'full' end as code
  from slot s join slot_pool p on p.id = s.pool_id cross join t where s.id = $2 and $3::uuid is not null`;

/**
 * Holds a place for some minutes, until it is confirmed.
 * @throws SlotRefused when it is full, past, for others, or the resident has one of the service already
 */
export async function holdPlace(deps: HoldDeps, input: HoldInput): Promise<Appointment> {
  const now = await nowOf(deps);
  for (const again of [true, false]) {
    const outcome = await tryToHold(deps, input, now);
    if (typeof outcome !== 'string') return outcome;
    // Perhaps only holds that are over are in the way.
    const inTheWay = outcome === 'has-one' ? { resident: input.resident } : { slot: input.slot };
    const mayHelp = outcome === 'has-one' || outcome === 'full' || outcome === 'kept-for-green-channel';
    if (!again || !mayHelp || (await expireHolds(deps, inTheWay)).length === 0)
      throw new SlotRefused(outcome);
  }
  throw new SlotRefused('full');
}

async function tryToHold(
  deps: HoldDeps,
  input: HoldInput,
  now: string | null,
): Promise<Appointment | SlotRefusal> {
  const { slot, resident, audience, journey, step, key, by } = input;
  const values = [now, slot, resident, audience];
  try {
    const [made] = await rows<Appointment>(deps.pool, 'hold-place', hold, [
      ...values,
      ...[journey ?? null, step ?? null, key ?? null, by],
    ]);
    if (made) return made;
  } catch (error) {
    if ((error as { constraint?: string }).constraint === 'appointment_one_of_a_service')
      return (await byKey(deps, input)) ?? 'has-one';
    throw error;
  }
  const known = await byKey(deps, input);
  if (known) return known;
  const [refused] = await rows<{ code: SlotRefusal }>(deps.pool, 'why-no-place', why, values);
  return refused?.code ?? 'unknown';
}

/** @returns the appointment that was made with the key before, or that the key was used for something else */
async function byKey(
  deps: HoldDeps,
  { key, slot, resident, audience, journey, step }: HoldInput,
): Promise<Appointment | 'key-reused' | undefined> {
  if (key === undefined) return undefined;
  const [known] = await rows<Appointment>(
    deps.pool,
    'appointment-by-key',
    `select ${appointmentColumns} from appointment a join slot s on s.id = a.slot_id where a.key = $1`,
    [key],
  );
  if (!known) return undefined;
  const same =
    known.slot === slot &&
    known.resident === resident &&
    known.audience === audience &&
    known.journey === (journey ?? null) &&
    known.step === (step ?? null);
  return same ? known : 'key-reused';
}
