import type { JourneyId } from '../domain/model/ids.ts';
import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

/**
 * What breaks no promise, and a person should look at: a fact of another system that the rules did not accept or that
 * could not be read; a notice that reached nobody.
 */
export type WarningKind = 'refusedFact' | 'failedNotice';

export interface Warning {
  /** To acknowledge it by, such as `fact/17`. */
  readonly id: string;
  readonly kind: WarningKind;
  readonly journey: JourneyId;
  /** Code of the refusal, or of what the mail server said. */
  readonly code: string;
  /** UTC epoch milliseconds. */
  readonly at: number;
}

/** How many of each there are. */
export interface Warnings {
  readonly refusedFacts: number;
  readonly failedNotices: number;
}

/**
 * Unacknowledged since it happened and not mended, however old. A failed notice is mended when a later one of the same
 * step reached whom it was for, and a call to do something when the step is no longer open.
 */
const open = `
  select w.* from (
    select 'fact/' || i.position as id, 'refusedFact' as kind, i.journey_id as journey,
      coalesce(i.refusal->>'refused', '') as code, i.handled_at as at
    from inbox i where i.status = 'refused'
    union all
    select 'notice/' || n.key, 'failedNotice', n.journey_id, coalesce(n.error, ''), n.finished_at
    from notice n where n.status = 'failed'
      and not exists (select 1 from notice later where later.journey_id = n.journey_id and later.step = n.step
        and later.status in ('sent', 'delivered') and later.finished_at > n.finished_at
        and later.recipient_kind = n.recipient_kind and later.recipient_role is not distinct from n.recipient_role
        and later.recipient_id is not distinct from n.recipient_id)
      and (n.template not in ('reminder-resident', 'reminder-staff', 'outside-work-failed', 'resident-answered')
        or exists (select 1 from open_step o where o.journey_id = n.journey_id and o.step = n.step))) w
  where not exists (select 1 from warning_acknowledged a where a.warning = w.id and a.acknowledged_at >= coalesce(w.at, '-infinity'))`;

/** @returns how many warnings nobody has acknowledged and nothing has mended */
export async function warnings(deps: Pick<StoreDeps, 'pool'>): Promise<Warnings> {
  const [row] = await rows<Warnings>(
    deps.pool,
    'warnings',
    `select count(*) filter (where kind = 'refusedFact') as "refusedFacts",
       count(*) filter (where kind = 'failedNotice') as "failedNotices" from (${open}) as warnings`,
  );
  return row ?? { refusedFacts: 0, failedNotices: 0 };
}

/** @returns the same one by one, the oldest first */
export const listWarnings = (deps: Pick<StoreDeps, 'pool'>, limit = 100): Promise<Warning[]> =>
  rows(deps.pool, 'list-warnings', `${open} order by at, id limit $1`, [limit]);

export interface Acknowledgement {
  readonly warning: string;
  readonly reason: string;
  readonly by: string;
  /** UTC epoch milliseconds. */
  readonly at: number;
}

/**
 * A person has seen to warnings, or decided that nothing is to be done; who, when and why is kept.
 * @returns what is on record of those ids: the first acknowledgement of a failure stays; an id that is missing here is not, or no
 *   longer, a warning
 */
export async function acknowledgeWarnings(
  deps: Pick<StoreDeps, 'pool'>,
  ids: readonly string[],
  { reason, by }: Pick<Acknowledgement, 'reason' | 'by'>,
): Promise<Acknowledgement[]> {
  await rows(
    deps.pool,
    '',
    `insert into warning_acknowledged (warning, reason, acknowledged_by)
     select id, $2, $3 from (${open}) as warnings where id = any($1)
     -- It was acknowledged before, then sent again, and has failed anew.
     on conflict (warning) do update set reason = excluded.reason, acknowledged_by = excluded.acknowledged_by,
       acknowledged_at = excluded.acknowledged_at`,
    [ids, reason, by],
  );
  return rows(
    deps.pool,
    '',
    `select warning, reason, acknowledged_by as by, acknowledged_at as at
     from warning_acknowledged where warning = any($1) order by warning`,
    [ids],
  );
}
