import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calmBeyondMs, isCalm, type OwedRow } from '../../../domain/clock/poke-lanes.ts';
import { asEventId, stepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { checkPromise } from '../../../store/check-promise.ts';
import { look } from '../../../store/look.ts';
import { markArmed } from '../../../store/mark-armed.ts';
import { calmPokes, owedPokeCount, unanswered, urgentPokes } from '../../../store/owed-pokes.ts';
import { raisePoke, unservedRows } from '../../../store/pokes.ts';
import { disarm, openJourneys } from '../../../store/reconcile.ts';
import { rows } from '../../../store/sql.ts';
import { doctor } from '../../support/random-walk.ts';
import { fixtureStart, storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());

const day = 86_400_000;
const extend = (journey: JourneyId, key: string, days: number) =>
  advance(f.store, journey, {
    kind: 'Extended',
    id: asEventId(`${journey}/${key}`),
    by: doctor,
    step: stepRef('questions', 1),
    until: fixtureStart + days * day,
    reason: 'asked for more time',
  });
/** Milliseconds are kept of the instant at which a poke was raised; one raised just now may lie half of one ahead. */
const all = { olderThanMs: -1_000, limit: 1_000 };
const ids = (pokes: readonly { journey: JourneyId }[]): JourneyId[] => pokes.map(({ journey }) => journey);
async function lane(journey: JourneyId): Promise<'urgent' | 'calm' | 'none'> {
  const [urgent, calm] = [ids(await urgentPokes(f.store, all)), ids(await calmPokes(f.store, all))];
  expect(urgent.includes(journey) && calm.includes(journey)).toBe(false);
  expect(await unanswered(f.store, [journey])).toBe(
    urgent.includes(journey) || calm.includes(journey) ? 1 : 0,
  );
  return urgent.includes(journey) ? 'urgent' : calm.includes(journey) ? 'calm' : 'none';
}
const owed = async (journey: JourneyId) => (await lane(journey)) !== 'none';
async function arm(journey: JourneyId): Promise<{ pokeSeq: number; armedUntil: number | null }> {
  const seen = await look(f.store, journey);
  if (!seen) throw new Error('no journey');
  const claim = { pokeSeq: seen.pokeSeq, armedUntil: seen.armUntil };
  expect(await markArmed(f.store, journey, claim)).toBe(true);
  return claim;
}

describe('the clock of a journey', () => {
  it('is owed a poke from enrolment until the workflow has read the row and armed', async () => {
    const journey = await f.journey();
    expect(await owed(journey)).toBe(true);
    await arm(journey);
    expect(await owed(journey)).toBe(false);
  });

  it('is not poked for a deadline that is no earlier than its timer, and is poked for an earlier one', async () => {
    const journey = await f.journey();
    await extend(journey, 'first', 40);
    await arm(journey);
    expect(await extend(journey, 'later', 60)).toMatchObject({ status: 'committed', poke: false });
    expect(await owed(journey)).toBe(false);
    expect(await extend(journey, 'earlier', 20)).toMatchObject({ status: 'committed', poke: true });
    expect(await owed(journey)).toBe(true);
  });

  it('keeps a newer poke when an older claim arrives late', async () => {
    const journey = await f.journey();
    await extend(journey, 'first', 40);
    const old = await arm(journey);
    await extend(journey, 'earlier', 20);
    await markArmed(f.store, journey, old);
    expect(await owed(journey)).toBe(true);
  });

  it('refuses a claim that is later than the deadline by now, although no poke was raised in between', async () => {
    const journey = await f.journey();
    await arm(journey);
    await extend(journey, 'far', 200);
    const seen = await look(f.store, journey);
    expect(await extend(journey, 'nearer', 100)).toMatchObject({ poke: false });
    const claim = { pokeSeq: seen?.pokeSeq ?? 0, armedUntil: seen?.armUntil ?? null };
    expect(await markArmed(f.store, journey, claim)).toBe(false);
    await arm(journey);
  });

  it('shows outside work until it is finished, even after the ending', async () => {
    const journey = await f.journey({ stage: 'imaging' });
    const seen = await look(f.store, journey);
    expect(seen?.outsideWork).toMatchObject([{ provider: 'booking' }]);
    expect(seen?.stageTitle).toEqual({ zh: '影像', en: 'Imaging' });
    const work = seen?.outsideWork[0]?.id;
    if (work === undefined) throw new Error('no work');
    await advance(f.store, journey, {
      kind: 'Ended',
      id: asEventId(`${journey}/end`),
      by: doctor,
      ending: 'moved',
    });
    expect(await look(f.store, journey)).toMatchObject({ status: 'ended', armUntil: null, waitMs: null });
    const finished = await advance(f.store, journey, {
      kind: 'OutsideWorkFinished',
      id: asEventId(`${journey}/work`),
      by: { kind: 'outside', system: 'booking' },
      work,
      step: stepRef('book-ct', 1),
      result: { status: 'failed', reason: 'no place' },
    });
    expect(finished.status).toBe('committed');
    expect((await look(f.store, journey))?.outsideWork).toEqual([]);
    const [row] = await rows(f.store.pool, '', 'select status, result from outside_work where id = $1', [
      work,
    ]);
    expect(row).toEqual({ status: 'failed', result: { reason: 'no place' } });
  });

  it('is watched: what nobody served for a minute is found, and breaks the promise after two', async () => {
    const journey = await f.journey();
    const seen = await look(f.store, journey);
    const late = async (ms: number) => {
      f.clock.at = (seen?.nextDeadlineAt ?? 0) + ms;
      const unserved = await unservedRows(f.store, { pastMs: 60_000, limit: 1_000 });
      const { offenders } = await checkPromise(f.store);
      f.clock.at = fixtureStart;
      return [unserved, offenders].map((list) => list.some((row) => row.journey === journey));
    };
    expect(await late(59_000)).toEqual([false, false]);
    expect(await late(61_000)).toEqual([true, false]);
    expect(await late(121_000)).toEqual([true, true]);
  });

  it('comes back from the rows: every open journey is listed once, and disarming owes each a poke', async () => {
    const journey = await f.journey();
    await arm(journey);
    const listed: JourneyId[] = [];
    for (;;) {
      const after = listed.at(-1);
      const batch = await openJourneys(f.store, { limit: 3, ...(after !== undefined && { after }) });
      if (batch.length === 0) break;
      listed.push(...batch.map((row) => row.journey));
    }
    expect(new Set(listed).size).toBe(listed.length);
    const [count] = await rows<{ n: number }>(
      f.store.pool,
      '',
      'select count(*) as n from journey where ended_at is null',
    );
    expect(listed).toHaveLength(count?.n ?? -1);
    expect(await disarm(f.store, listed)).toBe(listed.length);
    const counted = await owedPokeCount(f.store);
    expect(counted.owed + counted.calm).toBeGreaterThanOrEqual(listed.length);
    expect(counted).toMatchObject({
      owed: (await urgentPokes(f.store, all)).length,
      calm: (await calmPokes(f.store, all)).length,
    });
    expect(await owed(journey)).toBe(true);
  });

  it('can be poked by hand', async () => {
    const journey = await f.journey();
    const { pokeSeq } = await arm(journey);
    expect(await raisePoke(f.store, journey)).toBe(pokeSeq + 1);
    expect(await owed(journey)).toBe(true);
  });
});

describe('the lanes of owed pokes', () => {
  it('let a first clock whose deadline is far away wait, until the deadline comes near', async () => {
    const journey = await f.journey();
    expect(await lane(journey)).toBe('calm');
    const { nextDeadlineAt } = (await look(f.store, journey)) ?? {};
    f.clock.at = (nextDeadlineAt ?? 0) - calmBeyondMs - 1;
    expect(await lane(journey)).toBe('calm');
    f.clock.at += 1;
    expect(await lane(journey)).toBe('urgent');
    f.clock.at = fixtureStart;
  });

  it('do not let a clock wait that was set before, a journey that has ended, or outside work', async () => {
    const set = await f.journey();
    await arm(set);
    await raisePoke(f.store, set);
    expect(await lane(set)).toBe('urgent');

    const ended = await f.journey();
    await advance(f.store, ended, {
      kind: 'Ended',
      id: asEventId(`${ended}/end`),
      by: doctor,
      ending: 'moved',
    });
    expect(await lane(ended)).toBe('urgent');

    const working = await f.journey({ stage: 'imaging' });
    expect((await look(f.store, working))?.outsideWork).toHaveLength(1);
    expect(await lane(working)).toBe('urgent');
  });

  it('read what is urgent first, although many calm ones are older', async () => {
    const older: JourneyId[] = [];
    for (let n = 0; n < 20; n += 1) older.push(await f.journey());
    const younger = await f.journey();
    await arm(younger);
    await raisePoke(f.store, younger);
    const urgent = ids(await urgentPokes(f.store, all));
    expect(urgent).toContain(younger);
    for (const journey of older) expect(urgent).not.toContain(journey);
    expect(ids(await calmPokes(f.store, all))).toEqual(expect.arrayContaining(older));
  });

  it('agree with the rule in the domain', async () => {
    const table = await rows<{ journey: JourneyId } & OwedRow>(
      f.store.pool,
      '',
      `select id as journey, poked_seq as "pokedSeq", next_deadline_at as "nextDeadlineAt",
         exists (select 1 from outside_work w where w.journey_id = j.id and w.status = 'requested') as "workWaits"
       from journey j where poke_seq > poked_seq`,
    );
    const calm = table.filter((row) => isCalm(row, f.clock.at));
    const urgent = table.filter((row) => !isCalm(row, f.clock.at));
    expect([calm.length, urgent.length].every((n) => n > 0)).toBe(true);
    expect(ids(await calmPokes(f.store, all)).toSorted()).toEqual(ids(calm).toSorted());
    expect(ids(await urgentPokes(f.store, all)).toSorted()).toEqual(ids(urgent).toSorted());
  });
});
