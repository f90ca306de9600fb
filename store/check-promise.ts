import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import { instant, rows } from './sql.ts';
import { withClient } from './transaction.ts';

/** A deadline is served in time when the clock acted within so long. */
export const servedWithinMs = 120_000;

export interface BrokenPromise {
  readonly journey: JourneyId;
  readonly problem: 'noDeadline' | 'noOwner' | 'noOpenStep' | 'unserved';
  readonly nextDeadlineAt: number | null;
  /** How long the deadline has passed unserved. */
  readonly lateMs: number | null;
}

export interface PromiseReport {
  readonly openJourneys: number;
  /** At most `limit`; `broken` counts all. */
  readonly offenders: readonly BrokenPromise[];
  readonly broken: number;
}

/** An open journey that breaks the promise; `$1` is the latest instant that may be unserved. */
const broken = `
  select j.id as journey, j.next_deadline_at as "nextDeadlineAt",
    case when j.next_deadline_at is null then 'noDeadline'
      when j.next_owner_role is null or j.next_owner_organisation_id is null then 'noOwner'
      when not exists (select 1 from open_step o where o.journey_id = j.id) then 'noOpenStep'
      when j.next_deadline_at < $1::timestamptz then 'unserved' end as problem
  from journey j where j.ended_at is null`;

/**
 * The promise, proven on the data by lateness and not by what Temporal says is running: every open journey has a
 * deadline and an owner and an open step, and no deadline passed two minutes ago unserved.
 * @returns the journeys that break it, the latest first
 */
export async function checkPromise(deps: StoreDeps, limit = 1_000): Promise<PromiseReport> {
  return withClient(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const latest = instant(now - servedWithinMs);
    const [count] = await rows<{ open: number; broken: number }>(
      client,
      '',
      `select count(*) as open, count(problem) as broken from (${broken}) as journeys`,
      [latest],
    );
    const offenders = await rows<Omit<BrokenPromise, 'lateMs'>>(
      client,
      '',
      `select * from (${broken}) as journeys where problem is not null
       order by "nextDeadlineAt" nulls first, journey limit $2`,
      [latest, limit],
    );
    return {
      openJourneys: count?.open ?? 0,
      broken: count?.broken ?? 0,
      offenders: offenders.map((offender) => ({
        ...offender,
        lateMs:
          offender.problem === 'unserved' && offender.nextDeadlineAt !== null
            ? now - offender.nextDeadlineAt
            : null,
      })),
    };
  });
}
