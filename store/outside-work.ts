import type { JourneyId, StepRef, WorkId } from '../domain/model/ids.ts';
import type { Facts } from '../domain/model/fact.ts';
import type { StoreDeps } from './deps.ts';
import { nothingLeaves } from './outgoing.ts';
import { rows } from './sql.ts';

export type OutsideWorkStatus = 'requested' | 'started' | 'done' | 'failed' | 'unknown' | 'held';

export interface OutsideWork {
  /** Also the provider's idempotency key. */
  readonly id: WorkId;
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly provider: string;
  readonly request: Facts;
  readonly status: OutsideWorkStatus;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly requestedAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

const columns = `w.id, w.journey_id as journey, w.step, w.provider, w.request, w.status, w.result,
  w.requested_at as "requestedAt", w.started_at as "startedAt", w.finished_at as "finishedAt"`;

export interface Batch<Id> {
  /** Ids after this one; absent: from the first. */
  readonly after?: Id;
  readonly limit?: number;
}

/** @returns work that may run and is not finished, by id: none while outgoing work is held */
export const openOutsideWork = (
  deps: Pick<StoreDeps, 'pool'>,
  { after, limit = 500 }: Batch<WorkId> = {},
): Promise<OutsideWork[]> =>
  rows(
    deps.pool,
    'open-outside-work',
    `select ${columns} from outside_work w
     where w.status in ('requested', 'started') and w.id > $1
       and not ${nothingLeaves}
     order by w.id limit $2`,
    [after ?? '', limit],
  );

/** @returns one piece of outside work, or null */
export async function outsideWorkById(
  deps: Pick<StoreDeps, 'pool'>,
  id: WorkId,
): Promise<OutsideWork | null> {
  const [row] = await rows<OutsideWork>(
    deps.pool,
    'outside-work-by-id',
    `select ${columns} from outside_work w where w.id = $1`,
    [id],
  );
  return row ?? null;
}

/** @returns the outside work of a journey, oldest first */
export const outsideWorkOf = (deps: Pick<StoreDeps, 'pool'>, journey: JourneyId): Promise<OutsideWork[]> =>
  rows(
    deps.pool,
    'outside-work-of',
    `select ${columns} from outside_work w where w.journey_id = $1 order by w.requested_at, w.id`,
    [journey],
  );

/**
 * Says that the provider is about to be asked, so that a crash after it is known as "perhaps asked".
 * Finishing goes through `advance(OutsideWorkFinished)`.
 * @returns `first` for the first start, `again` when it was started before (ask for its outcome before retrying),
 *   `no` when it is finished or held
 */
export async function startOutsideWork(
  deps: Pick<StoreDeps, 'pool'>,
  id: WorkId,
): Promise<'first' | 'again' | 'no'> {
  const [row] = await rows<{ again: boolean }>(
    deps.pool,
    'start-outside-work',
    `with before as (select id, status from outside_work where id = $1 for update)
     update outside_work w set status = 'started', started_at = coalesce(w.started_at, clock_timestamp())
     from before where w.id = before.id and before.status in ('requested', 'started')
       and not ${nothingLeaves}
     returning before.status = 'started' as again`,
    [id],
  );
  if (!row) return 'no';
  return row.again ? 'again' : 'first';
}

/** Marks work whose outcome nobody knows, for a person to settle. @returns false when it was finished meanwhile */
export async function holdOutsideWork(deps: Pick<StoreDeps, 'pool'>, id: WorkId): Promise<boolean> {
  const held = await rows(
    deps.pool,
    '',
    `update outside_work set status = 'held' where id = $1 and status in ('requested', 'started') returning id`,
    [id],
  );
  return held.length > 0;
}
