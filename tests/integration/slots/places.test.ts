import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { poolSchema, type Pool } from '../../../domain/scheduling/pool.ts';
import type { Urgency } from '../../../domain/scheduling/waiting-order.ts';
import { changeAppointment } from '../../../store/slots/change-appointment.ts';
import { expireHolds } from '../../../store/slots/expire-holds.ts';
import { holdPlace, type HoldInput } from '../../../store/slots/hold-place.ts';
import { editPool, setPools, type PoolSet } from '../../../store/slots/set-pool.ts';
import { joinWaitingList, offerWhatIsFree } from '../../../store/slots/waiting-list.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let residents: string[];
beforeAll(async () => {
  f = await storeFixture();
  residents = [];
  for (let i = 0; i < 40; i++) residents.push(await f.resident());
});
afterAll(() => f.close());
beforeEach(async () => {
  f.clock.at = Date.parse('2026-03-02T07:00:00+08:00');
  for (const table of ['appointment', 'waiting_entry', 'slot', 'slot_pool'])
    await f.store.pool.query(`delete from ${table}`);
});

const minute = 60_000;
const file = (more: object = {}): Pool =>
  poolSchema.parse({
    ...{
      code: 'CT',
      organisation: 'H',
      site: 'main',
      service: 'low-dose-ct',
      audience: 'community-screening',
    },
    title: { zh: '低剂量 CT', en: 'Low-dose CT' },
    opensBefore: '2d',
    weekly: [
      {
        days: ['monday', 'tuesday', 'wednesday'],
        ...{ from: '08:00', until: '09:00', minutes: 30, capacity: 2, validFrom: '2026-01-01' },
      },
    ],
    ...more,
  });
const setPool = async (pool: Pool): Promise<PoolSet> => (await setPools(f.store, [pool], { by: 'test' }))[0]!;
const slots = async (): Promise<{ id: string; taken: number; capacity: number; startsAt: string }[]> =>
  (
    await f.store.pool.query<{ id: string; taken: number; capacity: number; startsAt: string }>(
      `select id, taken, capacity, starts_at::text as "startsAt" from slot order by starts_at`,
    )
  ).rows;
const first = async (): Promise<string> => (await slots())[0]!.id;
const hold = (slot: string, n: number, more: Partial<HoldInput> = {}) =>
  holdPlace(f.store, {
    ...{ slot, resident: residents[n]!, audience: 'community-screening', by: 'test' },
    ...more,
  });
const refused = (code: string) => expect.objectContaining({ name: 'SlotRefused', code }) as Error;
/** What the slots say and what the appointments say is the same, and nobody was given a place that there is not. */
async function expectCounted(): Promise<void> {
  const { rows } = await f.store.pool.query(
    `select s.id from slot s where s.taken > s.capacity or s.taken <>
       (select count(*) from appointment a where a.slot_id = s.id and a.status not in ('cancelled', 'expired', 'moved'))`,
  );
  expect(rows).toEqual([]);
}

describe('a place', () => {
  it('is held, confirmed and given back, and asked for twice with one key is one', async () => {
    await setPool(file());
    const slot = await first();
    const held = await hold(slot, 0, { key: 'k' });
    expect(held).toMatchObject({ status: 'held', heldUntil: f.clock.at + 15 * minute });
    expect(await hold(slot, 0, { key: 'k' })).toMatchObject({ id: held.id });
    await expect(hold(slot, 1, { key: 'k' })).rejects.toThrow(refused('key-reused'));
    await expect(hold(slot, 0, { key: 'k', audience: 'green-channel' })).rejects.toThrow(
      refused('key-reused'),
    );
    await expect(
      changeAppointment(f.store, 'booked', { appointment: held.id, resident: residents[1]! }),
    ).rejects.toThrow(refused('not-yours'));
    for (let twice = 0; twice < 2; twice++)
      expect(
        await changeAppointment(f.store, 'booked', { appointment: held.id, resident: residents[0]! }),
      ).toMatchObject({ status: 'booked' });
    await expect(hold((await slots())[1]!.id, 0)).rejects.toThrow(refused('has-one'));
    await changeAppointment(f.store, 'cancelled', { appointment: held.id, reason: '居民有事' });
    await expect(changeAppointment(f.store, 'booked', { appointment: held.id })).rejects.toThrow(
      refused('over'),
    );
    await expectCounted();
    expect((await slots())[0]).toMatchObject({ taken: 0 });
  });

  it('is given to as many as there are places, whoever asks at the same moment', async () => {
    await setPool(file());
    const slot = await first();
    const answers = await Promise.allSettled(residents.map((_, n) => hold(slot, n)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toEqual(refused('full'));
    await expectCounted();
  });

  it('is held by one resident once, whichever slots are asked for at the same moment', async () => {
    await setPool(file());
    const all = await slots();
    const answers = await Promise.allSettled(all.map(({ id }) => hold(id, 0)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expectCounted();
  });

  it('whose hold is over is free for the next, also when nobody has looked since', async () => {
    await setPool(file());
    const slot = await first();
    const over = await hold(slot, 0);
    await hold(slot, 1);
    f.clock.at += 15 * minute;
    await expect(changeAppointment(f.store, 'booked', { appointment: over.id })).rejects.toThrow(
      refused('hold-over'),
    );
    expect(await hold(slot, 2)).toMatchObject({ status: 'held' });
    await expectCounted();
  });

  it('cannot be had too late, nor where there is none', async () => {
    await setPool(file());
    const slot = await first();
    f.clock.at = Date.parse('2026-03-02T07:30:00+08:00');
    await expect(hold(slot, 0)).rejects.toThrow(refused('closed'));
    await expect(hold(residents[0]!, 0)).rejects.toThrow(refused('unknown'));
  });

  it('is for its audience until it is released, and some are kept for the green channel', async () => {
    await setPool(
      file({ releaseBefore: '30min', closesBefore: '0min', greenChannel: { places: 1, until: '1h' } }),
    );
    const slot = (await slots())[1]!.id; // 08:30
    await expect(hold(slot, 0, { audience: 'general' })).rejects.toThrow(refused('not-for-audience'));
    await hold(slot, 0);
    await expect(hold(slot, 1)).rejects.toThrow(refused('kept-for-green-channel'));
    const green = await hold(slot, 2, { audience: 'green-channel' });
    await changeAppointment(f.store, 'cancelled', { appointment: green.id });
    f.clock.at = Date.parse('2026-03-02T08:00:00+08:00');
    expect(await hold(slot, 3, { audience: 'general' })).toMatchObject({ status: 'held' });
    await expectCounted();
  });
});

describe('a pool that is edited', () => {
  it('is made anew without a trace when nothing changed, and keeps what is booked', async () => {
    expect(await setPool(file())).toMatchObject({ isNew: true, made: 6, changed: 0, closed: 0 });
    expect(await setPool(file())).toMatchObject({ isNew: false, made: 0, changed: 0, closed: 0 });
    const held = await hold(await first(), 0);
    const more = file();
    more.weekly[0]!.capacity = 3;
    expect(await setPool(more)).toMatchObject({ made: 0, changed: 6 });
    expect((await slots())[0]).toMatchObject({ id: held.slot, taken: 1, capacity: 3 });
  });

  it('is not cut below what is taken, and says where', async () => {
    await setPool(file());
    await hold(await first(), 0);
    await expect(setPool(file({ closures: [{ day: '2026-03-02', reason: '检修' }] }))).rejects.toThrow(
      expect.objectContaining({
        name: 'PlacesTaken',
        message: expect.stringContaining('已约 1') as string,
      }) as Error,
    );
    expect((await slots())[0]).toMatchObject({ capacity: 2 });
    await setPool(file({ closures: [{ day: '2026-03-03', reason: '检修' }] }));
    expect((await slots()).map(({ capacity }) => capacity)).toEqual([2, 2, 0, 0, 2, 2]);
  });
});

describe('a pool that several edit at once', () => {
  it('has what each of them changed', async () => {
    const { pool } = await setPool(file());
    await Promise.all(
      ['2026-03-02', '2026-03-03', '2026-03-04'].map((day) =>
        editPool(
          f.store,
          pool,
          (rules) => ({ ...rules, closures: [...rules.closures, { day, reason: '检修' }] }),
          { by: 'test' },
        ),
      ),
    );
    expect((await slots()).map(({ capacity }) => capacity)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('who waits', () => {
  const join = async (n: number, urgency: Urgency = 'routine') => {
    const { rows } = await f.store.pool.query<{ id: string }>('select id from slot_pool');
    f.clock.at += 1;
    return joinWaitingList(f.store, { pool: rows[0]!.id, resident: residents[n]!, urgency, by: 'test' });
  };
  const offered = async (): Promise<string[]> =>
    (
      await f.store.pool.query<{ resident: string }>(
        `select resident_id as resident from appointment where status = 'offered' order by created_at, id`,
      )
    ).rows.map(({ resident }) => `${residents.indexOf(resident)}`);
  const one = (): Pool => {
    const pool = file({ offerFor: '10min' });
    pool.weekly[0]!.days = ['monday'];
    Object.assign(pool.weekly[0]!, { minutes: 60, capacity: 1 });
    return pool;
  };

  it('is offered the place that is cancelled, in the same moment and in the order of urgency and time', async () => {
    await setPool(one());
    const held = await hold(await first(), 0);
    await join(1);
    await join(2, 'urgent');
    await join(3);
    expect(await join(3)).toBe(await join(3));
    expect(await offered()).toEqual([]);
    await changeAppointment(f.store, 'cancelled', { appointment: held.id });
    expect(await offered()).toEqual(['2']);
    await expect(hold(held.slot, 4)).rejects.toThrow(refused('full'));
    await expectCounted();
  });

  it('and does not answer sees it pass on to the next, and waits on behind them', async () => {
    await setPool(one());
    const held = await hold(await first(), 0);
    await join(1);
    await join(2);
    await changeAppointment(f.store, 'cancelled', { appointment: held.id });
    expect(await offered()).toEqual(['1']);
    f.clock.at += 10 * minute;
    await expireHolds(f.store);
    expect(await offered()).toEqual(['2']);
    f.clock.at += 10 * minute;
    await expireHolds(f.store);
    expect(await offered()).toEqual(['1']);
    await expectCounted();
  });

  it('takes the offer, and is served', async () => {
    await setPool(one());
    await join(1);
    expect(await offered()).toEqual(['1']);
    const { rows } = await f.store.pool.query<{ id: string }>(
      `select id from appointment where status = 'offered'`,
    );
    await changeAppointment(f.store, 'booked', { appointment: rows[0]!.id, resident: residents[1]! });
    expect((await f.store.pool.query(`select status from waiting_entry`)).rows).toEqual([
      { status: 'served' },
    ]);
  });

  it('is offered what a larger capacity makes', async () => {
    await setPool(one());
    await hold(await first(), 0);
    await join(1);
    const more = one();
    more.weekly[0]!.capacity = 2;
    await setPool(more);
    expect(await offered()).toEqual(['1']);
    expect(await offerWhatIsFree(f.store)).toBe(0);
  });
});

it('under any mixture at the same moment, nothing is given twice and nothing stays free while somebody waits', async () => {
  await setPool(file());
  const all = await slots();
  const { rows } = await f.store.pool.query<{ id: string }>('select id from slot_pool');
  const pool = rows[0]!.id;
  const client = async (n: number): Promise<void> => {
    for (let turn = 0; turn < 6; turn++) {
      const slot = all[(n + turn) % all.length]!.id;
      const place = await hold(slot, n).catch(() => undefined);
      if (!place) {
        await joinWaitingList(f.store, { pool, resident: residents[n]!, urgency: 'routine', by: 'test' });
        continue;
      }
      if ((n + turn) % 3 === 0) await changeAppointment(f.store, 'booked', { appointment: place.id });
      if ((n + turn) % 2 === 0) await changeAppointment(f.store, 'cancelled', { appointment: place.id });
    }
  };
  await Promise.all(residents.map((_, n) => client(n)));
  await expectCounted();
  const { rows: idle } = await f.store.pool.query(
    `select s.id from slot s where s.taken < s.capacity and exists (select 1 from waiting_entry w
       where w.pool_id = s.pool_id and w.status = 'waiting' and not exists (select 1 from appointment a
         where a.resident_id = w.resident_id and a.status in ('held', 'offered', 'booked', 'checked-in')))`,
  );
  expect(idle).toEqual([]);
});
