import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import type { Batch } from './outside-work.ts';
import { rows } from './sql.ts';

export interface ClockToRestore {
  readonly journey: JourneyId;
  readonly nextDeadlineAt: number;
  readonly armedUntil: number | null;
  readonly pokeSeq: number;
  readonly pokedSeq: number;
}

/** @returns open journeys by id, a batch at a time: their clocks are brought back from the rows */
export const openJourneys = (
  deps: Pick<StoreDeps, 'pool'>,
  { after, limit = 500 }: Batch<JourneyId> = {},
): Promise<ClockToRestore[]> =>
  rows(
    deps.pool,
    'open-journeys',
    `select id as journey, next_deadline_at as "nextDeadlineAt", armed_until as "armedUntil",
       poke_seq as "pokeSeq", poked_seq as "pokedSeq"
     from journey where ended_at is null and ($1::uuid is null or id > $1::uuid) order by id limit $2`,
    [after ?? null, limit],
  );

/**
 * Forgets what clocks were said to be armed and owes every one of these journeys a poke: after the Temporal store
 * was lost, nothing that it had promised holds.
 * @returns how many journeys were given
 */
export async function disarm(deps: Pick<StoreDeps, 'pool'>, journeys: readonly JourneyId[]): Promise<number> {
  const disarmed = await rows(
    deps.pool,
    '',
    `update journey set armed_until = null, poke_seq = poke_seq + 1, poke_raised_at = clock_timestamp()
     where id = any($1::uuid[]) returning id`,
    [journeys],
  );
  return disarmed.length;
}
