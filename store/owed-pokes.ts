import { calmBeyondMs } from '../domain/clock/poke-lanes.ts';
import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import { instant, rows } from './sql.ts';
import { withClient } from './transaction.ts';

export interface OwedPoke {
  readonly journey: JourneyId;
  readonly pokeSeq: number;
  /** UTC epoch milliseconds. */
  readonly raisedAt: number;
}

export interface OwedOptions {
  /** Whoever committed has had so long to send it. */
  readonly olderThanMs: number;
  readonly limit: number;
}

/** `isCalm` of domain/clock/poke-lanes.ts, on the row `j` that owes a poke; `$1` is now and the time that is ample. */
const workWaits = `exists (select 1 from outside_work w where w.journey_id = j.id and w.status = 'requested')`;
const columns = `j.id as journey, j.poke_seq as "pokeSeq", j.poke_raised_at as "raisedAt"`;
const neverSet = 'j.poke_seq > j.poked_seq and j.poked_seq = 0';
const raised = (p: string): string =>
  `j.poke_raised_at <= clock_timestamp() - ${p} * interval '1 millisecond'`;

const ample = (now: number): string => instant(now + calmBeyondMs);

/**
 * Three indexes, each read from its beginning: clocks that were set before and ended journeys, first clocks whose
 * deadline is near, first clocks with outside work that waits. However many others are owed, they are not read.
 */
const urgent = `
  select * from (
    (select ${columns} from journey j
     where j.poke_seq > j.poked_seq and (j.poked_seq > 0 or j.next_deadline_at is null) and ${raised('$2')}
     order by j.poke_raised_at limit $3)
    union
    (select ${columns} from journey j
     where ${neverSet} and j.next_deadline_at <= $1::timestamptz and ${raised('$2')}
     order by j.next_deadline_at limit $3)
    union
    (select ${columns} from journey j
     where j.id in (select w.journey_id from outside_work w where w.status = 'requested')
       and ${neverSet} and ${raised('$2')}
     limit $3)) as owed
  order by "raisedAt" limit $3`;

/** @returns pokes that cannot wait and that no workflow has answered, oldest first: the relay sends them at once */
export const urgentPokes = (
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  { olderThanMs, limit }: OwedOptions,
): Promise<OwedPoke[]> =>
  withClient(deps.pool, async (client) =>
    rows(client, 'urgent-pokes', urgent, [ample(await deps.clock.now(client)), olderThanMs, limit]),
  );

/** @returns pokes that can wait, those with the nearest deadline first: the relay sends them gently */
export const calmPokes = (
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  { olderThanMs, limit }: OwedOptions,
): Promise<OwedPoke[]> =>
  withClient(deps.pool, async (client) =>
    rows(
      client,
      'calm-pokes',
      `select ${columns} from journey j
       where ${neverSet} and j.next_deadline_at > $1::timestamptz and ${raised('$2')} and not ${workWaits}
       order by j.next_deadline_at, j.id limit $3`,
      [ample(await deps.clock.now(client)), olderThanMs, limit],
    ),
  );

/** @returns how many of these journeys are still owed a poke */
export async function unanswered(
  deps: Pick<StoreDeps, 'pool'>,
  journeys: readonly JourneyId[],
): Promise<number> {
  const [row] = await rows<{ owed: number }>(
    deps.pool,
    'unanswered-pokes',
    'select count(*) as owed from journey where id = any($1::uuid[]) and poke_seq > poked_seq',
    [journeys],
  );
  return row?.owed ?? 0;
}

export interface OwedCount {
  /** Pokes that cannot wait. */
  readonly owed: number;
  /** Since when the oldest of them is owed. */
  readonly oldestMs: number | null;
  /** Pokes that can: first clocks, whose deadlines are far away. */
  readonly calm: number;
}

/** @returns how many pokes are owed in each lane; for the readiness page and the metrics */
export async function owedPokeCount(deps: Pick<StoreDeps, 'pool' | 'clock'>): Promise<OwedCount> {
  return withClient(deps.pool, async (client) => {
    const [row] = await rows<OwedCount>(
      client,
      'owed-poke-count',
      `select count(*) filter (where not calm) as owed, count(*) filter (where calm) as calm,
         (extract(epoch from clock_timestamp() - min(raised) filter (where not calm)) * 1000)::float8 as "oldestMs"
       from (select j.poke_raised_at as raised,
           j.poked_seq = 0 and coalesce(j.next_deadline_at > $1::timestamptz, false) and not ${workWaits} as calm
         from journey j where j.poke_seq > j.poked_seq) as lanes`,
      [ample(await deps.clock.now(client))],
    );
    return row ?? { owed: 0, oldestMs: null, calm: 0 };
  });
}
