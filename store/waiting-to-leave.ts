import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

/** A message or a piece of outside work that goes as soon as nothing holds it. */
export interface ToLeave {
  readonly kind: 'notice' | 'outsideWork';
  readonly journey: JourneyId;
  /** The notice's template, or the provider of the work. */
  readonly what: string;
  /** UTC epoch milliseconds. */
  readonly since: number;
}

export interface WaitingToLeave {
  /** Notices that are due; those to residents that are a day old will expire instead. */
  readonly notices: number;
  /** Outside work that is asked for or begun. */
  readonly outsideWork: number;
  /** At most `limit`, the oldest first. */
  readonly oldest: readonly ToLeave[];
}

const waiting = `
  select 'notice' as kind, n.journey_id as journey, n.template as what, least(n.queued_at, n.due_at) as since
  from notice n
  where n.status in ('queued', 'held') and coalesce(n.held_until, n.due_at) <= clock_timestamp()
  union all
  select 'outsideWork', w.journey_id, w.provider, w.requested_at
  from outside_work w where w.status in ('requested', 'started')`;

/** @returns what leaves once it may, whether or not it is held now */
export async function waitingToLeave(deps: Pick<StoreDeps, 'pool'>, limit = 20): Promise<WaitingToLeave> {
  const [count] = await rows<{ notices: number; outsideWork: number }>(
    deps.pool,
    '',
    `select count(*) filter (where kind = 'notice') as notices,
       count(*) filter (where kind = 'outsideWork') as "outsideWork" from (${waiting}) as waiting`,
  );
  const oldest = await rows<ToLeave>(
    deps.pool,
    '',
    `select * from (${waiting}) as waiting order by since, kind, journey limit $1`,
    [limit],
  );
  return { notices: count?.notices ?? 0, outsideWork: count?.outsideWork ?? 0, oldest };
}
