import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { asStepRef } from '../../../domain/model/ids.ts';
import { clockRecord, workRecord } from '../../../activities/store-record.ts';
import { StoreUnavailable } from '../../../store/errors.ts';
import { drainInbox, receiveInbox, type InboxBody } from '../../../store/inbox.ts';
import { outsideWorkOf } from '../../../store/outside-work.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());

const by = { kind: 'outside', system: 'lis' } as const;
const unreachable: InboxBody = {
  kind: 'OutcomeRecorded',
  by,
  step: asStepRef('questions#1'),
  outcome: 'unreachable',
};
const kept = async (journey: JourneyId) =>
  (
    await f.store.pool.query<{ id: string; status: string; code: string | null }>(
      `select id, status, refusal->>'refused' as code from inbox where journey_id = $1 order by position`,
      [journey],
    )
  ).rows;

it('keeps a fact that can never be taken with its reason, and takes those behind it', async () => {
  const [bad, good] = [await f.journey(), await f.journey()];
  // Far beyond what a date can say: PostgreSQL, or the calendar, fails on it every time.
  const impossible = { ...unreachable, happenedAt: -8.7e15 };
  await receiveInbox(f.store, { source: 'lis', id: 'far', journey: bad, body: impossible });
  const nul = { ...unreachable, step: asStepRef('questions\u0000#1') };
  await receiveInbox(f.store, { source: 'lis', id: 'nul', journey: bad, body: nul });
  await receiveInbox(f.store, { source: 'lis', id: 'good', journey: good, body: unreachable });
  const drained = await drainInbox(f.store, 10);
  expect(drained.map(({ id, status }) => [id, status])).toEqual([
    ['far', 'refused'],
    ['nul', 'refused'],
    ['good', 'done'],
  ]);
  for (const { status, code } of await kept(bad)) {
    expect(status).toBe('refused');
    expect(code).toMatch(/^[A-Z][A-Za-z]+$/u);
  }
  expect(await drainInbox(f.store, 10)).toEqual([]);
});

it('leaves a fact waiting that only a newer release can take, and goes on behind it', async () => {
  const [newer, good] = [await f.journey(), await f.journey()];
  await f.store.pool.query(
    `update journey set state = jsonb_set(state::jsonb, '{schema}', '999')::json where id = $1`,
    [newer],
  );
  await receiveInbox(f.store, { source: 'lis', id: 'newer', journey: newer, body: unreachable });
  await receiveInbox(f.store, { source: 'lis', id: 'behind', journey: good, body: unreachable });
  expect((await drainInbox(f.store, 1)).map(({ id }) => id)).toEqual(['behind']);
  expect(await kept(newer)).toMatchObject([{ status: 'received' }]);
  await f.store.pool.query(`update inbox set status = 'done' where id = 'newer'`);
});

it('is not blamed on the fact when the database is away', async () => {
  const journey = await f.journey();
  await receiveInbox(f.store, { source: 'lis', id: 'away', journey, body: unreachable });
  await f.store.pool.query(`
    create function away() returns trigger language plpgsql as $$
    begin raise exception 'disk full' using errcode = '53100'; end $$;
    create trigger away before insert on journey_event for each row execute function away()`);
  await expect(drainInbox(f.store, 10)).rejects.toBeInstanceOf(StoreUnavailable);
  await f.store.pool.query('drop trigger away on journey_event; drop function away()');
  expect(await drainInbox(f.store, 10)).toMatchObject([{ id: 'away', status: 'done' }]);
});

it.each([
  ['no event', { source: 'lis' }],
  ['nothing', undefined],
  ['a source that cannot be stored', { source: 'l\u0000s', event: {} }],
  [
    'a date that cannot be',
    {
      source: 'lis',
      event: {
        id: 'x1',
        kind: 'OutcomeRecorded',
        step: 'questions#1',
        outcome: 'unreachable',
        happenedAt: 9e15,
      },
    },
  ],
  [
    'a text that cannot be stored',
    { source: 'lis', event: { id: 'x2', kind: 'OutcomeRecorded', step: 'questions#1', outcome: 'a\u0000b' } },
  ],
])('keeps a signal with %s as unreadable, and throws nothing', async (_what, message) => {
  const journey = await f.journey();
  await clockRecord(f.store).receive(journey, message as never);
  expect(await kept(journey)).toMatchObject([{ status: 'refused', code: 'EventUnknown' }]);
});

it('makes a result of outside work that can never be taken a task of a person', async () => {
  const journey = await f.journey({ stage: 'imaging' });
  const [row] = await outsideWorkOf(f.store, journey);
  await workRecord(f.store).finish(row!, {
    status: 'done',
    outcome: 'booked',
    appointmentAt: Date.UTC(2026, 1, 2),
    facts: { note: 'a\u0000b' },
  });
  const [work] = await outsideWorkOf(f.store, journey);
  expect(work?.status).toBe('unknown');
  expect(work?.result).toMatchObject({ reason: expect.stringContaining('not accepted') as string });
});
