import type pg from 'pg';
import type { Channel } from '../../domain/model/message.ts';
import type { StoreDeps } from '../deps.ts';
import { nothingLeaves } from '../outgoing.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { joinStaffMessages } from './join-staff.ts';
import { makeDigests } from './make-digests.ts';
import { planContext } from './plan-context.ts';
import { planResidents } from './plan-residents.ts';
import { planStaff } from './plan-staff.ts';
import { nothingPlanned, writePlanned } from './planned-rows.ts';

export interface PlanOptions {
  /** Channels with a provider here; without any, everything waits. */
  readonly channels: readonly Channel[];
  /** How many due notices one round begins with. Default 1,000. */
  readonly limit?: number;
}

/** One plans at a time, in every release. */
const planLock = 0x504c414e;

/** The oldest that no message carries, to whomever. */
const due = `
  select n.key, n.recipient_kind as kind, j.resident_id as resident
  from notice n join journey j on j.id = n.journey_id
  where n.status in ('queued', 'held') and n.planned_at is null and coalesce(n.held_until, n.due_at) <= $1::timestamptz
  order by coalesce(n.held_until, n.due_at), n.key limit $2`;

/** They leave as soon as somebody releases what leaves: nothing but the reason keeps them. */
const hold = `
  with due as (
    select n.key from notice n
    where n.status in ('queued', 'held') and n.planned_at is null and n.hold_reason is distinct from 'outgoing-held'
      and coalesce(n.held_until, n.due_at) <= $1::timestamptz
    order by n.key limit $2 for update skip locked)
  update notice n set status = 'held', hold_reason = 'outgoing-held', held_until = null
  from due where n.key = due.key returning n.key`;

const answer = (count: number, limit: number): 'more' | 'done' => (count >= limit ? 'more' : 'done');

/**
 * Makes messages of the notices that are due, or writes down why each of them waits or never leaves. One batch in one
 * transaction; nothing while another one plans.
 * @returns `more` when as many were due as one batch takes
 */
export async function planMessages(
  deps: StoreDeps,
  { channels, limit = 1000 }: PlanOptions,
): Promise<'more' | 'done'> {
  if (channels.length === 0) return 'done';
  return inTransaction(deps.pool, async (client) => {
    // Tables that grow by thousands a second are read by index, whatever their last statistics say.
    const [gate] = await rows<{ mine: boolean; held: boolean }>(
      client,
      'plan-gate',
      `select pg_try_advisory_xact_lock(${planLock}) as mine, ${nothingLeaves} as held,
         set_config('enable_seqscan', 'off', true)`,
    );
    if (!gate?.mine) return 'done';
    if (gate.held) {
      const at = instant(await deps.clock.now(client));
      return answer((await rows(client, 'plan-hold', hold, [at, limit])).length, limit);
    }
    return planBatch(deps, client, channels, limit);
  });
}

async function planBatch(
  deps: StoreDeps,
  client: pg.PoolClient,
  channels: readonly Channel[],
  limit: number,
): Promise<'more' | 'done'> {
  const context = await planContext(deps, client, channels);
  // The digests of the morning before the round, which holds what is to wait for the next ones.
  await makeDigests(context);
  const found = await rows<{ key: string; kind: string; resident: string }>(client, 'plan-due', due, [
    instant(context.now),
    limit,
  ]);
  const planned = nothingPlanned();
  const toResidents = found.filter(({ kind }) => kind === 'resident');
  const toStaff = found.filter(({ kind }) => kind === 'staff');
  await planResidents(context, [...new Set(toResidents.map(({ resident }) => resident))], planned);
  await planStaff(
    context,
    toStaff.map(({ key }) => key),
    planned,
  );
  await writePlanned(client, await joinStaffMessages(client, planned), context.now);
  return answer(found.length, limit);
}
