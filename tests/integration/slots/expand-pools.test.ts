import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pino } from 'pino';
import { withDay } from '../../../domain/calendar/edit-calendar.ts';
import { poolSchema, type Pool } from '../../../domain/scheduling/pool.ts';
import { editCalendar } from '../../../store/edit-calendar.ts';
import { openStore } from '../../../store/open-store.ts';
import { expandPools } from '../../../store/slots/expand-pools.ts';
import { expireHolds } from '../../../store/slots/expire-holds.ts';
import { holdPlace } from '../../../store/slots/hold-place.ts';
import { setPools } from '../../../store/slots/set-pool.ts';
import { joinWaitingList, offerWhatIsFree } from '../../../store/slots/waiting-list.ts';
import { createSlotRounds } from '../../../worker/slot-rounds.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());
beforeEach(async () => {
  f.clock.at = Date.parse('2026-03-02T07:00:00+08:00');
  for (const table of ['appointment', 'waiting_entry', 'slot', 'slot_pool'])
    await f.store.pool.query(`delete from ${table}`);
});

const pool = (more: object = {}): Pool =>
  poolSchema.parse({
    ...{ code: 'CT', organisation: 'H', site: 'main', service: 'low-dose-ct', audience: 'general' },
    title: { zh: '低剂量 CT', en: 'Low-dose CT' },
    opensBefore: '2d',
    weekly: [
      {
        days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
        ...{ from: '08:00', until: '09:00', minutes: 60, capacity: 1, validFrom: '2026-01-01' },
      },
    ],
    ...more,
  });
const days = async (): Promise<string[]> =>
  (
    await f.store.pool.query<{ day: string }>(
      `select (starts_at at time zone 'Asia/Shanghai')::date::text || ' ' || taken || '/' || capacity as day from slot order by starts_at`,
    )
  ).rows.map(({ day }) => day);

it('the days that come near are made once, by however many workers at once', async () => {
  await setPools(f.store, [pool()], { by: 'test' });
  expect(await days()).toEqual(['2026-03-02 0/1', '2026-03-03 0/1', '2026-03-04 0/1']);
  expect(await expandPools(f.store)).toEqual([]);
  f.clock.at = Date.parse('2026-03-03T00:00:00+08:00');
  const done = await Promise.all([1, 2, 3, 4].map(() => expandPools(f.store)));
  expect(done.flat()).toEqual([{ code: 'CT', crowded: [], made: 1, changed: 0, closed: 0 }]);
  expect(await days()).toEqual(['2026-03-02 0/1', '2026-03-03 0/1', '2026-03-04 0/1', '2026-03-05 0/1']);
});

it('somebody who waits is offered a place of the new day', async () => {
  const none = pool({ weekly: [{ ...pool().weekly[0]!, days: ['thursday'] }] });
  const [set] = await setPools(f.store, [none], { by: 'test' });
  const resident = await f.resident();
  await joinWaitingList(f.store, { pool: set!.pool, resident, urgency: 'routine', by: 'test' });
  f.clock.at = Date.parse('2026-03-03T00:00:00+08:00');
  await expandPools(f.store);
  expect(await days()).toEqual(['2026-03-05 1/1']);
});

it('a day that was closed since keeps who has a place there, takes nobody else, and says so', async () => {
  await setPools(f.store, [pool({ weekly: [{ ...pool().weekly[0]!, capacity: 2 }] })], { by: 'test' });
  const { rows } = await f.store.pool.query<{ id: string }>('select id from slot order by starts_at');
  const held = { audience: 'general', by: 'test' } as const;
  await holdPlace(f.store, { slot: rows[2]!.id, resident: await f.resident(), ...held });
  const district = f.organisations.get('D')!;
  await editCalendar(f.store, district, 'test', (calendar, version) =>
    withDay(calendar, version, { date: '2026-03-04', as: 'off', reason: '台风', by: 'test' }),
  );
  const later = Date.parse('2026-03-03T00:00:00+08:00');
  // Another process: it knows no calendar from before.
  const store = openStore(f.url, { release: 'test-2', clock: f.clock, max: 2 });
  f.clock.at = later;
  const done = await expandPools(store);
  await store.pool.end();
  expect(done).toMatchObject([{ crowded: [{ taken: 1, capacity: 0 }], made: 1, changed: 0, closed: 1 }]);
  expect(await days()).toEqual(['2026-03-02 0/2', '2026-03-03 0/2', '2026-03-04 1/1', '2026-03-05 0/2']);
});

it('the worker’s rounds give back what is over, offer it, and tell of a day whose residents must move', async () => {
  const [set] = await setPools(f.store, [pool({ weekly: [{ ...pool().weekly[0]!, days: ['monday'] }] })], {
    by: 'test',
  });
  const { rows } = await f.store.pool.query<{ id: string }>('select id from slot order by starts_at');
  const [first, second] = [await f.resident(), await f.resident()];
  await holdPlace(f.store, { slot: rows[0]!.id, resident: first, audience: 'general', by: 'test' });
  await joinWaitingList(f.store, { pool: set!.pool, resident: second, urgency: 'routine', by: 'test' });
  f.clock.at += 15 * 60_000;
  const log: string[] = [];
  const rounds = createSlotRounds({
    expireHolds: (limit) => expireHolds(f.store, { limit }),
    offer: () => offerWhatIsFree(f.store),
    expand: () =>
      Promise.resolve([
        { code: 'CT', made: 0, changed: 0, closed: 1, crowded: [{ startsAt: 1, capacity: 0, taken: 1 }] },
      ]),
    log: pino({ level: 'info' }, { write: (line: string) => void log.push(line) }),
  });
  expect(await rounds.holds()).toBe('done');
  const found = await f.store.pool.query<{ resident: string; status: string }>(
    'select resident_id as resident, status from appointment order by created_at, status',
  );
  expect(found.rows).toEqual([
    { resident: first, status: 'expired' },
    { resident: second, status: 'offered' },
  ]);
  await rounds.expansion();
  expect(log.some((line) => line.includes('move them'))).toBe(true);
});
