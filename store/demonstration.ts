import type { StoreDeps } from './deps.ts';
import { rows } from './sql.ts';

const key = 'demonstration';

export interface Demonstration {
  /** `YYYY-MM-DD`: the day that its histories lead up to. */
  readonly date: string;
  readonly loaded: boolean;
}

/**
 * Begins to load the demonstration district, or goes on with what was begun.
 * @returns the day that was given first: what was begun yesterday is finished as yesterday's
 */
export async function beginDemonstration(
  deps: Pick<StoreDeps, 'pool'>,
  date: string,
): Promise<Demonstration> {
  const [row] = await rows<{ value: Demonstration }>(
    deps.pool,
    '',
    `insert into setting (key, value, updated_by)
     values ($1, jsonb_build_object('date', $2::text, 'loaded', false), 'demo')
     on conflict (key) do update set key = excluded.key returning value`,
    [key, date],
  );
  return row?.value ?? { date, loaded: false };
}

/** The district is complete: it is not loaded again. */
export async function finishDemonstration(deps: Pick<StoreDeps, 'pool'>): Promise<void> {
  await rows(
    deps.pool,
    '',
    `update setting set value = value || '{"loaded": true}', updated_at = clock_timestamp() where key = $1`,
    [key],
  );
}
