import type { StoreDeps } from './deps.ts';
import { currentLineage, lineageKey, whatHappened, type Lineage } from './lineage.ts';
import { rows } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** Present while outgoing messages, bookings and payments wait for a person: after a restore to an earlier moment. */
const heldKey = 'outgoing.held';

/**
 * SQL: true while nothing may leave, because somebody holds it, or because this is not the database that the last
 * release knew. Asked in the statement that lets something leave, so that no worker is a moment too early.
 */
export const nothingLeaves = `exists (select 1 from setting where key = '${heldKey}'
  or (key = '${lineageKey}' and value <> ${currentLineage}))`;

export interface OutgoingHold {
  readonly reason: string;
  /** A person's name, or `yilu` where the restore was noticed by itself. */
  readonly by: string;
  /** UTC epoch milliseconds. */
  readonly since: number;
}

/**
 * Holds everything that leaves: after a restore the ledger has forgotten what was sent since.
 * @returns false when it was held before, whose reason stays
 */
export async function holdOutgoing(
  deps: Pick<StoreDeps, 'pool'>,
  reason: string,
  by: string,
): Promise<boolean> {
  const held = await rows(
    deps.pool,
    '',
    `insert into setting (key, value, updated_by) values ($1, jsonb_build_object('reason', $2::text), $3)
     on conflict (key) do nothing returning key`,
    [heldKey, reason, by],
  );
  return held.length > 0;
}

interface Standing {
  readonly hold: OutgoingHold | null;
  readonly recorded: Lineage | null;
  readonly lineage: Lineage;
  readonly differs: boolean;
  readonly now: number;
}

async function standing(deps: Pick<StoreDeps, 'pool'>): Promise<Standing> {
  const [row] = await rows<Standing & { reason: string | null; by: string; since: number }>(
    deps.pool,
    'outgoing-standing',
    `select h.value->>'reason' as reason, h.updated_by as by, h.updated_at as since, l.value as recorded,
       l.value is not null and l.value <> c.lineage as differs, c.lineage, clock_timestamp() as now
     from (select ${currentLineage} as lineage) c
     left join setting h on h.key = '${heldKey}' left join setting l on l.key = '${lineageKey}'`,
  );
  if (!row) throw new Error('one row was asked for, and none came');
  const { reason, by, since, ...rest } = row;
  return { ...rest, hold: reason === null ? null : { reason, by, since } };
}

/** @returns why and since when outgoing work is held; null when it is not */
export async function outgoingHold(deps: Pick<StoreDeps, 'pool'>): Promise<OutgoingHold | null> {
  const { hold, recorded, lineage, differs, now } = await standing(deps);
  if (hold) return hold;
  return differs && recorded ? { reason: whatHappened(recorded, lineage), by: 'yilu', since: now } : null;
}

/**
 * Looks whether this is still the database that it was; the first look records it. Where it is not, an earlier one
 * may have taken its place, and everything that leaves is held until a person releases it.
 * @returns the hold, and whether this look brought it about; null when nothing is held
 */
export async function noticeRestore(
  deps: Pick<StoreDeps, 'pool'>,
): Promise<(OutgoingHold & { readonly noticed: boolean }) | null> {
  const { hold, recorded, lineage, differs, now } = await standing(deps);
  if (!recorded) await recordLineage(deps.pool, 'yilu');
  if (!differs || !recorded) return hold && { ...hold, noticed: false };
  if (hold) return { ...hold, noticed: false };
  const reason = whatHappened(recorded, lineage);
  return { reason, by: 'yilu', since: now, noticed: await holdOutgoing(deps, reason, 'yilu') };
}

const recordLineage = (on: Parameters<typeof rows>[0], by: string) =>
  rows(
    on,
    '',
    `insert into setting (key, value, updated_by) values ('${lineageKey}', ${currentLineage}, $1)
     on conflict (key) do update
       set value = excluded.value, updated_by = excluded.updated_by, updated_at = clock_timestamp()`,
    [by],
  );

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
    await recordLineage(client, by);
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
