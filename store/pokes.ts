import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import { instant, rows } from './sql.ts';
import { withClient } from './transaction.ts';

/** Where a look through the unserved rows goes on. */
export type UnservedAfter = Pick<UnservedRow, 'journey' | 'since'>;

export interface UnservedRow {
  readonly journey: JourneyId;
  readonly nextDeadlineAt: number;
  readonly armedUntil: number | null;
  /** When the clock should have acted: the earlier of the two. */
  readonly since: number;
  /** How long the clock should have acted by now. */
  readonly lateMs: number;
}

/** Before every id. */
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * @returns open journeys whose deadline, or whose armed timer, passed `pastMs` ago and nothing happened, latest
 *   served last: the watchdog pokes them, and advances them itself if that does not help
 */
export async function unservedRows(
  deps: Pick<StoreDeps, 'pool' | 'clock'>,
  {
    pastMs,
    limit,
    after,
  }: { readonly pastMs: number; readonly limit: number; readonly after?: UnservedAfter | undefined },
): Promise<UnservedRow[]> {
  return withClient(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    // Two indexes, each read from its earliest end, or from where the last look came to.
    const found = await rows<Omit<UnservedRow, 'lateMs'>>(
      client,
      'unserved-rows',
      `select * from (
         (select id as journey, next_deadline_at as "nextDeadlineAt", armed_until as "armedUntil",
            least(next_deadline_at, armed_until) as since from journey
          where ended_at is null and next_deadline_at < $1::timestamptz and next_deadline_at >= $3::timestamptz
            and (least(next_deadline_at, armed_until), id) > ($3::timestamptz, $4::uuid) order by next_deadline_at, id limit $2)
         union
         (select id, next_deadline_at, armed_until, least(next_deadline_at, armed_until) from journey
          where ended_at is null and armed_until < $1::timestamptz and armed_until >= $3::timestamptz
            and (least(next_deadline_at, armed_until), id) > ($3::timestamptz, $4::uuid) order by armed_until, id limit $2)) as unserved
       order by since, journey limit $2`,
      [instant(now - pastMs), limit, instant(after?.since ?? 0), after?.journey ?? nobody],
    );
    return found.map((row) => ({
      ...row,
      lateMs: now - row.since,
    }));
  });
}

/** Owes the journey a poke, whatever its row says: for the watchdog and for `reconcile`. @returns the new `poke_seq`, or null */
export async function raisePoke(deps: Pick<StoreDeps, 'pool'>, journey: JourneyId): Promise<number | null> {
  const [row] = await rows<{ pokeSeq: number }>(
    deps.pool,
    'raise-poke',
    `update journey set poke_seq = poke_seq + 1, poke_raised_at = clock_timestamp()
     where id = $1 returning poke_seq as "pokeSeq"`,
    [journey],
  );
  return row?.pokeSeq ?? null;
}
