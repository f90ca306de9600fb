import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { asEventId, asStepRef, type JourneyId } from '../../../domain/model/ids.ts';
import type { StaffRole } from '../../../domain/model/role.ts';
import { type OutsideSimulator, startOutsideSimulator } from '../../../local/outside-simulator.ts';
import { advance } from '../../../store/advance.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { databaseClock } from '../../../store/clock.ts';
import { outsideWorkOf } from '../../../store/outside-work.ts';
import { journeyWorkflowId, workWorkflowId } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  clockFixture,
  connectTo,
  eventually,
  kindsOf,
  payloadsOf,
} from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

const by = { kind: 'staff', id: 'coordinator', role: 'hospital-coordinator' as StaffRole } as const;

let fixture: StoreFixture;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let simulator: OutsideSimulator;
let store: StoreDeps;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  temporal = await connectTo(inject('temporalAddress'));
  simulator = await startOutsideSimulator();
  store = { ...fixture.store, clock: databaseClock };
  worker = await clockFixture(temporal, store, { bookingUrl: simulator.url });
});
afterAll(async () => {
  await worker?.close();
  await temporal?.close();
  await simulator?.stop();
  await fixture?.close();
});

/** A journey whose first step is a booking in another system. */
async function booked(): Promise<JourneyId> {
  fixture.clock.at = Date.now();
  const journey = await fixture.journey({ stage: 'imaging' });
  await worker.clocks.poke(journey);
  return journey;
}

const workOf = async (journey: JourneyId) => {
  const [work] = await outsideWorkOf(store, journey);
  if (!work) throw new Error('no outside work');
  return work;
};

const finished = (journey: JourneyId) =>
  eventually('outside work finished', async () => {
    const work = await workOf(journey);
    return work.finishedAt !== null && work;
  });

const timesDone = async (journey: JourneyId): Promise<number> =>
  simulator.done().get((await workOf(journey)).id) ?? 0;

it('is done once, and its result advances the journey', async () => {
  const journey = await booked();
  expect((await finished(journey)).status).toBe('done');
  expect(await timesDone(journey)).toBe(1);
  expect(await kindsOf(store, journey)).toEqual(['Enrolled', 'OutsideWorkFinished']);
  const { rows } = await store.pool.query<{ state: { steps: Record<string, { appointmentAt?: number }> } }>(
    'select state from journey where id = $1',
    [journey],
  );
  expect(rows[0]!.state.steps['book-ct#1']!.appointmentAt).toBeGreaterThan(Date.now());
});

it('whose outcome is unknown is asked for, and not done twice', async () => {
  simulator.order({ kind: 'cut-after', times: 1 });
  const journey = await booked();
  expect((await finished(journey)).status).toBe('done');
  expect(await timesDone(journey)).toBe(1);
});

it('that never arrived is sent again', async () => {
  simulator.order({ kind: 'cut-before', times: 1 });
  simulator.order({ kind: 'busy', times: 1 });
  const journey = await booked();
  expect((await finished(journey)).status).toBe('done');
  expect(await timesDone(journey)).toBe(1);
});

it('that is refused becomes a task of the person who owns the step', async () => {
  simulator.order({ kind: 'refuse', times: 1, reason: '无号源' });
  const journey = await booked();
  expect((await finished(journey)).status).toBe('failed');
  const { rows } = await store.pool.query<{ recipient_role: string }>(
    `select recipient_role from notice where journey_id = $1 and template = 'outside-work-failed'`,
    [journey],
  );
  expect(rows).toEqual([{ recipient_role: 'hospital-coordinator' }]);
});

it('goes on after the journey has ended, and its result is still accepted', async () => {
  simulator.order({ kind: 'busy', times: 2 });
  const journey = await booked();
  await eventually('under way', async () => (await workOf(journey)).status === 'started');
  await advance(store, journey, {
    kind: 'Ended',
    id: asEventId(`end/${journey}`),
    by,
    ending: 'declined',
    reason: '不愿继续',
  });
  await worker.clocks.poke(journey);
  const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
  await eventually('clock stopped', async () => (await handle.describe()).status.name === 'COMPLETED');
  expect((await finished(journey)).status).toBe('done');
  expect((await kindsOf(store, journey)).at(-1)).toBe('OutsideWorkFinished');
});

it('that lost its workflow is begun again, and still done once', async () => {
  simulator.order({ kind: 'cut-after', times: 1 });
  const journey = await booked();
  const { id } = await workOf(journey);
  await eventually('done outside', async () => simulator.done().has(id));
  const child = worker.client.workflow.getHandle(workWorkflowId(id));
  const parent = worker.client.workflow.getHandle(journeyWorkflowId(journey));
  await parent.terminate('lost');
  await child.terminate('lost').catch(() => undefined);
  await worker.clocks.ensure(journey);
  expect((await finished(journey)).status).toBe('done');
  expect(simulator.done().get(id)).toBe(1);
});

it('carries no request and no result in the history of its workflow', async () => {
  const journey = await booked();
  const { id } = await finished(journey);
  const child = worker.client.workflow.getHandle(workWorkflowId(id));
  await child.result();
  const text = payloadsOf(await worker.history(workWorkflowId(id)));
  expect(text).toContain('finished');
  expect(text).not.toContain('appointmentAt');
  expect(text).not.toContain('low-dose-ct');
});

it('that the step no longer awaits is refused by nobody in silence', async () => {
  simulator.order({ kind: 'busy', times: 2 });
  const journey = await booked();
  await eventually('under way', async () => (await workOf(journey)).status === 'started');
  await advance(store, journey, {
    kind: 'OutcomeRecorded',
    id: asEventId(`cancel/${journey}`),
    by,
    step: asStepRef('book-ct#1'),
    outcome: 'cancelled',
    reason: '居民要求',
  });
  expect((await finished(journey)).status).toBe('done');
});
