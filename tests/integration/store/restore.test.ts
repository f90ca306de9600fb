import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseClock } from '../../../store/clock.ts';
import { currentLineage, lineageKey } from '../../../store/lineage.ts';
import { openStore } from '../../../store/open-store.ts';
import {
  holdOutgoing,
  nothingLeaves,
  noticeRestore,
  outgoingHold,
  releaseOutgoing,
} from '../../../store/outgoing.ts';
import { openOutsideWork, startOutsideWork } from '../../../store/outside-work.ts';
import { look } from '../../../store/look.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { planMessages } from '../../../store/messages/plan-messages.ts';
import { waitingToLeave } from '../../../store/waiting-to-leave.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
let journey: JourneyId;
beforeAll(async () => {
  f = await storeFixture();
  journey = await f.journey({ stage: 'imaging' });
  await f.store.pool.query(
    `insert into notice (key, journey_id, step, recipient_kind, template, parameters, due_at)
     values ('due', $1, 'imaging#1', 'resident', 'reminder-resident', '{}', now() - interval '1 minute')`,
    [journey],
  );
});
afterAll(() => f.close());
beforeEach(() => releaseOutgoing(f.store, 'test'));

const remember = (part: string, value: unknown) =>
  f.store.pool.query(
    'update setting set value = value || jsonb_build_object($2::text, $3::jsonb) where key = $1',
    [lineageKey, part, JSON.stringify(value)],
  );

/** What may leave now: messages, outside work by list and by look. */
const leaving = async (store = f.store): Promise<number[]> => [
  (await store.pool.query(`select 1 where not ${nothingLeaves}`)).rows.length,
  (await openOutsideWork(store)).length,
  (await look(store, journey))?.outsideWork.length ?? Number.NaN,
];

describe('a database that took the place of another', () => {
  it('nothing is held by the first look, nor by the next one', async () => {
    await f.store.pool.query('delete from setting');
    expect(await leaving()).toEqual([1, 1, 1]);
    expect(await noticeRestore(f.store)).toBeNull();
    expect(await noticeRestore(f.store)).toBeNull();
    expect(await leaving()).toEqual([1, 1, 1]);
  });

  it.each([
    ['system', '1', /另一个 PostgreSQL 集群.*another PostgreSQL cluster/u],
    ['timeline', 7, /时间线由 7 变为 1.*timeline went from 7 to 1/u],
    ['database', '1', /重新建立或复制.*made anew or copied/u],
    ['table', '1', /重新建立或复制.*made anew or copied/u],
  ])(
    'another %s holds what leaves before anybody has looked, until a person releases it',
    async (part, was, why) => {
      const [work] = await openOutsideWork(f.store);
      await remember(part, was);
      expect(await leaving()).toEqual([0, 0, 0]);
      expect(await startOutsideWork(f.store, work!.id)).toBe('no');
      expect(await outgoingHold(f.store)).toMatchObject({
        by: 'yilu',
        reason: expect.stringMatching(why) as string,
      });
      expect(await noticeRestore(f.store)).toMatchObject({
        noticed: true,
        reason: expect.stringMatching(why) as string,
      });
      expect(await noticeRestore(f.store)).toMatchObject({ noticed: false });
      await releaseOutgoing(f.store, 'on-call');
      expect(await leaving()).toEqual([1, 1, 1]);
      expect(await noticeRestore(f.store)).toBeNull();
    },
  );

  it("a person's reason stays, and removing the hold by hand does not let anything leave", async () => {
    await remember('timeline', 7);
    await holdOutgoing(f.store, 'restored to Monday', 'on-call');
    expect(await noticeRestore(f.store)).toMatchObject({
      reason: 'restored to Monday',
      by: 'on-call',
      noticed: false,
    });
    await f.store.pool.query(`delete from setting where key = 'outgoing.held'`);
    expect(await leaving()).toEqual([0, 0, 0]);
  });

  it('a copy of the database on the same server is held', async () => {
    const name = `copy_${randomUUID().replaceAll('-', '')}`;
    const [url, owner] = [new URL(f.url), new URL(f.url)];
    [url.pathname, owner.pathname] = [`/${name}`, '/postgres'];
    const source = new URL(f.url).pathname.slice(1);
    const client = new pg.Client({ connectionString: owner.href });
    await client.connect();
    try {
      // PostgreSQL copies a database only while nobody is connected to it.
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
        source,
      ]);
      await client.query(`create database ${name} template ${source}`);
      const copy = openStore(url.href, { release: 'test' });
      try {
        expect(await leaving(copy)).toEqual([0, 0, 0]);
        expect(await noticeRestore(copy)).toMatchObject({ noticed: true });
      } finally {
        await copy.pool.end();
      }
    } finally {
      await client.query(`drop database if exists ${name} with (force)`);
      await client.end();
    }
    expect(await leaving()).toEqual([1, 1, 1]);
  });

  it('any role of PostgreSQL may ask which database it is', async () => {
    const role = `plain_${randomUUID().replaceAll('-', '')}`;
    const client = new pg.Client({ connectionString: f.url });
    await client.connect();
    try {
      await client.query(`create role ${role}; set role ${role}`);
      const { rows } = await client.query<{ lineage: unknown }>(`select ${currentLineage} as lineage`);
      expect(rows[0]?.lineage).toMatchObject({
        timeline: 1,
        system: expect.stringMatching(/^\d+$/u) as string,
      });
    } finally {
      await client.query(`reset role; drop role if exists ${role}`);
      await client.end();
    }
  });

  it('what gathers meanwhile is counted, also once planning has said why it waits', async () => {
    const before = (await waitingToLeave(f.store)).notices;
    expect(before).toBeGreaterThan(0);
    await remember('timeline', 7);
    const live = { ...f.store, clock: databaseClock };
    while ((await planMessages(live, { channels: ['email'] })) === 'more');
    const held = `select count(*)::int as held from notice where hold_reason = 'outgoing-held'`;
    expect((await f.store.pool.query<{ held: number }>(held)).rows[0]?.held).toBeGreaterThan(0);
    expect((await waitingToLeave(f.store)).notices).toBe(before);
  });
});
