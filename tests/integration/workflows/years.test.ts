import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asEventId, asStepRef, type JourneyId } from '../../../domain/model/ids.ts';
import type { StaffRole } from '../../../domain/model/role.ts';
import { advance } from '../../../store/advance.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import {
  type ClockFixture,
  clockFixture,
  eventually,
  rowOf,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { timeSkippingEnvironment } from '../../support/time-skipping.ts';

const day = 24 * 3_600_000;
const by = { kind: 'staff', id: 'doctor', role: 'family-doctor' as StaffRole } as const;

let fixture: StoreFixture;
let environment: TestWorkflowEnvironment;
let store: StoreDeps;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  environment = await timeSkippingEnvironment();
  store = { ...fixture.store, clock: { now: () => environment.currentTimeMs() } };
  worker = await clockFixture(environment, store);
});
afterAll(async () => {
  await worker?.close();
  await environment?.teardown();
  await fixture?.close();
});

async function enrolled(): Promise<JourneyId> {
  fixture.clock.at = await environment.currentTimeMs();
  const journey = await fixture.journey();
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  return journey;
}

interface Logged {
  readonly kind: string;
  readonly at: Date;
  readonly patch: unknown;
}

it('a year in which nobody does anything: every deadline is served at its instant, and none is missing', async () => {
  const journey = await enrolled();
  const start = await environment.currentTimeMs();
  // Each wait is to the deadline that the row has, as the promise is about the row.
  const latenesses: number[] = [];
  while ((await environment.currentTimeMs()) < start + 365 * day) {
    const { next } = await rowOf(store, journey);
    await environment.sleep(next! - (await environment.currentTimeMs()) + 1);
    const { rows } = await eventually('served', async () => {
      const found = await store.pool.query<Logged>(
        `select kind, at, patch from journey_event where journey_id = $1 and kind = 'DeadlineReached' and at >= $2`,
        [journey, new Date(next!)],
      );
      return found.rows.length > 0 && found;
    });
    latenesses.push(rows[0]!.at.getTime() - next!);
    await untilArmed(store, journey);
  }
  expect(latenesses.length).toBeGreaterThan(20);
  // In the server's own time; it goes on during the few milliseconds that a commit takes.
  expect(Math.max(...latenesses)).toBeLessThan(60_000);
  expect(Math.min(...latenesses)).toBeGreaterThanOrEqual(0);
});

it('a command that moves the deadline back costs no poke: the old timer rings, finds nothing due, and is set anew', async () => {
  const journey = await enrolled();
  const { next } = await rowOf(store, journey);
  const later = next! + 100 * day;
  const answer = await advance(store, journey, {
    kind: 'Extended',
    id: asEventId(`extend/${journey}`),
    by,
    step: asStepRef('questions#1'),
    until: later,
    reason: '居民在外地',
  });
  expect(answer.poke).toBe(false);
  const moved = await rowOf(store, journey);
  expect(moved.armed).toBe(next);
  await environment.sleep(next! - (await environment.currentTimeMs()) + 1);
  await untilArmed(store, journey);
  const { rows } = await store.pool.query(
    `select 1 from journey_event where journey_id = $1 and kind = 'DeadlineReached'`,
    [journey],
  );
  expect(rows).toHaveLength(0);
});
