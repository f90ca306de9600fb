import type { JourneyId, WorkId } from '../domain/model/ids.ts';
import type { Localized } from '../domain/model/localized.ts';
import { databaseClock } from './clock.ts';
import type { StoreDeps } from './deps.ts';
import { nothingLeaves } from './outgoing.ts';
import { rows } from './sql.ts';
import { withClient } from './transaction.ts';

/** What the journey's workflow needs to set its clock: ids and dates, never names. */
export interface JourneyLook {
  readonly status: 'open' | 'ended';
  readonly pokeSeq: number;
  /** What the timer is to be armed until; UTC epoch milliseconds. */
  readonly armUntil: number | null;
  /** How long that is from now, at least a second. */
  readonly waitMs: number | null;
  /** Asked for and not yet finished; empty while outgoing work is held after a restore. */
  readonly outsideWork: readonly { readonly id: WorkId; readonly provider: string }[];
  readonly pathway: string;
  readonly stage: string;
  readonly stageTitle: Localized;
  readonly nextDeadlineAt: number | null;
}

interface LookRow {
  readonly pokeSeq: number;
  readonly nextDeadlineAt: number | null;
  readonly ended: boolean;
  readonly pathway: string;
  readonly version: number;
  readonly stage: string;
  readonly work: readonly { readonly id: WorkId; readonly provider: string }[];
  readonly now: number;
}

const select = `
  select j.poke_seq as "pokeSeq", j.next_deadline_at as "nextDeadlineAt", j.ended_at is not null as ended,
    j.pathway, j.version, j.stage, clock_timestamp() as now,
    coalesce((select json_agg(json_build_object('id', w.id, 'provider', w.provider) order by w.requested_at, w.id)
      from outside_work w where w.journey_id = j.id and w.status in ('requested', 'started')
        and not ${nothingLeaves}), '[]'::json) as work
  from journey j where j.id = $1`;

/** @returns what the row says of the clock now, or null when there is no such journey */
export async function look(deps: StoreDeps, journey: JourneyId): Promise<JourneyLook | null> {
  return withClient(deps.pool, async (client) => {
    const [row] = await rows<LookRow>(client, 'look', select, [journey]);
    if (!row) return null;
    const now = deps.clock === databaseClock ? row.now : await deps.clock.now(client);
    const { source } = await deps.definitions.get(row.pathway, row.version, client);
    const { nextDeadlineAt, pathway, stage, pokeSeq } = row;
    return {
      status: row.ended ? 'ended' : 'open',
      pokeSeq,
      armUntil: nextDeadlineAt,
      waitMs: nextDeadlineAt === null ? null : Math.max(1_000, nextDeadlineAt - now),
      outsideWork: row.work,
      pathway,
      stage,
      stageTitle: source.stages[stage]?.title ?? { zh: stage, en: stage },
      nextDeadlineAt,
    };
  });
}
