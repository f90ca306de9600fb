import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { StaffRole } from '../../../domain/model/role.ts';
import { createClocks } from '../../../activities/poke-journey.ts';
import { asEventId, asStepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { journeyQuery, journeyWorkflowId, recordFactSignal } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  type MovedClock,
  clockFixture,
  connectTo,
  eventually,
  kindsOf,
  movedClock,
  payloadsOf,
  rowOf,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import type { StoreDeps } from '../../../store/deps.ts';

const day = 24 * 3_600_000;
const by = { kind: 'staff', id: 'nurse', role: 'family-doctor' as StaffRole } as const;

let fixture: StoreFixture;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let clock: MovedClock;
let store: StoreDeps;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  temporal = await connectTo(inject('temporalAddress'));
  clock = movedClock();
  clock.setTo(fixture.clock.at);
  store = { ...fixture.store, clock };
  worker = await clockFixture(temporal, store);
});
afterAll(async () => {
  await worker?.close();
  await temporal?.close();
  await fixture?.close();
});

let count = 0;
const eventId = () => asEventId(`test/${++count}`);

async function enrolled(): Promise<JourneyId> {
  fixture.clock.at = await clock.now(undefined as never);
  const journey = await fixture.journey();
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  return journey;
}

const eventsOf = async (journey: JourneyId): Promise<string[]> =>
  (await worker.history(journeyWorkflowId(journey))).events.map((event) => event.eventType);

/** The last workflow task has been completed, so the history stands still. */
const rested = (journey: JourneyId): Promise<string[]> =>
  eventually('the workflow rests', async () => {
    const events = await eventsOf(journey);
    const last = events.findLastIndex((type) => type.endsWith('WORKFLOW_TASK_COMPLETED'));
    const begun = events.findLastIndex((type) => type.endsWith('WORKFLOW_TASK_SCHEDULED'));
    const signalled = events.findLastIndex((type) => type.endsWith('SIGNALED'));
    return last > begun && last > signalled && events;
  });

const extend = (journey: JourneyId, until: number, step = 'questions#1') =>
  advance(store, journey, {
    kind: 'Extended',
    id: eventId(),
    by,
    step: asStepRef(step),
    until,
    reason: '居民要求',
  });

describe('the clock of a journey', () => {
  it('is set for the next deadline, says so in the row, and tells whoever asks', async () => {
    const journey = await enrolled();
    const { next, armed } = await rowOf(store, journey);
    expect(armed).toBe(next);
    const view = await worker.client.workflow.getHandle(journeyWorkflowId(journey)).query(journeyQuery);
    expect(view).toMatchObject({
      pathway: 'small',
      stage: 'screening',
      waitingFor: 'deadline',
      armedUntil: next,
      outsideWork: [],
    });
    expect(view.armedUntilLocal).toMatch(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2} \(Asia\/Shanghai\)$/u);
  });

  it("is readable in Temporal's own page: pathway, stage, deadline in local time", async () => {
    const journey = await enrolled();
    const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
    const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('small');
    expect(metadata.currentDetails).toContain('初筛 · Screening');
    expect(metadata.currentDetails).toMatch(/\d{4}-\d{2}-\d{2} \d{2}:\d{2} \(Asia\/Shanghai\)/u);
    const description = await handle.describe();
    expect(await description.staticSummary()).toContain('journey clock');
  });

  it('serves a deadline when the timer fires, and is set again', async () => {
    const journey = await enrolled();
    const { next } = await rowOf(store, journey);
    clock.setTo(next! - 1_500);
    await worker.clocks.poke(journey); // the timer knows only how long it had to wait
    await extendClock(journey);
    await eventually('served', async () => (await kindsOf(store, journey)).includes('DeadlineReached'));
    const after = await untilArmed(store, journey);
    expect(after.next).toBeGreaterThan(next!);
  });

  /** The timer was set for long ago: a command that brings the deadline forward sets it anew. */
  async function extendClock(journey: JourneyId): Promise<void> {
    const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
    await handle.terminate('the moved clock');
    await worker.clocks.poke(journey);
  }

  it('that rings early finds nothing due, and is set again', async () => {
    const journey = await enrolled();
    const { next } = await rowOf(store, journey);
    clock.setTo(next! - 1_500);
    await extendClock(journey);
    await eventually('armed anew', async () => {
      const view = await worker.client.workflow.getHandle(journeyWorkflowId(journey)).query(journeyQuery);
      return view.armedUntil === next;
    });
    clock.ahead -= 4_000;
    await eventually('rang early', async () =>
      (await eventsOf(journey)).some((type) => type.endsWith('TIMER_FIRED')),
    );
    expect(await kindsOf(store, journey)).not.toContain('DeadlineReached');
    await eventually('served in the end', async () =>
      (await kindsOf(store, journey)).includes('DeadlineReached'),
    );
  });

  it('costs at most 8 events of history a poke, and none for a command that needs no poke', async () => {
    const journey = await enrolled();
    const { next } = await rowOf(store, journey);
    const later = await extend(journey, next! + 30 * day);
    expect(later.status).toBe('committed');
    expect(later.poke).toBe(false);
    const before = await rested(journey);
    await extend(journey, next! + 40 * day);
    expect((await rested(journey)).length).toBe(before.length);

    const paused = await advance(store, journey, {
      kind: 'Paused',
      id: eventId(),
      by,
      reason: 'away',
      until: (await clock.now(undefined as never)) + 3 * 3_600_000,
    });
    expect(paused.poke).toBe(true);
    await worker.clocks.poke(journey);
    await untilArmed(store, journey);
    expect((await rested(journey)).length - before.length).toBeLessThanOrEqual(8);
  });

  it('takes a hundred pokes at once for a few', async () => {
    const journey = await enrolled();
    const before = await rested(journey);
    await Promise.all(Array.from({ length: 100 }, () => worker.clocks.poke(journey)));
    const after = await rested(journey);
    const markers = (events: string[]) => events.filter((type) => type.endsWith('MARKER_RECORDED')).length;
    expect(markers(after) - markers(before)).toBeLessThan(100);
    expect((await untilArmed(store, journey)).owed).toBe(false);
  });

  it('is not signalled again by a nudge while a task of it waits: it will look anyhow', async () => {
    const journey = await fixture.journey();
    // A queue that no worker asks: the task that takes the first poke stays where it is.
    const unheard = createClocks(worker.client, `nobody-${journey}`);
    expect(await unheard.nudge(journey)).toBe('sent');
    const before = await eventsOf(journey);
    expect(await unheard.nudge(journey)).toBe('busy');
    expect(await eventsOf(journey)).toEqual(before);
    await worker.client.workflow.getHandle(journeyWorkflowId(journey)).terminate('heard now');
    expect(await worker.clocks.nudge(journey)).toBe('sent');
    await untilArmed(store, journey);
    await rested(journey);
    expect(await worker.clocks.nudge(journey)).toBe('sent');
  });

  it('stops when the journey has ended, and starts again when it is reopened', async () => {
    const journey = await enrolled();
    const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
    await advance(store, journey, {
      kind: 'Ended',
      id: eventId(),
      by,
      ending: 'declined',
      reason: '不愿继续',
    });
    await worker.clocks.poke(journey);
    await eventually('closed', async () => (await handle.describe()).status.name === 'COMPLETED');
    expect(await rowOf(store, journey)).toMatchObject({ ended: true, armed: null, owed: false });

    const reopened = await advance(store, journey, {
      kind: 'Reopened',
      id: eventId(),
      by,
      reason: '改变主意',
    });
    expect(reopened.poke).toBe(true);
    await worker.clocks.poke(journey);
    expect((await untilArmed(store, journey)).armed).not.toBeNull();
  });

  it('is not started for a journey that does not exist', async () => {
    const journey = '00000000-0000-4000-8000-000000000000' as JourneyId;
    await worker.clocks.poke(journey);
    await worker.client.workflow.getHandle(journeyWorkflowId(journey)).result();
  });
});

describe('recordFact', () => {
  const send = (journey: JourneyId, event: Record<string, unknown>) =>
    worker.client.workflow
      .getHandle(journeyWorkflowId(journey))
      .signal(recordFactSignal, { source: 'lab', event });

  const inboxOf = (journey: JourneyId) =>
    store.pool
      .query<{ id: string; status: string; refusal: { refused: string } | null }>(
        'select id, status, refusal from inbox where journey_id = $1 order by position',
        [journey],
      )
      .then(({ rows }) => rows);

  it('advances the journey once, however often it is sent', async () => {
    const journey = await enrolled();
    const fact = { kind: 'OutcomeRecorded', id: 'r-1', step: 'questions#1', outcome: 'unreachable' };
    await Promise.all([send(journey, fact), send(journey, fact), send(journey, fact)]);
    await eventually('recorded', async () => (await kindsOf(store, journey)).includes('OutcomeRecorded'));
    await untilArmed(store, journey);
    expect((await kindsOf(store, journey)).filter((kind) => kind === 'OutcomeRecorded')).toHaveLength(1);
    expect(await inboxOf(journey)).toMatchObject([{ id: 'r-1', status: 'done' }]);
  });

  it('keeps what is refused, with the refusal', async () => {
    const journey = await enrolled();
    await send(journey, { kind: 'OutcomeRecorded', id: 'r-2', step: 'nowhere#1', outcome: 'done' });
    await send(journey, { kind: 'Ended', id: 'r-3', ending: 'died' });
    await send(journey, { kind: 'OutcomeRecorded', id: 'r-2', step: 'nowhere#2', outcome: 'done' });
    const kept = await eventually('kept', async () => {
      const rows = await inboxOf(journey);
      return rows.length === 3 && rows.every((row) => row.status === 'refused') && rows;
    });
    expect(kept[0]).toMatchObject({ id: 'r-2', refusal: { refused: 'StepUnknown' } });
    expect(kept[1]!.id).toMatch(/^unreadable\//u);
    expect(kept[2]!.id).toMatch(/^r-2\/reused\//u);
  });
});

it('serves a deadline although a fact before it cannot be recorded', async () => {
  const journey = await enrolled();
  const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
  await store.pool.query(`
    create function stuck() returns trigger language plpgsql as $$
    begin if new.journey_id = '${journey}' then raise exception 'full' using errcode = '53100'; end if; return new; end $$;
    create trigger stuck before insert on inbox for each row execute function stuck()`);
  const event = { kind: 'OutcomeRecorded', id: 'stuck', step: 'questions#1', outcome: 'unreachable' };
  await handle.signal(recordFactSignal, { source: 'lab', event });
  await eventually('the fact is being repeated', async () =>
    worker.failures.some((failure) => failure.startsWith('recordFact')),
  );
  await advance(store, journey, {
    kind: 'Paused',
    id: eventId(),
    by,
    reason: 'away',
    until: (await clock.now(undefined as never)) + 3_000,
  });
  await worker.clocks.poke(journey);
  await eventually('served', async () => (await kindsOf(store, journey)).includes('DeadlineReached'));
  expect((await handle.query(journeyQuery)).factsWaiting).toBe(1);
  await store.pool.query('drop trigger stuck on inbox; drop function stuck()');
  await eventually('recorded', async () => (await kindsOf(store, journey)).includes('OutcomeRecorded'));
});

it('nothing about the person is in the history', async () => {
  const journey = await enrolled();
  await advance(store, journey, {
    kind: 'OutcomeRecorded',
    id: eventId(),
    by,
    step: asStepRef('questions#1'),
    outcome: 'completed',
    facts: { points: 7 },
  });
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  const { rows } = await store.pool.query<Record<string, string>>(
    `select r.name, r.identity_number, r.phone, r.email, r.birth_date::text as birth
     from resident r join journey j on j.resident_id = r.id where j.id = $1`,
    [journey],
  );
  const history = await worker.history(journeyWorkflowId(journey));
  const text = payloadsOf(history) + JSON.stringify(history);
  expect(text).toContain('screening'); // the scan sees what is in the payloads
  for (const secret of Object.values(rows[0]!)) expect(text).not.toContain(secret);
  expect(text).not.toMatch(/"points"/u);
});
