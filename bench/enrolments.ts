import { setTimeout as sleep } from 'node:timers/promises';
import { inParallel } from '../worker/in-parallel.ts';
import { ApiClient } from './support/client.ts';
import { startDistrict } from './support/district.ts';
import type { Figure, Row } from './support/figure.ts';
import { enrolled, untilSettled } from './support/journeys.ts';
import { useOfPrograms } from './support/processes.ts';
import { staffLoad } from './support/staff-load.ts';
import { percentile } from './support/statistics.ts';
import { short } from './support/table.ts';

const wholeCount = 160_000;
const partCount = 4_000;
const quietMs = 20_000;
const staffPerSecond = 10;
/** As an import enrols: few at once, so that the running system keeps its connections. */
const atOnce = 3;
const megabyte = 2 ** 20;

/** Many enrolments, while staff work: memory must not grow with them. */
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
      const residents = await district.residents(count);
      await work(sleep(3_000));
      const quiet = await work(sleep(quietMs));
      /** Memory of API and worker, in MB, each time another tenth is done. */
      const memory: { api: number; worker: number }[] = [];
      let done = 0;
      const began = performance.now();
      const enrolling = inParallel(atOnce, residents, async (resident) => {
        await api.enrol(resident);
        done += 1;
        if (done % Math.ceil(count / 10) !== 0) return;
        const use = useOfPrograms();
        if (use) memory.push({ api: use.api.memory / megabyte, worker: use.worker.memory / megabyte });
        progress(`${short(done)} of ${short(count)}`);
      });
      const busy = await work(enrolling);
      const seconds = (performance.now() - began) / 1_000;
      await enrolling;
      await untilSettled(district.store, staffed);
      const [busyP99, quietP99] = [percentile(busy, 0.99), percentile(quiet, 0.99)];
      const [first, middle, last] = [memory[0], memory[Math.floor(memory.length / 2)], memory.at(-1)];
      const rows: Row[] = [
        {
          figure: 'staff commands while residents are enrolled: p99, times the quiet p99',
          measured: short(busyP99 / quietP99),
          limit: { kind: 'atMost', value: 2 },
          value: busyP99 / quietP99,
          note: `${short(busyP99)} ms beside ${short(quietP99)} ms; ${short(count)} enrolments at ${short(count / seconds)}/s, ${atOnce} at once${full ? '' : `; --full runs ${short(wholeCount)}`}`,
        },
      ];
      for (const program of ['api', 'worker'] as const)
        rows.push({
          figure: `memory of the ${program} while residents are enrolled: second half, end to beginning`,
          measured: `${[first, middle, last].map((at) => short(at?.[program] ?? Number.NaN)).join(' / ')} MB`,
          limit: { kind: 'atMost', value: 1.1 },
          value: (last?.[program] ?? Number.NaN) / (middle?.[program] ?? Number.NaN),
          note: 'resident memory after a tenth, the half and all of them; flat: at most a tenth more in the second half',
        });
      return rows;
    } finally {
      api.close();
      await district.stop();
    }
  },
};
