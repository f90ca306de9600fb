import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

/** What breaks no promise, and a person should look at. */
export interface Warnings {
  /** Facts from other systems that the rules did not accept, or that could not be read. */
  readonly refusedFacts: number;
  /** Notices that reached nobody. */
  readonly failedNotices: number;
}

/** @returns how many came about in the last seven days, on journeys that are open */
export async function warnings(deps: Pick<StoreDeps, 'pool'>): Promise<Warnings> {
  const [row] = await rows<Warnings>(
    deps.pool,
    'warnings',
    `select
       (select count(*) from inbox i join journey j on j.id = i.journey_id
        where i.status = 'refused' and i.handled_at > clock_timestamp() - interval '7 days'
          and j.ended_at is null) as "refusedFacts",
       (select count(*) from notice n join journey j on j.id = n.journey_id
        where n.status = 'failed' and n.finished_at > clock_timestamp() - interval '7 days'
          and j.ended_at is null) as "failedNotices"`,
  );
  return row ?? { refusedFacts: 0, failedNotices: 0 };
}
