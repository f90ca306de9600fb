import { randomUUID } from 'node:crypto';
import { asEventId, asJourneyId, asStepRef } from '../domain/model/ids.ts';
import { advance } from '../store/advance.ts';
import { enrol } from '../store/enrol.ts';
import { callerOf } from '../store/staff.ts';
import { inParallel } from '../worker/in-parallel.ts';
import { bareTransaction, createBareTables } from './support/bare-transaction.ts';
import { startDistrict } from './support/district.ts';
import type { Figure } from './support/figure.ts';
import { median, spread } from './support/statistics.ts';
import { short } from './support/table.ts';

const concurrency = 5;
const rounds = 9;
const commitsEach = 100;
const journeyCount = 50;
const dayMs = 86_400_000;

/** @returns the p50 in milliseconds over this many commits */
async function p50(commit: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  await inParallel(concurrency, [...Array(commitsEach).keys()], async (n) => {
    const began = performance.now();
    await commit(n);
    times.push(performance.now() - began);
  });
  return median(times);
}

/** What deciding, the log and the derived rows cost beside the least that could be written. */
export const commitLatency: Figure = {
  name: 'commit-latency',
  async run({ progress }) {
    progress('starting PostgreSQL');
    const district = await startDistrict([]);
    try {
      const { store } = district;
      const caller = await callerOf(store, 'coordinator');
      if (!caller) throw new Error('no coordinator');
      await createBareTables(store.pool);
      const journeys = await Promise.all(
        (await district.residents(journeyCount)).map(async (resident) => {
          const answer = await enrol(store, caller, { resident, pathway: 'lung', idempotencyKey: resident });
          return asJourneyId(answer.journey ?? '');
        }),
      );
      const by = { kind: 'staff', id: caller.staff, role: 'district-coordinator' } as const;
      const step = asStepRef('risk-questionnaire#1');
      // Acknowledging again, as here again and again, takes one.
      const reason = 'bench';
      const advanceOne = async (n: number): Promise<void> => {
        const journey = journeys[n % journeys.length];
        if (!journey) return;
        const until = Date.now() + 7 * dayMs + n;
        const id = asEventId(randomUUID());
        const { status } = await advance(store, journey, {
          kind: 'Acknowledged',
          id,
          by,
          step,
          until,
          reason,
        });
        if (status !== 'committed') throw new Error(status);
      };
      const bareOne = (n: number): Promise<void> =>
        bareTransaction(store.pool, journeys[n % journeys.length] ?? '', { n, step, kind: 'acknowledged' });
      const ours: number[] = [];
      const bare: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const [one, other] = [await p50(advanceOne), await p50(bareOne)];
        if (round === 0) continue;
        ours.push(one);
        bare.push(other);
      }
      const ratios = ours.map((value, i) => value / (bare[i] ?? Number.NaN));
      return [
        {
          figure: `advance, p50 at concurrency ${concurrency}: times a bare insert and upsert`,
          measured: spread(ratios),
          limit: { kind: 'atMost', value: 4 },
          value: median(ratios),
          note: `${short(median(ours))} ms beside ${short(median(bare))} ms, synchronous commits`,
        },
      ];
    } finally {
      await district.stop();
    }
  },
};
