import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { asEventId, asStepRef, type JourneyId } from '../../../domain/model/ids.ts';
import { createAliyunProvider } from '../../../messaging/sms/aliyun-provider.ts';
import { advance } from '../../../store/advance.ts';
import { DOUBT_WAIT_MS, dueDoubts, raiseDoubts } from '../../../store/messages/doubts.ts';
import { finishMessages } from '../../../store/messages/finish.ts';
import { markSending } from '../../../store/messages/mark-sending.ts';
import { recordReceipt } from '../../../store/messages/record-receipt.ts';
import { stuck } from '../../../store/stuck.ts';
import { worklist } from '../../../store/worklist.ts';
import { eventually } from '../../support/clock-fixture.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';

let f: PlanFixture;
beforeAll(async () => {
  f = await planFixture();
  f.clock.at = Date.parse('2026-01-13T10:30:00+08:00');
});
afterAll(() => f.close());
afterEach(async () => {
  await f.query(`update message set status = 'sent' where status = 'unknown'`);
  await f.clear();
});

const idOf = async (recipient: string): Promise<string> => {
  const [row] = await f.query<{ id: string }>('select id from message where recipient_id = $1', [recipient]);
  return row!.id;
};

/** Plans, and lets nobody ever say what became of the messages. */
async function neverSaid(): Promise<void> {
  await f.plan();
  const claimed = await f.claim('sms');
  expect(claimed.length).toBeGreaterThan(0);
  await finishMessages(
    f.store,
    claimed.map(({ id, attempts }) => ({ id, attempts, status: 'unknown', error: 'timeout' })),
  );
}

/** What a round of dispatch does, when no provider can be asked. */
async function raise(): Promise<number> {
  const due = (await dueDoubts(f.store, 'sms', 100)).map(({ id }) => id);
  await raiseDoubts(f.store, due);
  return due.length;
}

const tasks = async (...journeys: readonly JourneyId[]): Promise<JourneyId[]> =>
  (
    await f.query<{ journey: JourneyId }>(
      `select journey_id as journey from open_step
       where journey_id = any($1) and step like 'message-in-doubt#%' order by array_position($1, journey_id)`,
      [journeys],
    )
  ).map(({ journey }) => journey);
const events = async (journey: JourneyId): Promise<object[]> =>
  (
    await f.query<{ event: object }>(
      `select event from journey_event where journey_id = $1 and kind = 'MessageInDoubt' order by seq`,
      [journey],
    )
  ).map(({ event }) => event);

describe('a message of which nobody says what became of it', () => {
  it('is a task of the centre after a quarter of an hour, once, seen in the worklist and when it is overdue', async () => {
    const { resident, journey } = await f.invited();
    const key = await f.notice(journey, { key: 'first' });
    await neverSaid();
    f.clock.at += DOUBT_WAIT_MS - 1_000;
    expect(await raise()).toBe(0);
    f.clock.at += 1_000;
    expect(await raise()).toBe(1);
    expect(await raise()).toBe(0);
    await raiseDoubts(f.store, [await idOf(resident)]);
    expect(await events(journey)).toEqual([
      expect.objectContaining({
        ...{ channel: 'sms', to: 'resident', about: ['questions#1'], message: await idOf(resident) },
      }),
    ]);
    expect(await f.standing(key)).toMatchObject({ status: 'unknown' });
    const { items } = await worklist(f.store, f.callers.centre0, { role: 'centre-nurse' });
    expect(items).toMatchObject([{ journey, step: 'message-in-doubt#1', title: { zh: '确认消息是否送达' } }]);
    f.clock.at += 4 * 86_400_000;
    await advance(f.store, journey, { kind: 'DeadlineReached', by: { kind: 'system' } });
    expect((await stuck(f.store, f.callers.centre0)).items).toMatchObject([
      { journey, step: 'message-in-doubt#1', owner: { role: 'centre-nurse' }, rung: 2 },
    ]);
  });

  it('is one task on each journey that it told of, and another message adds to it', async () => {
    const { resident, journey } = await f.invited();
    const other = await f.anotherJourney(resident);
    await f.notice(journey, { key: 'first' });
    await f.notice(other, { key: 'first' });
    await neverSaid();
    await f.notice(journey, { key: 'urgent', urgent: true });
    await neverSaid();
    f.clock.at += DOUBT_WAIT_MS;
    expect(await raise()).toBe(2);
    expect(await tasks(journey, other)).toEqual([journey, other]);
    expect(await events(journey)).toHaveLength(2);
    expect(await events(other)).toHaveLength(1);
  });

  it('is nobody’s task once a receipt tells, or the journey has ended, or a colleague was reached', async () => {
    const [told, over, staff] = [await f.invited(), await f.invited(), await f.invited()];
    await f.notice(told.journey, { key: 'told' });
    await f.notice(over.journey, { key: 'over' });
    const key = await f.notice(staff.journey, { key: 'staff' });
    await neverSaid();
    // The same notice reached somebody else.
    await f.query(`update notice set status = 'sent' where key = $1`, [key]);
    const id = await idOf(told.resident);
    await recordReceipt(f.store, { provider: 'test', receiptId: id, messageId: id, status: 'delivered' });
    await advance(f.store, over.journey, {
      ...{ kind: 'Ended', id: asEventId(`${over.journey}/end`), by: { kind: 'system' } },
      ending: 'other-care',
    });
    f.clock.at += DOUBT_WAIT_MS;
    expect(await raise()).toBe(2);
    expect(await raise()).toBe(0);
    expect(await tasks(told.journey, over.journey, staff.journey)).toEqual([]);
    expect(await events(over.journey)).toEqual([]);
  });

  it('does not make a task of the task: that a doubt could not be told is on record, and that is all', async () => {
    const { journey } = await f.invited();
    const key = await f.notice(journey, { key: 'first' });
    await f.query(`update notice set step = 'message-in-doubt#1' where key = $1`, [key]);
    await neverSaid();
    f.clock.at += DOUBT_WAIT_MS;
    expect(await raise()).toBe(1);
    expect(await events(journey)).toEqual([]);
  });

  it('waits when its journey cannot be advanced, and is raised when that is mended', async () => {
    const { journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await neverSaid();
    const state = (schema: number) =>
      f.query(
        `update journey set state = jsonb_set(state::jsonb, '{schema}', to_jsonb($2::int)) where id = $1`,
        [...[journey, schema]],
      );
    await state(99);
    f.clock.at += DOUBT_WAIT_MS;
    expect(await raise()).toBe(1);
    expect(await raise()).toBe(0);
    await state(1);
    f.clock.at += 600_000;
    expect(await raise()).toBe(1);
    expect(await tasks(journey)).toEqual([journey]);
  });
});

describe('a dispatcher that died while it handed over to Aliyun', () => {
  /** Lists what it took, as QuerySendDetails does: 1 waits, 2 failed, 3 arrived. */
  async function aliyun() {
    const listed = new Map<string, { status: number; code: string }>();
    const server = await startHttpServer((_asked, response) => {
      const details = [...listed].map(([OutId, { status, code }]) => ({
        OutId,
        SendStatus: status,
        ErrCode: code,
      }));
      const body = { Code: 'OK', SmsSendDetailDTOs: { SmsSendDetailDTO: details } };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    return { ...server, listed };
  }

  /** Dispatches SMS until `done`. */
  async function dispatchUntil(endpoint: string, done: () => Promise<boolean>): Promise<void> {
    const stop = new AbortController();
    const provider = createAliyunProvider({
      ...{ accessKeyId: 'LTAItest', accessKeySecret: 'secret', endpoint, perSecond: 10, concurrency: 2 },
    });
    const dispatcher = createDispatchActivities({
      ...{ store: f.store, providers: { sms: [provider], email: [] }, signal: stop.signal },
      write: async () => new Map(),
      result: () => undefined,
      underWay: (work) => work(new AbortController().signal),
    });
    const running = dispatcher.dispatch('sms');
    await eventually('dispatched', done);
    stop.abort();
    await running;
  }

  it('what it lists is settled, what it does not is unknown, and asked for once more before a person has it', async () => {
    const server = await aliyun();
    const people = await Promise.all([1, 2, 3, 4].map(() => f.invited()));
    for (const { journey } of people) await f.notice(journey, { key: 'first' });
    await f.plan();
    for (const { id, attempts } of await f.claim('sms')) {
      await f.query(`update message set provider = 'aliyun' where id = $1`, [id]);
      expect(await markSending(f.store, id, attempts)).toBe(true);
    }
    const [arrived, nobody, late, never] = await Promise.all(people.map(({ resident }) => idOf(resident)));
    server.listed.set(arrived!, { status: 3, code: 'DELIVERED' });
    server.listed.set(nobody!, { status: 2, code: 'MK:0001' });
    const statuses = async (): Promise<string[]> =>
      (
        await f.query<{ status: string }>(
          `select status from message where id = any($1::uuid[]) order by array_position($1::uuid[], id)`,
          [[arrived, nobody, late, never]],
        )
      ).map(({ status }) => status);
    const failed = people[1]!.journey;
    const corrections = () =>
      f.query(`select step from open_step where journey_id = $1 and step like 'contact-details#%'`, [failed]);

    await dispatchUntil(server.url, async () => (await corrections()).length === 1);
    expect(await statuses()).toEqual(['delivered', 'failed', 'unknown', 'unknown']);
    expect(await tasks(...people.map(({ journey }) => journey))).toEqual([]);

    server.listed.set(late!, { status: 1, code: '' });
    f.clock.at += DOUBT_WAIT_MS;
    const open = people[3]!.journey;
    await dispatchUntil(server.url, async () => (await tasks(open)).length === 1);
    expect(await statuses()).toEqual(['delivered', 'failed', 'sent', 'unknown']);
    expect(await tasks(...people.map(({ journey }) => journey))).toEqual([open]);
    // It was asked, and given nothing.
    expect(new Set(server.asked.map(({ headers }) => headers['x-acs-action']))).toEqual(
      new Set(['QuerySendDetails']),
    );
    await server.stop();
    await advance(f.store, open, {
      ...{ kind: 'OutcomeRecorded', id: asEventId(`${open}/told`), step: asStepRef('message-in-doubt#1') },
      ...{ outcome: 'told-otherwise', by: { kind: 'staff', id: 'nurse', role: 'centre-nurse' } },
    });
    expect(await tasks(open)).toEqual([]);
  });
});
