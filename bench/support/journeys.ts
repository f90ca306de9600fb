import { setTimeout as sleep } from 'node:timers/promises';
import { connectClocks } from '../../api/temporal-clocks.ts';
import { asJourneyId } from '../../domain/model/ids.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { inParallel } from '../../worker/in-parallel.ts';
import type { ApiClient } from './client.ts';
import type { District } from './district.ts';

const patienceMs = 120_000;

/** Waits until every clock has done what it was poked for. @throws Error when for two minutes none has */
export async function untilSettled({ pool }: StoreDeps, journeys: readonly string[]): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  for (let end = performance.now() + patienceMs; ; await sleep(20)) {
    const { rows } = await pool.query<{ owed: number }>(
      'select count(*)::int as owed from journey where id = any($1::uuid[]) and poke_seq > poked_seq',
      [journeys],
    );
    const owed = rows[0]?.owed ?? 0;
    if (owed === 0) return;
    if (owed < least) end = performance.now() + patienceMs;
    least = Math.min(least, owed);
    if (performance.now() > end) throw new Error(`${owed} clocks were not set, and for two minutes none was`);
  }
}

/** @returns how many pokes were raised on these journeys so far, enrolment among them */
export async function pokesOf({ pool }: StoreDeps, journeys: readonly string[]): Promise<number> {
  const { rows } = await pool.query<{ pokes: number }>(
    'select sum(poke_seq)::int as pokes from journey where id = any($1::uuid[])',
    [journeys],
  );
  return rows[0]?.pokes ?? 0;
}

/**
 * Enrols over HTTP, and sets the clocks here and now: left to the product, thousands of first clocks take their time.
 * @returns journeys of new residents, whose clocks are set
 */
export async function enrolled(
  district: District,
  api: ApiClient,
  count: number,
  stage?: string,
): Promise<string[]> {
  const journeys: string[] = [];
  const clocks = connectClocks(district.system.environment);
  try {
    await inParallel(20, await district.residents(count), async (resident) => {
      const { journey } = await api.enrol(resident, stage);
      journeys.push(journey);
      await clocks.poke(asJourneyId(journey));
    });
  } finally {
    await clocks.close();
  }
  await untilSettled(district.store, journeys);
  return journeys;
}
