import { setTimeout as sleep } from 'node:timers/promises';
import { startYilu } from '../tests/support/run-yilu.ts';
import { ApiClient } from './support/client.ts';
import { startDistrict, type District } from './support/district.ts';
import type { Figure, Row } from './support/figure.ts';
import { enrolled, untilSettled } from './support/journeys.ts';
import { watchMemory } from './support/memory-watch.ts';
import { memoryOf, useOfPrograms } from './support/processes.ts';
import { staffLoad } from './support/staff-load.ts';
import { percentile } from './support/statistics.ts';
import { short } from './support/table.ts';

const wholeCount = 160_000;
const partCount = 4_000;
const quietMs = 25_000;
const staffPerSecond = 20;
const sayEveryMs = 15_000;

/** @returns once no journey is owed a poke; says now and then how many are */
async function untilAllClocksSet({ store }: District, progress: (text: string) => void): Promise<void> {
  for (let said = performance.now(); ; await sleep(1_000)) {
    const { rows } = await store.pool.query<{ owed: number }>(
      'select count(*)::int as owed from journey where poke_seq > poked_seq',
    );
    const owed = rows[0]?.owed ?? 0;
    if (owed === 0) return;
    if (performance.now() - said < sayEveryMs) continue;
    said = performance.now();
    progress(`${short(owed)} clocks to be set`);
  }
}

/** Many enrolments by `yilu import --enrol`, while staff work: memory must not grow with them. */
export const enrolments: Figure = {
  name: 'enrolments',
  async run({ full, progress }) {
    const count = full ? wholeCount : partCount;
    progress('starting PostgreSQL, Temporal, worker and API');
    const district = await startDistrict(['worker', 'api']);
    const api = await ApiClient.open(district, 30);
    try {
      const staffed = await enrolled(district, api, 100);
      const work = (until: Promise<unknown>): Promise<number[]> =>
        staffLoad(api, staffed, { perSecond: staffPerSecond, until });
      const file = await district.residentsFile(count);
      await work(sleep(5_000));
      const quiet = await work(sleep(quietMs));

      progress(`importing and enrolling ${short(count)} residents`);
      const watches = [
        { who: 'API', watch: watchMemory(() => useOfPrograms()?.api.memory) },
        { who: 'worker', watch: watchMemory(() => useOfPrograms()?.worker.memory) },
      ];
      const began = performance.now();
      const { child, result } = startYilu(
        district.system.databaseUrl,
        'import',
        file,
        '--enrol',
        'lung',
        '--json',
      );
      const pid = child.pid ?? 0;
      const importing = watchMemory(() => memoryOf(pid));
      const whileImporting = await work(result);
      const seconds = (performance.now() - began) / 1_000;
      const { code, out, err } = await result;
      if (code !== 0 || (JSON.parse(out) as { enrolled: number }).enrolled !== count)
        throw new Error(`the import did not enrol everybody: ${code} ${out} ${err}`);
      const importMemory = await importing.stop();
      progress(`enrolled after ${short(seconds)} s; the last clocks are being set`);
      const whileSetting = await work(untilAllClocksSet(district, progress));
      const untilSet = (performance.now() - began) / 1_000;
      const memory = [{ who: 'import', lowest: importMemory }];
      for (const { who, watch } of watches) memory.push({ who, lowest: await watch.stop() });
      await untilSettled(district.store, staffed);
      quiet.push(...(await work(sleep(quietMs))));

      const quietP99 = percentile(quiet, 0.99);
      const size = `${short(count)} enrolments${full ? '' : `; --full runs ${short(wholeCount)}`}`;
      const staffRow = (when: string, busy: readonly number[], note: string): Row => ({
        figure: `staff commands while ${when}: p99, times the quiet p99`,
        measured: short(percentile(busy, 0.99) / quietP99),
        limit: { kind: 'atMost', value: 2 },
        value: percentile(busy, 0.99) / quietP99,
        note: `${short(percentile(busy, 0.99))} ms beside ${short(quietP99)} ms (p50 ${short(percentile(busy, 0.5))} beside ${short(percentile(quiet, 0.5))}), ${staffPerSecond} commands/s; ${note}`,
      });
      return [
        staffRow(
          '`yilu import --enrol` runs',
          whileImporting,
          `${size}, in ${short(seconds)} s: ${short(count / seconds)}/s`,
        ),
        // Where the last clock is set before the import has ended there is nothing left to measure.
        ...(whileSetting.length >= 100
          ? [staffRow('the remaining clocks are set', whileSetting, `${short(untilSet - seconds)} s`)]
          : []),
        {
          figure: 'from the beginning of the import until the last clock was set, seconds',
          measured: short(untilSet),
          note: 'the first deadline of an enrolment is days away; one that came near would go at once',
        },
        ...memory.map(({ who, lowest: [tenth, half, end] }): Row => ({
          figure: `memory of the ${who}: end to half of the way`,
          measured: `${[tenth, half, end].map(short).join(' / ')} MB`,
          limit: { kind: 'atMost', value: 1.1 },
          value: end / half,
          note: `resident; lowest around a tenth, the half and the end of ${who === 'import' ? 'the import' : 'the import and of setting the clocks'}`,
        })),
      ];
    } finally {
      api.close();
      await district.stop();
    }
  },
};
