import type { WorkingCalendar } from '../domain/calendar/working-calendar.ts';
import { calendarAgeMs, calendarByVersion } from './calendar.ts';
import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

export interface ToRecompute {
  /** Id. */
  readonly district: string;
  readonly calendar: WorkingCalendar;
}

/** Until a transaction that began with the old calendar has certainly ended. */
const slackMs = 30_000;

/**
 * @param settledMs how long a calendar has to be in force: from then on no process computes with an older one
 * @returns the districts whose calendar has not been applied to every open deadline since no process knows an older one
 */
export async function calendarsToRecompute(
  deps: Pick<StoreDeps, 'pool'>,
  settledMs = calendarAgeMs + slackMs,
): Promise<ToRecompute[]> {
  const due = await rows<{ district: string; version: string }>(
    deps.pool,
    'calendars-to-recompute',
    `select d.id as district, c.version
     from organisation d, lateral (
       select version, created_at from calendar where district_id is null or district_id = d.id
       order by district_id is null, created_at desc limit 1) as c
     where d.level = 'district' and c.created_at <= clock_timestamp() - $1 * interval '1 millisecond'
       and not exists (select 1 from calendar_recomputed r where r.version = c.version)
     order by d.id`,
    [settledMs],
  );
  return Promise.all(
    due.map(async ({ district, version }) => ({
      district,
      calendar: await calendarByVersion(deps.pool, version),
    })),
  );
}

/** Remembers that nothing is left to compute with this calendar. */
export async function markRecomputed(deps: Pick<StoreDeps, 'pool'>, version: string): Promise<void> {
  await rows(
    deps.pool,
    '',
    'insert into calendar_recomputed (version) values ($1) on conflict (version) do nothing',
    [version],
  );
}
