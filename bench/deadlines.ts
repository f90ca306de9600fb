import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../worker/in-parallel.ts';
import { ApiClient } from './support/client.ts';
import { startDistrict, type District } from './support/district.ts';
import type { Figure } from './support/figure.ts';
import { enrolled, untilSettled } from './support/journeys.ts';
import { staffLoad } from './support/staff-load.ts';
import { percentile } from './support/statistics.ts';
import { short } from './support/table.ts';

/** What the promise names: so many deadlines, spread over the two hours over which the product spreads a morning. */
const deadlinesOfAMorning = 40_000;
const morningSeconds = 7_200;
const quietSeconds = 25;
const staffPerSecond = 20;
/** Time in which all deadlines are set; the first of them lies after it. */
const setUpSeconds = (count: number): number => 20 + count / 25;

/** Sets one deadline on each journey, by the ladder of the palliative ward, which rings at its instant. */
async function setDeadlines(api: ApiClient, dueAt: ReadonlyMap<string, number>): Promise<void> {
  await inParallel(20, [...dueAt], async ([journey, at]) => {
    await api.command(journey, {
      kind: 'recordOutcome',
      step: 'palliative-admission#1',
      outcome: 'attended',
    });
    await api.command(journey, {
      kind: 'extend',
      step: 'first-assessment#1',
      until: new Date(at).toISOString(),
      reason: '测量',
    });
  });
}

/** @returns how late each deadline was served, in seconds, once all of them are */
async function lateness({ store }: District, dueAt: ReadonlyMap<string, number>): Promise<number[]> {
  const read = async (): Promise<number[]> => {
    const { rows } = await store.pool.query<{ journey: string; at: number }>(
      `select journey_id as journey, (extract(epoch from min(recorded_at)) * 1000)::float8 as at from journey_event
       where kind = 'DeadlineReached' and journey_id = any($1::uuid[]) group by 1`,
      [[...dueAt.keys()]],
    );
    return rows.map(({ journey, at }) => (at - (dueAt.get(journey) ?? Number.NaN)) / 1_000);
  };
  for (const end = performance.now() + 900_000; ; await sleep(1_000)) {
    const late = await read();
    if (late.length === dueAt.size) return late;
    if (performance.now() > end) throw new Error(`${dueAt.size - late.length} deadlines were not served`);
  }
}

/** A whole morning's deadlines on the real worker and real timers, while staff work. */
export const deadlines: Figure = {
  name: 'deadlines',
  async run({ full, minutes = 1, progress }) {
    const windowSeconds = full ? morningSeconds : minutes * 60;
    const count = Math.round((deadlinesOfAMorning * windowSeconds) / morningSeconds);
    progress('starting PostgreSQL, Temporal, worker and API');
    const district = await startDistrict(['worker', 'api']);
    const api = await ApiClient.open(district, 30);
    const work = (until: Promise<unknown>): Promise<number[]> =>
      staffLoad(api, staffed, { perSecond: staffPerSecond, until });
    const staffed = await enrolled(district, api, 100);
    try {
      progress(`enrolling ${short(count)} residents`);
      const journeys = await enrolled(district, api, count, 'palliative-ward');
      await work(sleep(3_000));
      const quiet = await work(sleep(quietSeconds * 1_000));
      const from = Date.now() + setUpSeconds(count) * 1_000;
      const dueAt = new Map(
        journeys.map((journey, i) => [journey, Math.floor(from + (i * windowSeconds * 1_000) / count)]),
      );
      await setDeadlines(api, dueAt);
      await untilSettled(district.store, journeys);
      if (Date.now() > from) throw new Error('the machine was too slow to set the deadlines in time');
      await sleep(from - Date.now());
      progress(`${short(count)} deadlines fall due in ${windowSeconds} s`);
      const busy = await work(sleep(windowSeconds * 1_000));
      const late = await lateness(district, dueAt);
      quiet.push(...(await work(sleep(quietSeconds * 1_000))));
      const [busyP99, quietP99] = [percentile(busy, 0.99), percentile(quiet, 0.99)];
      const size = `${short(count)} deadlines in ${windowSeconds} s${full ? '' : `, the rate of ${short(deadlinesOfAMorning)} in a morning of two hours; --full runs them all`}`;
      return [
        {
          figure: 'deadlines of one morning: lateness p99, seconds',
          measured: `p50 ${short(percentile(late, 0.5))}, p99 ${short(percentile(late, 0.99))}, highest ${short(Math.max(...late))}`,
          limit: { kind: 'atMost', value: 600 },
          value: percentile(late, 0.99),
          note: size,
        },
        {
          figure: 'staff commands meanwhile: p99, times the quiet p99',
          measured: short(busyP99 / quietP99),
          limit: { kind: 'atMost', value: 2 },
          value: busyP99 / quietP99,
          note: `${short(busyP99)} ms beside ${short(quietP99)} ms (p50 ${short(percentile(busy, 0.5))} beside ${short(percentile(quiet, 0.5))}), ${staffPerSecond} commands/s`,
        },
      ];
    } finally {
      api.close();
      await district.stop();
    }
  },
};
