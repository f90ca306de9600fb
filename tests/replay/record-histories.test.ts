import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { createComposer } from '../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../activities/dispatch/dispatch-activities.ts';
import { keepDispatching } from '../../activities/dispatch/keep-dispatching.ts';
import { underWay } from '../../activities/under-way.ts';
import { asEventId } from '../../domain/model/ids.ts';
import type { StaffRole } from '../../domain/model/role.ts';
import { type OutsideSimulator, startOutsideSimulator } from '../../local/outside-simulator.ts';
import { advance } from '../../store/advance.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { outsideWorkOf } from '../../store/outside-work.ts';
import {
  dispatchWorkflowId,
  journeyWorkflowId,
  recordFactSignal,
  workWorkflowId,
} from '../../workflows/messages.ts';
import {
  type ClockFixture,
  type MovedClock,
  clockFixture,
  connectTo,
  eventually,
  kindsOf,
  movedClock,
  rowOf,
  untilArmed,
} from '../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../support/store-fixture.ts';

/**
 * Records the histories that `histories.test.ts` replays, on real servers: run by scripts/record-histories.mjs at a
 * release, and skipped otherwise.
 * Those of earlier releases stay: workflows started by them may be running for years.
 */
const release = process.env['YILU_RECORD_HISTORIES'];
const by = { kind: 'staff', id: 'coordinator', role: 'hospital-coordinator' as StaffRole } as const;

let fixture: StoreFixture;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let simulator: OutsideSimulator;
let clock: MovedClock;
let store: StoreDeps;
let worker: ClockFixture;
const stopping = new AbortController();

beforeAll(async () => {
  if (!release) return;
  fixture = await storeFixture();
  temporal = await connectTo(inject('temporalAddress'));
  simulator = await startOutsideSimulator();
  clock = movedClock();
  clock.setTo(fixture.clock.at);
  store = { ...fixture.store, clock };
  worker = await clockFixture(temporal, store, {
    bookingUrl: simulator.url,
    activities: createDispatchActivities({
      ...{ store, underWay, signal: stopping.signal, forMs: 500 },
      providers: { sms: [], email: [] },
      write: createComposer({ store }),
      result: () => undefined,
    }),
  });
});
afterAll(async () => {
  stopping.abort();
  await worker?.close();
  await temporal?.close();
  await simulator?.stop();
  await fixture?.close();
});

const save = async (name: string, workflowId: string): Promise<void> =>
  writeFile(
    new URL(`histories/${name}-${release}.json`, import.meta.url),
    `${JSON.stringify(await worker.history(workflowId))}\n`,
  );

it.runIf(release)('records a journey with outside work, a deadline, facts and an ending', async () => {
  simulator.order({ kind: 'busy', times: 2 });
  const journey = await fixture.journey({ stage: 'imaging' });
  const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
  await worker.clocks.poke(journey);
  const work = await eventually('booked', async () => {
    const [row] = await outsideWorkOf(store, journey);
    return row?.status === 'done' && row;
  });
  await worker.clocks.poke(journey);
  const { next } = await untilArmed(store, journey);
  // The timer was set in another time: an earlier deadline sets it anew.
  clock.setTo(next! - 7_000);
  await advance(store, journey, {
    kind: 'Paused',
    id: asEventId('pause'),
    by,
    reason: 'away',
    until: next! - 4_000,
  });
  await worker.clocks.poke(journey);
  await eventually('the pause ran out', async () =>
    (await kindsOf(store, journey)).includes('DeadlineReached'),
  );
  await untilArmed(store, journey);
  const fact = { kind: 'OutcomeRecorded', id: 'late', step: 'nowhere#1', outcome: 'done' };
  await handle.signal(recordFactSignal, { source: 'lab', event: fact });
  await advance(store, journey, {
    kind: 'Ended',
    id: asEventId('end'),
    by,
    ending: 'declined',
    reason: '不愿继续',
  });
  await worker.clocks.poke(journey);
  await eventually('closed', async () => (await handle.describe()).status.name === 'COMPLETED');
  expect((await rowOf(store, journey)).ended).toBe(true);
  await save('journey', journeyWorkflowId(journey));
  await save('outside-work', workWorkflowId(work.id));
});

it.runIf(release)('records the dispatch of a channel over several activities', async () => {
  await keepDispatching(worker.client, worker.taskQueue);
  const id = dispatchWorkflowId('sms');
  await eventually('three activities', async () => {
    const { events } = await worker.history(id);
    return events.filter(({ eventType }) => eventType === 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED').length >= 3;
  });
  await save('dispatch', id);
  for (const channel of ['sms', 'email'] as const)
    await worker.client.workflow.getHandle(dispatchWorkflowId(channel)).terminate();
});
