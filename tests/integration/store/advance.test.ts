import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutcomeRecorded } from '../../../domain/model/event.ts';
import { asEventId, asJourneyId, stepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { EventIdReused, NotFound, StateTooNew, StoreUnavailable } from '../../../store/errors.ts';
import { openStore } from '../../../store/open-store.ts';
import { databaseClock } from '../../../store/clock.ts';
import { rows } from '../../../store/sql.ts';
import { timeline } from '../../../store/timeline.ts';
import { doctor } from '../../support/random-walk.ts';
import { fixtureStart, storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());

const completed = (id: string, points = 5): OutcomeRecorded => ({
  kind: 'OutcomeRecorded',
  id: asEventId(id),
  by: doctor,
  step: stepRef('questions', 1),
  outcome: 'completed',
  facts: { points },
});

/** Everything that is stored of a journey, as text: equal only if not a byte has changed. */
async function bytesOf(journey: JourneyId): Promise<string> {
  const tables = ['journey', 'journey_event', 'open_step', 'notice', 'outside_work', 'referral'];
  const parts = await Promise.all(
    tables.map((table) =>
      rows(
        f.store.pool,
        '',
        `select ${table}::text as row, ${table}.xmin::text, ${table}.ctid::text from ${table}
         where ${table === 'journey' ? 'id' : 'journey_id'} = $1 order by 1`,
        [journey],
      ),
    ),
  );
  return JSON.stringify(parts);
}

describe('advance', () => {
  it('commits an event with its patch, its effects and the rows derived from it', async () => {
    const journey = await f.journey();
    const answer = await advance(f.store, journey, completed(`${journey}/a`));
    expect(answer).toMatchObject({ status: 'committed', seq: 2, state: { stage: 'referral' } });
    const log = await timeline(f.store, f.callers.district, journey);
    expect(log?.map(({ event }) => event.kind)).toEqual(['Enrolled', 'OutcomeRecorded']);
    expect(log?.[1]).toMatchObject({
      programRelease: 'test-1',
      definitionVersion: 1,
      patch: { seq: 2, stage: 'referral' },
    });
    const [row] = await rows(
      f.store.pool,
      '',
      'select stage, seq, next_owner_role as owner, next_deadline_at as next from journey where id = $1',
      [journey],
    );
    expect(row).toMatchObject({ stage: 'referral', seq: 2, owner: 'hospital-coordinator' });
    expect(
      await rows(f.store.pool, '', 'select step, status from open_step where journey_id = $1', [journey]),
    ).toEqual([{ step: 'refer-up#1', status: 'open' }]);
    expect(
      await rows(
        f.store.pool,
        '',
        'select from_organisation_id as "from", to_organisation_id as "to", status from referral where journey_id = $1',
        [journey],
      ),
    ).toEqual([{ from: f.organisations.get('C0'), to: f.organisations.get('H'), status: 'sent' }]);
  });

  it('answers the same event as before and changes nothing', async () => {
    const journey = await f.journey();
    const first = await advance(f.store, journey, completed(`${journey}/a`));
    await advance(f.store, journey, {
      kind: 'OutcomeRecorded',
      id: asEventId(`${journey}/b`),
      by: doctor,
      step: stepRef('refer-up', 1),
      outcome: 'accepted',
    });
    const before = await bytesOf(journey);
    const again = await advance(f.store, journey, completed(`${journey}/a`));
    expect(again).toMatchObject({ status: 'known', seq: first.seq, poke: false });
    expect(again.state).toEqual(first.state);
    expect(await bytesOf(journey)).toBe(before);
  });

  it('throws when an event id comes again with another body or for another journey', async () => {
    const [journey, other] = [await f.journey(), await f.journey()];
    await advance(f.store, journey, completed(`${journey}/a`));
    const before = await bytesOf(journey);
    await expect(advance(f.store, journey, completed(`${journey}/a`, 6))).rejects.toBeInstanceOf(
      EventIdReused,
    );
    await expect(advance(f.store, other, completed(`${journey}/a`))).rejects.toBeInstanceOf(EventIdReused);
    expect(await bytesOf(journey)).toBe(before);
  });

  it('leaves every byte as it was when it refuses, and does not remember the refusal', async () => {
    const journey = await f.journey();
    const before = await bytesOf(journey);
    const wrong = { ...completed(`${journey}/a`), facts: {} };
    const refused = await advance(f.store, journey, wrong);
    expect(refused).toMatchObject({ status: 'refused', seq: 1, refusal: { refused: 'FactMissing' } });
    expect(await bytesOf(journey)).toBe(before);
    expect(await advance(f.store, journey, completed(`${journey}/a`))).toMatchObject({ status: 'committed' });
  });

  it('serialises commands on one journey: each is in the log once, in one order', async () => {
    const journey = await f.journey();
    const answers = await Promise.all(
      Array.from({ length: 96 }, (_, n) =>
        advance(f.store, journey, {
          kind: 'Assigned',
          id: asEventId(`${journey}/assign-${n % 12}`),
          by: doctor,
          step: stepRef('questions', 1),
          staff: `nurse-${n % 12}`,
        }),
      ),
    );
    expect(answers.filter(({ status }) => status === 'committed')).toHaveLength(12);
    expect(answers.filter(({ status }) => status === 'known')).toHaveLength(84);
    const log = await timeline(f.store, f.callers.district, journey);
    expect(log?.map(({ seq }) => seq)).toEqual(Array.from({ length: 13 }, (_, n) => n + 1));
  });

  it('serves a deadline once it is reached, and says how long to wait when it is not', async () => {
    const journey = await f.journey();
    const reached = { kind: 'DeadlineReached', by: { kind: 'system' } } as const;
    const early = await advance(f.store, journey, reached, { at: fixtureStart });
    expect(early).toMatchObject({ status: 'refused', refusal: { refused: 'NothingDue' } });
    const due = fixtureStart + (early.waitMs ?? 0);
    const served = await advance(f.store, journey, reached, { at: due });
    expect(served).toMatchObject({ status: 'committed', seq: 2 });
    expect(served.waitMs).toBeGreaterThanOrEqual(1_000);
    const log = await timeline(f.store, f.callers.district, journey);
    expect(log?.at(-1)?.event).toMatchObject({ kind: 'DeadlineReached', id: `deadline/${journey}/2` });
  });

  it('undoes an erroneous event by what the log says it had changed', async () => {
    const journey = await f.journey();
    await advance(f.store, journey, completed(`${journey}/a`, 9));
    const retracted = await advance(f.store, journey, {
      kind: 'EnteredInError',
      id: asEventId(`${journey}/oops`),
      by: doctor,
      of: asEventId(`${journey}/a`),
      reason: 'wrong person',
    });
    expect(retracted).toMatchObject({ status: 'committed', state: { stage: 'screening' } });
    expect(retracted.state.facts['points']).toBeUndefined();
    const unknown = await advance(f.store, journey, {
      kind: 'EnteredInError',
      id: asEventId(`${journey}/oops-2`),
      by: doctor,
      of: asEventId('nobody-knows'),
      reason: 'wrong person',
    });
    expect(unknown).toMatchObject({ status: 'refused', refusal: { refused: 'EventUnknown' } });
  });

  it('answers `ended` once the journey is over', async () => {
    const journey = await f.journey();
    const end = await advance(f.store, journey, {
      kind: 'Ended',
      id: asEventId(`${journey}/end`),
      by: doctor,
      ending: 'declined',
      reason: 'wants no more',
    });
    expect(end).toMatchObject({ status: 'committed', waitMs: null, poke: true });
    expect(
      await advance(f.store, journey, { kind: 'DeadlineReached', by: { kind: 'system' } }),
    ).toMatchObject({
      status: 'ended',
      waitMs: null,
    });
  });

  it('never goes back in time, whatever the clock says', async () => {
    const journey = await f.journey();
    const assigned = { kind: 'Assigned', by: doctor, step: stepRef('questions', 1), staff: 'n' } as const;
    await advance(
      f.store,
      journey,
      { ...assigned, id: asEventId(`${journey}/1`) },
      { at: fixtureStart + 5_000 },
    );
    const later = await advance(
      f.store,
      journey,
      { ...assigned, id: asEventId(`${journey}/2`) },
      { at: fixtureStart + 1_000 },
    );
    expect(later.state.at).toBe(fixtureStart + 5_000);
  });

  it("takes PostgreSQL's time when no other clock is given", async () => {
    const live = { ...f.store, clock: databaseClock };
    const journey = await f.journey({ at: Date.now() - 60_000 });
    const answer = await advance(live, journey, completed(`${journey}/a`));
    const [now] = await rows<{ now: number }>(f.store.pool, '', 'select clock_timestamp() as now');
    expect(Math.abs(answer.state.at - (now?.now ?? 0))).toBeLessThan(30_000);
  });

  it('keeps adopted history quiet: recorded, and nobody told', async () => {
    const journey = await f.journey({ quiet: true });
    const notices = await rows<{ status: string }>(
      f.store.pool,
      '',
      'select status from notice where journey_id = $1',
      [journey],
    );
    expect(notices.map(({ status }) => status)).toEqual(['superseded']);
  });

  it('refuses a state that a later release wrote, rather than misread it', async () => {
    const journey = await f.journey();
    await f.store.pool.query(
      `update journey set state = jsonb_set(state::jsonb, '{schema}', '99')::json where id = $1`,
      [journey],
    );
    await expect(advance(f.store, journey, completed(`${journey}/a`))).rejects.toBeInstanceOf(StateTooNew);
  });

  it('throws NotFound for a journey that is not there', async () => {
    const nobody = asJourneyId('00000000-0000-4000-8000-00000000dead');
    await expect(advance(f.store, nobody, completed('x'))).rejects.toBeInstanceOf(NotFound);
  });

  it('says StoreUnavailable in bounded time when PostgreSQL is away', async () => {
    const away = openStore('postgresql://nobody:x@127.0.0.1:1/none', { release: 'test-1' });
    const nobody = asJourneyId('00000000-0000-4000-8000-00000000dead');
    await expect(advance(away, nobody, completed('x'))).rejects.toBeInstanceOf(StoreUnavailable);
    await away.pool.end();
  });
});
