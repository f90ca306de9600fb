import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { asEventId, asStepRef, type JourneyId } from '../../../domain/model/ids.ts';
import type { Channel } from '../../../domain/model/message.ts';
import { createEmailProvider } from '../../../messaging/email/email-provider.ts';
import { advance } from '../../../store/advance.ts';
import { finishMessages } from '../../../store/messages/finish.ts';
import { planMessages } from '../../../store/messages/plan-messages.ts';
import { raiseBadAddresses } from '../../../store/messages/raise-bad-addresses.ts';
import { recordReceipt } from '../../../store/messages/record-receipt.ts';
import { timeline } from '../../../store/timeline.ts';
import { upsertResidents } from '../../../store/upsert-residents.ts';
import { worklist } from '../../../store/worklist.ts';
import { eventually } from '../../support/clock-fixture.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';

let f: PlanFixture;
beforeAll(async () => {
  f = await planFixture();
  f.clock.at = at('2026-01-13');
});
afterAll(() => f.close());
afterEach(() => f.clear());

/** Half past ten on a day of the district: what is routine leaves. */
const at = (day: string): number => Date.parse(`${day}T10:30:00+08:00`);
let day = 13;
const nextDay = (): void => {
  f.clock.at = at(`2026-01-${++day}`);
};

/** Plans, and lets the provider of a channel say that the address of every message is bad. */
async function refused(channel: Channel, badAddress = true): Promise<void> {
  await f.plan();
  const claimed = await f.claim(channel);
  expect(claimed.length).toBeGreaterThan(0);
  await finishMessages(
    f.store,
    claimed.map(({ id, attempts }) => ({
      ...{ id, attempts, error: '550 5.1.1', badAddress },
      status: 'failed',
    })),
  );
}

const tasks = async (...journeys: readonly JourneyId[]): Promise<string[]> =>
  (
    await f.query<{ step: string }>(
      `select step from open_step where journey_id = any($1) and step like 'contact-details#%' order by step`,
      [journeys],
    )
  ).map(({ step }) => step);
const failures = async (...journeys: readonly JourneyId[]): Promise<string[]> =>
  (
    await f.query<{ channel: string }>(
      `select event->>'channel' as channel from journey_event
       where journey_id = any($1) and kind = 'ContactFailed' order by recorded_at`,
      [journeys],
    )
  ).map(({ channel }) => channel);
const outcomes = async (resident: string): Promise<(string | null)[]> =>
  (
    await f.query<{ outcome: string | null }>(
      'select outcome from bad_address where resident_id = $1 order by learned_at, channel',
      [resident],
    )
  ).map(({ outcome }) => outcome);
const channelsOf = async (resident: string): Promise<string[]> =>
  (await f.messages(resident)).map(({ channel, status }) => `${channel} ${status}`);

/** As a file of residents brings it. */
async function changed(resident: string, contact: { phone?: string; email?: string }): Promise<void> {
  const [known] = await f.query<{ name: string; number: string; centre: string }>(
    'select name, identity_number as number, centre_id as centre from resident where id = $1',
    [resident],
  );
  const { name, number: identityNumber, centre } = known!;
  await upsertResidents(f.store, [
    { ...{ name, identityNumber, centre, birthDate: '1960-02-29', sex: 'male' }, ...contact },
  ]);
}

const end = (id: JourneyId) =>
  advance(f.store, id, {
    ...{ kind: 'Ended', id: asEventId(`${id}/end`), by: { kind: 'system' } },
    ending: 'other-care',
  });
const nurse = { kind: 'staff', id: 'nurse', role: 'centre-nurse' } as const;
const record = (journey: JourneyId, step: string, outcome: string) =>
  advance(f.store, journey, {
    ...{ kind: 'OutcomeRecorded', id: asEventId(`${journey}/${step}/${outcome}`), by: nurse },
    ...{ step: asStepRef(step), outcome },
  });

describe('an address that a provider calls bad', () => {
  it('is a task of the centre, once, and the resident is told on the next channel', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await refused('sms');
    await raiseBadAddresses(f.store);
    await raiseBadAddresses(f.store);
    expect(await tasks(journey)).toEqual(['contact-details#1']);
    expect(await failures(journey)).toEqual(['sms']);
    await f.plan();
    await f.sendAll();
    expect(await channelsOf(resident)).toEqual(['sms failed', 'email sent']);
    const { items } = await worklist(f.store, f.callers.centre0, { role: 'centre-nurse' });
    expect(items).toMatchObject([{ journey, title: { zh: '更正联系方式' } }]);
    // The road has its own deadline, and its own step.
    expect((await f.query('select step from open_step where journey_id = $1', [journey])).length).toBe(2);
  });

  it('is not tried again, and where no other is left the notice fails at once', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await refused('sms');
    nextDay();
    await f.notice(journey, { key: 'second' });
    await refused('email');
    await raiseBadAddresses(f.store);
    expect(await channelsOf(resident)).toEqual(['sms failed', 'email failed']);
    const third = await f.notice(journey, { key: 'third' });
    await f.plan();
    expect(await f.standing(third)).toMatchObject({ status: 'failed', error: 'bad-address' });
    expect(await f.messages(resident)).toHaveLength(2);
    await raiseBadAddresses(f.store);
    expect(await tasks(journey)).toEqual(['contact-details#1']);
    expect(await failures(journey)).toEqual(['sms', 'email']);
    const entries = await timeline(f.store, f.callers.district, journey);
    expect(entries!.at(-1)!.event).toMatchObject({ kind: 'ContactFailed', reason: '550 5.1.1' });
  });

  it('is one task for a person with two journeys, whichever message failed, and whoever raises at once', async () => {
    const { resident, journey } = await f.invited();
    const other = await f.anotherJourney(resident);
    await f.notice(other, { key: 'first' });
    await refused('sms');
    await f.clear();
    await f.notice(journey, { key: 'first' });
    await refused('email');
    await Promise.all([1, 2, 3].map(() => raiseBadAddresses(f.store)));
    // The journey of the first notice has it, and what failed on another is added there.
    expect(await tasks(journey, other)).toEqual(['contact-details#1']);
    const counts = [await failures(journey), await failures(other)].map(({ length }) => length);
    expect(counts.toSorted((a, b) => a - b)).toEqual([0, 2]);
    // It ends with its journey, and what is owed goes to the one that is left.
    const [first, second] = counts[0] === 2 ? [journey, other] : [other, journey];
    await end(first);
    await raiseBadAddresses(f.store);
    expect(await tasks(first)).toEqual([]);
    expect(await tasks(second)).toEqual(['contact-details#1']);
    await end(second);
    await raiseBadAddresses(f.store);
    expect(await outcomes(resident)).toEqual(['no-open-journey', 'no-open-journey']);
  });

  it('is not tried by a message that was made before that was known', async () => {
    const { resident, journey } = await f.invited();
    const first = await f.notice(journey, { key: 'first' });
    await f.plan();
    await f.query(
      `insert into bad_address (resident_id, channel, address, reason, notice_key, learned_at, outcome)
       select recipient_id, channel, address, '', $2, created_at, 'raised' from message where recipient_id = $1`,
      [resident, first],
    );
    expect(await f.claim('sms')).toEqual([]);
    await f.plan();
    await f.sendAll();
    expect(await channelsOf(resident)).toEqual(['sms superseded', 'email sent']);
  });

  it('is tried again when the record brings another one', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await refused('sms');
    await raiseBadAddresses(f.store);
    nextDay();
    await changed(resident, { email: 'another@example.org' });
    expect(await outcomes(resident)).toEqual(['raised']);
    await changed(resident, { phone: '19900009999' });
    expect(await outcomes(resident)).toEqual([]);
    // The first one has left the number behind for good; alone, the second begins with it.
    await f.clear();
    await f.notice(journey, { key: 'second' });
    await f.plan();
    expect(await f.query('select address from message where recipient_id = $1', [resident])).toContainEqual({
      address: '+8619900009999',
    });
  });

  it('is tried again when somebody says that it is right now, and raised again if it is not', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await refused('sms');
    await raiseBadAddresses(f.store);
    expect((await record(journey, 'contact-details#1', 'corrected')).status).toBe('committed');
    nextDay();
    await f.clear();
    await f.notice(journey, { key: 'second' });
    await refused('sms');
    await raiseBadAddresses(f.store);
    expect(await tasks(journey)).toEqual(['contact-details#2']);
    expect(await outcomes(resident)).toEqual(['raised']);
  });

  it('stays closed when the centre has found out that nobody knows another', async () => {
    const { journey } = await f.invited();
    await f.query(
      'update resident set email = null where id = (select resident_id from journey where id = $1)',
      [journey],
    );
    await f.notice(journey, { key: 'first' });
    await refused('sms');
    await raiseBadAddresses(f.store);
    await record(journey, 'contact-details#1', 'unreachable');
    nextDay();
    const second = await f.notice(journey, { key: 'second' });
    await f.plan();
    await raiseBadAddresses(f.store);
    expect(await f.standing(second)).toMatchObject({ status: 'failed', error: 'bad-address' });
    expect(await tasks(journey)).toEqual([]);
  });

  it('is the matter of no task once it was corrected while the message was on its way', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await f.plan();
    await changed(resident, { phone: '19900008888' });
    await refused('sms');
    await raiseBadAddresses(f.store);
    expect(await outcomes(resident)).toEqual(['changed-since']);
    expect(await failures(journey)).toEqual([]);
  });

  it('is said by a receipt as well; one that fails for another reason is no address', async () => {
    const [bad, full] = [await f.invited(), await f.invited()];
    for (const { journey } of [bad, full]) await f.notice(journey, { key: 'first' });
    await f.plan();
    await f.sendAll();
    for (const { resident } of [bad, full]) {
      const [{ id } = { id: '' }] = await f.query<{ id: string }>(
        'select id from message where recipient_id = $1',
        [resident],
      );
      const badAddress = resident === bad.resident;
      const receipt = {
        provider: 'test',
        receiptId: id,
        messageId: id,
        status: 'failed',
        badAddress,
      } as const;
      expect(await recordReceipt(f.store, { ...receipt, reason: 'MK:0001' })).toBe('new');
      expect(await recordReceipt(f.store, { ...receipt, reason: 'MK:0001' })).toBe('known');
    }
    await raiseBadAddresses(f.store);
    expect(await tasks(bad.journey)).toHaveLength(1);
    expect(await failures(bad.journey)).toEqual(['sms']);
    expect(await failures(full.journey)).toEqual([]);
  });

  it('is on record of somebody without an open journey, and the task of the next one', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await f.plan();
    await f.query(`update resident set email = null where id = $1`, [resident]);
    const claimed = await f.claim('sms');
    await end(journey);
    await finishMessages(
      f.store,
      claimed.map(({ id, attempts }) => ({
        ...{ id, attempts, error: 'no such number', badAddress: true },
        status: 'failed',
      })),
    );
    await raiseBadAddresses(f.store);
    expect(await outcomes(resident)).toEqual(['no-open-journey']);
    const next = await f.anotherJourney(resident);
    await f.notice(next, { key: 'first' });
    await f.plan();
    await raiseBadAddresses(f.store);
    expect(await outcomes(resident)).toEqual(['raised']);
    expect(await tasks(next)).toEqual(['contact-details#1']);
    // Its journey ends as well, and with it the task: the one after that has it again.
    await end(next);
    const last = await f.journey({ resident, idempotencyKey: 'again' });
    await f.query(`update notice set status = 'superseded' where journey_id = $1`, [last]);
    await f.notice(last, { key: 'first' });
    await f.plan();
    await raiseBadAddresses(f.store);
    expect(await tasks(last)).toEqual(['contact-details#1']);
  });

  it('waits when its journey cannot be advanced, and holds up nobody', async () => {
    const [newer, usual] = [await f.invited(), await f.invited()];
    for (const { journey } of [newer, usual]) await f.notice(journey, { key: 'first' });
    await refused('sms');
    const state = (schema: number) =>
      f.query(
        `update journey set state = jsonb_set(state::jsonb, '{schema}', to_jsonb($2::int)) where id = $1`,
        [newer.journey, schema],
      );
    await state(99);
    await f.query(`update bad_address set raise_at = raise_at - interval '1 hour' where resident_id = $1`, [
      newer.resident,
    ]);
    await raiseBadAddresses(f.store);
    expect(await failures(usual.journey)).toEqual(['sms']);
    expect(await outcomes(newer.resident)).toEqual(['StateTooNew']);
    await state(1);
    await raiseBadAddresses(f.store);
    expect(await failures(newer.journey)).toEqual([]);
    f.clock.at += 600_000;
    await raiseBadAddresses(f.store);
    expect(await failures(newer.journey)).toEqual(['sms']);
  });
});

describe('a mail server', () => {
  it('that knows no such mailbox, or has no room, tells the two apart', async () => {
    const [gone, full] = [await f.invited(), await f.invited()];
    for (const [{ resident, journey }, email] of [
      [gone, 'gone@example.org'],
      [full, 'full@example.org'],
    ] as const) {
      await f.query(`update resident set email = $2, channels = '{email}' where id = $1`, [resident, email]);
      await f.notice(journey, { key: 'first' });
    }
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo({ address }, _session, answer) {
        const words = address.startsWith('gone') ? '5.1.1 no such user' : '5.2.2 mailbox full';
        answer(Object.assign(new Error(words), { responseCode: 550 }));
      },
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const { port } = server.server.address() as AddressInfo;
    const email = createEmailProvider({
      ...{ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'yilu@example.org', perSecond: 100, concurrency: 2 },
    });
    const stop = new AbortController();
    const dispatcher = createDispatchActivities({
      ...{ store: f.store, providers: { sms: [], email: [email] }, signal: stop.signal },
      write: async (_client, messages) =>
        new Map(messages.map(({ id }) => [id, { subject: 's', text: 't', segments: null, extra: {} }])),
      result: () => undefined,
      underWay: (work) => work(new AbortController().signal),
    });
    const running = dispatcher.dispatch('email');
    await eventually('a task', async () => (await tasks(gone.journey)).length === 1);
    await eventually('both failed', async () => (await channelsOf(full.resident))[0] === 'email failed');
    stop.abort();
    await running;
    email.close();
    await new Promise<void>((done) => server.close(() => done()));
    expect(await failures(full.journey)).toEqual([]);
    const [{ address } = { address: '' }] = await f.query<{ address: string }>(
      'select address from bad_address where resident_id = $1',
      [gone.resident],
    );
    expect(address).toBe('gone@example.org');
    // What a server says may quote the address: the journey's log has the code alone.
    const [{ event } = { event: {} }] = await f.query<{ event: object }>(
      `select event from journey_event where journey_id = $1 and kind = 'ContactFailed'`,
      [gone.journey],
    );
    expect(event).toMatchObject({ channel: 'email', reason: expect.stringContaining('5.1.1') });
    expect(JSON.stringify(event)).not.toMatch(/example|user/u);
  });
});

describe('no address at all', () => {
  it('is a task of the centre; no provider is a task of the operator', async () => {
    const [nowhere, emailOnly] = [await f.invited(), await f.invited()];
    await f.query('update resident set phone = null, email = null where id = $1', [nowhere.resident]);
    await f.query('update resident set phone = null where id = $1', [emailOnly.resident]);
    const key = await f.notice(nowhere.journey, { key: 'nowhere' });
    await f.notice(emailOnly.journey, { key: 'email-only' });
    await planMessages(f.store, { channels: ['sms'] });
    await raiseBadAddresses(f.store);
    expect(await f.standing(key)).toMatchObject({ status: 'failed', error: 'no-address' });
    expect(await tasks(nowhere.journey)).toEqual(['contact-details#1']);
    expect(await failures(emailOnly.journey)).toEqual([]);
    expect(await outcomes(emailOnly.resident)).toEqual([]);
    await changed(nowhere.resident, { email: 'at-last@example.org' });
    expect(await outcomes(nowhere.resident)).toEqual([]);
    nextDay();
    await f.notice(nowhere.journey, { key: 'now' });
    await f.plan();
    expect(await channelsOf(nowhere.resident)).toEqual(['email queued']);
  });

  it('a provider’s own trouble is nobody’s wrong address', async () => {
    const { resident, journey } = await f.invited();
    await f.notice(journey, { key: 'first' });
    await refused('sms', false);
    await refused('email', false);
    await f.plan();
    await raiseBadAddresses(f.store);
    expect(await outcomes(resident)).toEqual([]);
    expect(await failures(journey)).toEqual([]);
  });
});
