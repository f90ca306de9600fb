import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { withYear } from '../../../domain/calendar/edit-calendar.ts';
import { unanswered } from '../../../store/owed-pokes.ts';
import { editCalendar } from '../../../store/edit-calendar.ts';
import { recomputeDeadlines } from '../../../store/recompute-deadlines.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { journeyWorkflowId } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  type MovedClock,
  clockFixture,
  connectTo,
  eventually,
  kindsOf,
  movedClock,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { localText } from '../../support/journey-story.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let clock: MovedClock;
let store: StoreDeps;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  temporal = await connectTo(inject('temporalAddress'));
  clock = movedClock();
  store = { ...fixture.store, clock };
  worker = await clockFixture(temporal, store);
});
afterAll(async () => {
  await worker?.close();
  await temporal?.close();
  await fixture?.close();
});

it('a clock that was set by weekends alone rings earlier once a Saturday of the new year is known to be worked', async () => {
  const start = Date.parse('2026-12-26T10:00:00+08:00');
  fixture.clock.at = start;
  clock.setTo(start);
  const journey = await fixture.journey();
  await worker.clocks.poke(journey);
  const before = await untilArmed(store, journey);
  expect(localText(before.armed ?? 0).slice(0, 10)).toBe('2027-01-10'); // the day before Monday the 11th

  const district = fixture.organisations.get('D') ?? '';
  const calendar = await editCalendar(store, district, 'test', (inForce, version) =>
    withYear(inForce, version, 2027, { source: 'invented', holidays: [], workdays: ['2027-01-09'] }),
  );
  const answered: number[] = [];
  await recomputeDeadlines(store, {
    calendar,
    district,
    settled: async (poked) => {
      expect(poked).toEqual([journey]);
      await worker.clocks.poke(journey); // as the relay does
      await untilArmed(store, journey);
      answered.push(await unanswered(store, poked));
    },
  });
  expect(answered).toEqual([0]);
  const after = await untilArmed(store, journey);
  expect(localText(after.armed ?? 0).slice(0, 10)).toBe('2027-01-08');

  clock.setTo((after.next ?? 0) - 500);
  // Its timer counts real time, and is set anew for the time that was moved.
  await worker.client.workflow.getHandle(journeyWorkflowId(journey)).terminate('the moved clock');
  await worker.clocks.poke(journey);
  await eventually('the reminder', async () => (await kindsOf(store, journey)).includes('DeadlineReached'));
  expect(await kindsOf(store, journey)).toEqual(['Enrolled', 'DeadlinesRecomputed', 'DeadlineReached']);
});
