import { setTimeout as sleep } from 'node:timers/promises';
import type { StoreDeps } from '../../store/deps.ts';
import { inParallel } from '../../worker/in-parallel.ts';
import type { ApiClient } from './client.ts';
import type { District } from './district.ts';

const patienceMs = 120_000;

/** Waits until every clock has done what it was poked for. */
export async function untilSettled({ pool }: StoreDeps, journeys: readonly string[]): Promise<void> {
  for (const end = performance.now() + patienceMs; ; await sleep(20)) {
    const { rows } = await pool.query<{ owed: number }>(
      'select count(*)::int as owed from journey where id = any($1::uuid[]) and poke_seq > poked_seq',
      [journeys],
    );
    if (rows[0]?.owed === 0) return;
    if (performance.now() > end) throw new Error(`${rows[0]?.owed} clocks were not set within two minutes`);
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

/** @returns journeys of new residents, enrolled over HTTP, whose clocks are set */
export async function enrolled(
  district: District,
  api: ApiClient,
  count: number,
  stage?: string,
): Promise<string[]> {
  const journeys: string[] = [];
  await inParallel(20, await district.residents(count), async (resident) => {
    journeys.push((await api.enrol(resident, stage)).journey);
  });
  await untilSettled(district.store, journeys);
  return journeys;
}
