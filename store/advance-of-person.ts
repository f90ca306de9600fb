import type pg from 'pg';
import type { JourneyId } from '../domain/model/ids.ts';
import { advanceOnce, type AdvanceAnswer, type AdvanceOptions } from './advance-once.ts';
import type { StoreDeps } from './deps.ts';
import { AnotherJourneyOpen, isDuplicate, NotFound, StoreUnavailable } from './errors.ts';
import type { EventInput } from './event-input.ts';
import { endJourneys } from './fan-out.ts';
import type { LockedResident } from './lock-resident.ts';
import { mustBeActive, setGone } from './person-status.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** Locks the person whose journey it is. */
async function lockPersonOf(client: pg.PoolClient, journey: JourneyId): Promise<LockedResident> {
  const [person] = await rows<LockedResident>(
    client,
    '',
    `select id, status, merged_into_id as "mergedInto", centre_id as centre, contract_doctor_id as doctor
     from resident where id = (select resident_id from journey where id = $1) for update`,
    [journey],
  );
  if (!person) throw new NotFound('journey', journey);
  const [now] = await rows<{ resident: string }>(
    client,
    '',
    'select resident_id as resident from journey where id = $1 for update',
    [journey],
  );
  // Merged into another record while this waited for the lock.
  if (now?.resident !== person.id)
    throw new StoreUnavailable('the record of the person has just been merged');
  return person;
}

/**
 * An event on one journey that concerns the person: it died or moved, or a journey is taken up again. One transaction
 * for the person's record and all of the person's journeys.
 * @throws Conflict when the record of the person says otherwise; AnotherJourneyOpen
 */
export async function advanceOfPerson(
  deps: StoreDeps,
  journey: JourneyId,
  input: EventInput,
  options: AdvanceOptions,
): Promise<AdvanceAnswer> {
  try {
    return await inTransaction(deps.pool, async (client) => {
      const person = await lockPersonOf(client, journey);
      const answer = await advanceOnce(deps, client, journey, input, { ...options, ofPerson: true }, true);
      if (!answer || answer === 'ofPerson')
        throw new Error(`journey ${journey} moved on while it was locked`);
      if (answer.status !== 'committed') return answer;
      const { ending } = answer.state;
      if (!ending) mustBeActive(person);
      else if (ending.kind === 'died' || ending.kind === 'moved') {
        await setGone(client, person, ending.kind);
        await endJourneys(deps, client, person.id, {
          idPrefix: `${ending.event}/${ending.kind}`,
          by: input.by,
          ending: ending.kind,
          happenedAt: ending.happenedAt,
          ...(ending.reason !== undefined && { reason: ending.reason }),
          ...(options.at !== undefined && { at: options.at }),
          ...(options.quiet !== undefined && { quiet: options.quiet }),
        });
      }
      return answer;
    });
  } catch (error) {
    if (isDuplicate(error, 'journey_one_open_per_pathway')) throw new AnotherJourneyOpen();
    throw error;
  }
}
