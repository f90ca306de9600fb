import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** Present while outgoing messages, bookings and payments wait for a person: after a restore to an earlier moment. */
export const heldKey = 'outgoing.held';

export interface OutgoingHold {
  readonly reason: string;
  readonly by: string;
  /** UTC epoch milliseconds. */
  readonly since: number;
}

/** Holds everything that leaves: after a restore the ledger has forgotten what was sent since. */
export async function holdOutgoing(deps: Pick<StoreDeps, 'pool'>, reason: string, by: string): Promise<void> {
  await rows(
    deps.pool,
    '',
    `insert into setting (key, value, updated_by) values ($1, jsonb_build_object('reason', $2::text), $3)
     on conflict (key) do nothing`,
    [heldKey, reason, by],
  );
}

/** @returns why and since when outgoing work is held; null when it is not */
export async function outgoingHold(deps: Pick<StoreDeps, 'pool'>): Promise<OutgoingHold | null> {
  const [row] = await rows<OutgoingHold>(
    deps.pool,
    '',
    `select value->>'reason' as reason, updated_by as by, updated_at as since from setting where key = $1`,
    [heldKey],
  );
  return row ?? null;
}

/**
 * A person lets it go on; who did is kept, with the hold that ended.
 * @returns how many journeys are owed a poke now, as their outside work may start
 */
export async function releaseOutgoing(deps: Pick<StoreDeps, 'pool'>, by: string): Promise<number> {
  return inTransaction(deps.pool, async (client) => {
    await rows(
      client,
      '',
      `with held as (delete from setting where key = $1 returning value, updated_by, updated_at)
       insert into setting (key, value, updated_by)
       select 'outgoing.released', held.value || jsonb_build_object('heldBy', held.updated_by, 'heldSince', held.updated_at), $2
       from held
       on conflict (key) do update
         set value = excluded.value, updated_by = excluded.updated_by, updated_at = clock_timestamp()`,
      [heldKey, by],
    );
    const poked = await rows(
      client,
      '',
      `update journey j set poke_seq = poke_seq + 1, poke_raised_at = clock_timestamp()
       where exists (select 1 from outside_work w where w.journey_id = j.id and w.status in ('requested', 'started'))
       returning j.id`,
    );
    return poked.length;
  });
}
