import type { JourneyId } from '../domain/model/ids.ts';
import { advanceOfPerson } from './advance-of-person.ts';
import { advanceOnce, type AdvanceAnswer, type AdvanceOptions } from './advance-once.ts';
import type { StoreDeps } from './deps.ts';
import { isDuplicate } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { rows } from './sql.ts';
import { inTransaction, withClient } from './transaction.ts';

/** After that many lost races for a row, it is locked. */
const optimisticAttempts = 4;

/**
 * The only door to a journey's state: decides an event and commits it with everything derived from it. An event that
 * says of the person that they died or moved ends all of the person's journeys.
 * Idempotent by event id; a refusal changes nothing and is not remembered; what it returns is committed.
 *
 * @throws EventIdReused when the id was used with another body, NotFound, StateTooNew, StoreUnavailable
 * @throws Conflict when the record of the person says otherwise, such as reopening a journey of somebody who has died
 */
export async function advance(
  deps: StoreDeps,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions = {},
): Promise<AdvanceAnswer> {
  const answer =
    (await withoutLock(deps, journey, input, options)) ?? (await withLock(deps, journey, input, options));
  return answer === 'ofPerson' ? advanceOfPerson(deps, journey, input, options) : answer;
}

async function withoutLock(
  deps: StoreDeps,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions,
): Promise<AdvanceAnswer | 'ofPerson' | null> {
  return withClient(deps.pool, async (client) => {
    for (let attempt = 1; attempt <= optimisticAttempts; attempt += 1) {
      try {
        const answer = await advanceOnce(deps, client, journey, input, options, false);
        if (answer) return answer;
      } catch (error) {
        // The same id, at the same moment, by another connection: read again what it was.
        if (!isDuplicate(error, 'journey_event_event_id_key')) throw error;
      }
    }
    return null;
  });
}

async function withLock(
  deps: StoreDeps,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions,
): Promise<AdvanceAnswer | 'ofPerson'> {
  return inTransaction(deps.pool, async (client) => {
    // A statement of its own: one that waits for a lock sees the row as it is then, but the log as it was before.
    await rows(client, 'lock-journey', 'select 1 from journey where id = $1 for update', [journey]);
    const locked = await advanceOnce(deps, client, journey, input, options, true);
    if (!locked) throw new Error(`journey ${journey} moved on while it was locked`);
    return locked;
  });
}
