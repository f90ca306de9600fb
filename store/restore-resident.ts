import { asEventId, type JourneyId } from '../domain/model/ids.ts';
import { actorOf } from './actor-of.ts';
import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { AnotherJourneyOpen, Conflict, isDuplicate } from './errors.ts';
import { advanceLocked, type FanOut } from './fan-out.ts';
import { lockResident } from './lock-resident.ts';
import { oncePerKey, type PersonEvent } from './person-event.ts';
import { setStatus } from './person-status.ts';
import { rows } from './sql.ts';

export interface RestoreInput extends PersonEvent {
  readonly reason: string;
}

/** What the death or the move had ended: the last journey on each pathway that ended so. */
const endedBy = `
  select id from (
    select distinct on (pathway) id, ending from journey where resident_id = $1 order by pathway, enrolled_at desc, id) as last
  where ending = $2 order by id`;

/**
 * A death or a move was entered in error: the person is active again, and the journeys that it ended are taken up where
 * they were left. Both entries stay in the log.
 * @returns what each journey that was taken up again answered
 * @throws Conflict when the person is active, or the record was merged into another
 */
export async function restoreResident(
  deps: StoreDeps,
  caller: Caller,
  input: RestoreInput,
): Promise<FanOut[]> {
  try {
    return await oncePerKey(deps, caller, 'restored', input, async (client, idPrefix) => {
      const { id, status } = await lockResident(client, caller, input.resident);
      if (status !== 'died' && status !== 'moved')
        throw new Conflict(
          status === 'merged'
            ? '该居民的档案已并入另一份档案，请改用保留的档案。The record was merged into another; use the record that was kept.'
            : '该居民没有登记死亡或迁出，无需撤销。The resident is not recorded as having died or moved; there is nothing to take back.',
        );
      await setStatus(client, id, 'active');
      const answers: FanOut[] = [];
      for (const { id: journey } of await rows<{ id: JourneyId }>(client, '', endedBy, [id, status]))
        answers.push(
          await advanceLocked(deps, client, journey, {
            kind: 'Reopened',
            id: asEventId(`${idPrefix}/${journey}`),
            by: actorOf(caller),
            reason: input.reason,
          }),
        );
      return answers;
    });
  } catch (error) {
    if (isDuplicate(error, 'journey_one_open_per_pathway')) throw new AnotherJourneyOpen();
    throw error;
  }
}
