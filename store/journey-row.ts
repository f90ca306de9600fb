import { stateSchemaVersion, type JourneyState } from '../domain/model/state.ts';
import type { EventId, JourneyId } from '../domain/model/ids.ts';
import type { Placed } from './caller.ts';
import { StateTooNew } from './errors.ts';
import { rows, type Queryable } from './sql.ts';

/** A journey's row, the clock, and whether an event id is known: what deciding needs, in one round trip. */
export interface JourneyRow extends Placed {
  readonly state: JourneyState;
  readonly now: number;
  readonly armedUntil: number | null;
  readonly pokeSeq: number;
  readonly knownJourney: string | null;
  readonly knownSeq: number | null;
  readonly knownHash: string | null;
}

const select = `
  select j.state, clock_timestamp() as now, j.armed_until as "armedUntil", j.poke_seq as "pokeSeq",
    j.district_id as "districtId", j.hospital_id as "hospitalId", j.centre_id as "centreId",
    k.journey_id as "knownJourney", k.seq as "knownSeq", k.body_hash as "knownHash"
  from journey j left join journey_event k on k.event_id = $2
  where j.id = $1`;

/**
 * @param lock keep others from changing the row until the transaction ends
 * @returns the row, or null when there is no such journey
 * @throws StateTooNew when a later release wrote the state
 */
export async function readJourneyRow(
  on: Queryable,
  journey: JourneyId,
  eventId: EventId | null,
  lock: boolean,
): Promise<JourneyRow | null> {
  const [row] = await rows<JourneyRow>(
    on,
    lock ? 'journey-lock' : 'journey-read',
    lock ? `${select} for update of j` : select,
    [journey, eventId],
  );
  if (row) checkSchema(row.state);
  return row ?? null;
}

/** What this release wrote is trusted; what a later one wrote is refused rather than misread. */
export function checkSchema(state: JourneyState): void {
  const schema: number = state.schema;
  if (schema > stateSchemaVersion) throw new StateTooNew(state.journey, schema, stateSchemaVersion);
}
