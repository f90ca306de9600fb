import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createClocks } from '../../../activities/poke-journey.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { databaseClock } from '../../../store/clock.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { reconcile, type ReconcileProgress } from '../../../worker/reconcile.ts';
import { journeyWorkflowId } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  clockFixture,
  connectTo,
  rowOf,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let store: StoreDeps;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  temporal = await connectTo(inject('temporalAddress'));
  store = { ...fixture.store, clock: databaseClock };
  worker = await clockFixture(temporal, store);
});
afterAll(async () => {
  await worker?.close();
  await temporal?.close();
  await fixture?.close();
});

it('brings every clock back from the rows when Temporal has lost them, and disturbs none that runs', async () => {
  fixture.clock.at = Date.now();
  const journeys: JourneyId[] = [];
  for (let count = 0; count < 12; count++) journeys.push(await fixture.journey());
  for (const journey of journeys) await worker.clocks.poke(journey);
  for (const journey of journeys) await untilArmed(store, journey);
  const handleOf = (journey: JourneyId) => worker.client.workflow.getHandle(journeyWorkflowId(journey));
  const lost = journeys.slice(0, 5);
  for (const journey of lost) await handleOf(journey).terminate('lost');
  const before = await Promise.all(journeys.slice(5).map((journey) => handleOf(journey).describe()));

  const progress: ReconcileProgress[] = [];
  const done = await reconcile({
    store,
    clocks: worker.clocks,
    all: false,
    perSecond: 1_000,
    onProgress: (now) => progress.push(now),
  });
  expect(done).toEqual({ journeys: 12, withOutsideWork: 0 });
  expect(progress.at(-1)).toEqual(done);
  for (const journey of journeys) expect((await handleOf(journey).describe()).status.name).toBe('RUNNING');
  const after = await Promise.all(journeys.slice(5).map((journey) => handleOf(journey).describe()));
  expect(after.map(({ runId, historyLength }) => ({ runId, historyLength }))).toEqual(
    before.map(({ runId, historyLength }) => ({ runId, historyLength })),
  );
});

it('--all makes every clock look at its row anew', async () => {
  fixture.clock.at = Date.now();
  const journey = await fixture.journey();
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  // As after a restore of PostgreSQL: the row claims what no clock ever said.
  await store.pool.query(
    `update journey set armed_until = next_deadline_at - interval '3 days' where id = $1`,
    [journey],
  );
  await reconcile({ store, clocks: worker.clocks, all: true, perSecond: 1_000 });
  const { next, armed } = await untilArmed(store, journey);
  expect(armed).toBe(next);
});

it('stops with an error when Temporal is away, and the claims that it forgot stay owed', async () => {
  fixture.clock.at = Date.now();
  const journey = await fixture.journey();
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  const connection = Connection.lazy({ address: '127.0.0.1:1' });
  const nobody = createClocks(new Client({ connection }));
  await expect(reconcile({ store, clocks: nobody, all: true })).rejects.toThrow();
  expect(await rowOf(store, journey)).toMatchObject({ owed: true, armed: null });
  await connection.close();
});
