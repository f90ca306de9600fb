import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachDeadline } from '../../../activities/store-record.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { calmPokes } from '../../../store/owed-pokes.ts';
import { raisePoke, unservedRows, type UnservedRow } from '../../../store/pokes.ts';
import { createRelay } from '../../../worker/relay.ts';
import { createWatchdog } from '../../../worker/watchdog.ts';
import { kindsOf, rowOf } from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
beforeAll(async () => {
  fixture = await storeFixture();
});
afterAll(() => fixture?.close());

describe('the watchdog', () => {
  function watched() {
    const poked: JourneyId[] = [];
    const alarms: UnservedRow[][] = [];
    const time = { now: 0 };
    const round = createWatchdog({
      unserved: (limit, after) => unservedRows(fixture.store, { pastMs: 60_000, limit, after }),
      raisePoke: (journey) => raisePoke(fixture.store, journey),
      poke: async (journey) => {
        poked.push(journey);
        throw new Error('Temporal is away');
      },
      reachDeadline: (journey) => reachDeadline(fixture.store, journey),
      alarm: (rows) => void alarms.push([...rows]),
      poked: () => undefined,
      late: () => undefined,
      now: () => time.now,
    });
    return { round, poked, alarms, time };
  }

  it('pokes a row that is a minute late, and serves it itself when that does not help', async () => {
    const journey = await fixture.journey();
    const { next } = await rowOf(fixture.store, journey);
    const { round, poked, alarms, time } = watched();

    fixture.clock.at = next! + 59_000;
    await round();
    expect(poked).toEqual([]);

    fixture.clock.at = next! + 61_000;
    await round();
    expect(poked).toEqual([journey]);
    expect((await rowOf(fixture.store, journey)).owed).toBe(true);

    time.now += 29_000;
    await round();
    expect(alarms).toEqual([]);

    time.now += 1_000;
    await round();
    expect(alarms).toHaveLength(1);
    expect(alarms[0]![0]).toMatchObject({ journey });
    expect(await kindsOf(fixture.store, journey)).toEqual(['Enrolled', 'DeadlineReached']);
    expect((await rowOf(fixture.store, journey)).next).toBeGreaterThan(next!);
    await round();
    expect(poked).toEqual([journey]);
  });
});

describe('rows that can never be served', () => {
  it('do not hide those behind them from the watchdog', async () => {
    const store = await storeFixture();
    try {
      const [first, second, third] = [await store.journey(), await store.journey(), await store.journey()];
      for (const [n, journey] of [first, second, third].entries())
        await store.store.pool.query(
          `update journey set next_deadline_at = next_deadline_at + $2 * interval '1 second' where id = $1`,
          [journey, n],
        );
      store.clock.at = (await rowOf(store.store, third)).next! + 61_000;
      const served: JourneyId[] = [];
      const time = { now: 0 };
      const round = createWatchdog({
        batch: 1,
        unserved: (limit, after) => unservedRows(store.store, { pastMs: 60_000, limit, after }),
        raisePoke: (journey) => raisePoke(store.store, journey),
        poke: async () => undefined,
        reachDeadline: async (journey) => {
          if (journey !== third) throw new Error('never');
          served.push(journey);
        },
        alarm: () => undefined,
        poked: () => undefined,
        late: () => undefined,
        now: () => time.now,
      });
      for (let rounds = 0; rounds < 12; rounds += 1) {
        time.now += 30_000;
        await round().catch(() => undefined);
      }
      expect(served).toContain(third);
    } finally {
      await store.close();
    }
  });
});

describe('the relay', () => {
  it('sends what is owed, gives it time, sends it again, and a newer one at once', async () => {
    const journey = await fixture.journey();
    const sent: JourneyId[] = [];
    const time = { now: 0 };
    const mine = async (limit: number) =>
      // The row keeps milliseconds: one raised just now may lie half of one ahead.
      (await calmPokes(fixture.store, { olderThanMs: -1_000, limit })).filter(
        (poke) => poke.journey === journey,
      );
    const round = createRelay({
      owed: mine,
      poke: async (one) => {
        sent.push(one);
        return 'sent';
      },
      sent: () => undefined,
      now: () => time.now,
    });
    await round();
    await round();
    expect(sent).toEqual([journey]);
    time.now += 10_000;
    await round();
    expect(sent).toEqual([journey, journey]);
    time.now += 10_000;
    await round();
    expect(sent).toHaveLength(2);
    await raisePoke(fixture.store, journey);
    await round();
    expect(sent).toHaveLength(3);
  });
});
