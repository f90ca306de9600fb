import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { asEventId } from '../../../domain/model/ids.ts';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import { holdOutgoing, releaseOutgoing } from '../../../store/outgoing.ts';
import { residentDied } from '../../../store/person-events.ts';
import { finishMessages } from '../../../store/messages/finish.ts';
import { planMessages } from '../../../store/messages/plan-messages.ts';
import { setContactPreference } from '../../../store/messages/preferences.ts';
import { setMessagingRules } from '../../../store/messages/rules.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';

let f: PlanFixture;
beforeAll(async () => {
  f = await planFixture();
});
afterAll(() => f.close());
afterEach(() => f.clear());

/** A Tuesday that is no holiday, on the clock of the district. */
const at = (time: string, day = '2026-01-13'): number => Date.parse(`${day}T${time}:00+08:00`);

describe('messages to residents', () => {
  it('two journeys and two rungs make one message', async () => {
    f.clock.at = at('10:30');
    const { resident, journey } = await f.invited();
    const other = await f.anotherJourney(resident);
    const keys = [
      await f.notice(journey, { key: 'rung-0' }),
      await f.notice(journey, { key: 'rung-1' }),
      await f.notice(other, { key: 'other' }),
    ];
    expect(await f.plan()).toBe('done');
    const messages = await f.messages(resident);
    expect(messages).toEqual([
      {
        channel: 'sms',
        status: 'queued',
        kind: 'notice',
        urgent: false,
        notices: expect.arrayContaining(keys),
      },
    ]);
    expect(await f.plan()).toBe('done');
    expect(await f.messages(resident)).toEqual(messages);
  });

  it('sleeping residents are held with the reason, and told when the time comes', async () => {
    const { resident, journey } = await f.invited();
    f.clock.at = at('22:00');
    const urgent = await f.notice(journey, { key: 'urgent', urgent: true });
    const routine = await f.notice(journey, { key: 'routine' });
    await f.plan();
    expect(await f.messages(resident)).toEqual([]);
    expect(await f.standing(urgent)).toMatchObject({
      status: 'held',
      reason: 'quiet-hours',
      until: at('08:00', '2026-01-14'),
    });
    expect(await f.standing(routine)).toMatchObject({ status: 'held', until: at('10:00', '2026-01-14') });
    f.clock.at = at('08:00', '2026-01-14');
    await f.plan();
    // The urgent one takes what else waits along.
    expect(await f.messages(resident)).toMatchObject([
      { urgent: true, notices: expect.arrayContaining([urgent, routine]) },
    ]);
    expect(await f.standing(routine)).toMatchObject({ status: 'queued', reason: null, until: null });
  });

  it('what is routine leaves once a day, also when the first one has left', async () => {
    const { resident, journey } = await f.invited();
    f.clock.at = at('10:30');
    await f.notice(journey, { key: 'first' });
    await f.plan();
    await f.sendAll();
    const second = await f.notice(journey, { key: 'second' });
    await f.plan();
    expect(await f.standing(second)).toMatchObject({ status: 'held', reason: 'daily-limit' });
    expect(await f.messages(resident)).toHaveLength(1);
    f.clock.at = at('10:00', '2026-01-14');
    await f.plan();
    expect(await f.messages(resident)).toMatchObject([{ status: 'sent' }, { notices: [second] }]);
  });

  it('what comes while a message still waits joins it, also days later, and makes it urgent if it is', async () => {
    const { resident, journey } = await f.invited();
    f.clock.at = at('10:30');
    const first = await f.notice(journey, { key: 'first' });
    await f.plan();
    f.clock.at = at('11:00', '2026-01-14');
    const second = await f.notice(journey, { key: 'second', urgent: true });
    await f.plan();
    expect(await f.messages(resident)).toMatchObject([
      { urgent: true, notices: expect.arrayContaining([first, second]) },
    ]);
  });

  it('who has died or wants none of it is not told, and what came too late expires', async () => {
    const [dead, out, late] = [await f.invited(), await f.invited(), await f.invited()];
    f.clock.at = at('10:30');
    const keys = [
      await f.notice(dead.journey, { key: 'dead' }),
      await f.notice(out.journey, { key: 'out', purpose: 'invitation' }),
      await f.notice(late.journey, { key: 'late', dueAt: at('10:00', '2026-01-05') }),
    ];
    await residentDied(f.store, f.callers.district, {
      resident: dead.resident,
      idempotencyKey: asEventId(`died-${dead.resident}`),
    });
    await f.query(`update notice set status = 'queued' where key = $1`, [keys[0]]);
    const no = { channel: '*', purpose: 'invitation', allowed: false } as const;
    await setContactPreference(f.store, out.resident, no, 'test');
    await f.plan();
    const standings = await Promise.all(keys.map(async (key) => (await f.standing(key)).status));
    expect(standings).toEqual(['suppressed', 'suppressed', 'expired']);
    for (const { resident } of [dead, out, late]) expect(await f.messages(resident)).toEqual([]);
  });

  it('goes through the channels in the order of the resident, then is work for a person', async () => {
    const { resident, journey } = await f.invited();
    await f.query(`update resident set channels = '{email,sms}' where id = $1`, [resident]);
    f.clock.at = at('10:30');
    const key = await f.notice(journey, { key: 'channels' });
    for (const channel of ['email', 'sms']) {
      await f.plan();
      expect(await f.messages(resident)).toMatchObject(
        channel === 'email' ? [{ channel }] : [{ channel: 'email', status: 'failed' }, { channel }],
      );
      const claimed = await f.claim(channel as 'email' | 'sms');
      await finishMessages(
        f.store,
        claimed.map(({ id, attempts }) => ({
          ...{ id, attempts, error: 'no such address', badAddress: true },
          status: 'failed',
        })),
      );
    }
    await f.plan();
    expect(await f.standing(key)).toMatchObject({ status: 'failed', error: 'no such address' });
    expect(await f.messages(resident)).toHaveLength(2);
  });

  it('a wish against one channel, or no address there, takes the next', async () => {
    const [noSms, noPhone] = [await f.invited(), await f.invited()];
    const no = { channel: 'sms', purpose: '*', allowed: false } as const;
    await setContactPreference(f.store, noSms.resident, no, 'test');
    await f.query('update resident set phone = null where id = $1', [noPhone.resident]);
    f.clock.at = at('10:30');
    for (const { journey, resident } of [noSms, noPhone]) {
      await f.notice(journey, { key: 'next' });
      await f.plan();
      expect(await f.messages(resident)).toMatchObject([{ channel: 'email' }]);
    }
  });

  it('says whether it is the record that lacks an address or this place that lacks a provider', async () => {
    const [nowhere, emailOnly] = [await f.invited(), await f.invited()];
    await f.query('update resident set phone = null, email = null where id = $1', [nowhere.resident]);
    await f.query('update resident set phone = null where id = $1', [emailOnly.resident]);
    f.clock.at = at('10:30');
    const keys = [
      await f.notice(nowhere.journey, { key: 'nowhere' }),
      await f.notice(emailOnly.journey, { key: 'email-only' }),
    ];
    expect(await planMessages(f.store, { channels: [] })).toBe('done');
    expect(await f.standing(keys[0]!)).toMatchObject({ status: 'queued' });
    await planMessages(f.store, { channels: ['sms'] });
    expect(await f.standing(keys[0]!)).toMatchObject({ status: 'failed', error: 'no-address' });
    expect(await f.standing(keys[1]!)).toMatchObject({ status: 'failed', error: 'no-provider' });
  });

  it('waits for a public holiday to end where the district says so', async () => {
    const { resident, journey } = await f.invited();
    const district = f.organisations.get('D')!;
    const rules = { ...defaultMessagingRules, publicHolidays: 'wait' as const };
    await setMessagingRules(f.store, district, rules, 'test');
    f.clock.at = at('10:30', '2026-02-17');
    const key = await f.notice(journey, { key: 'festival' });
    await f.plan();
    expect(await f.standing(key)).toMatchObject({ status: 'held', reason: 'public-holiday' });
    expect(await f.messages(resident)).toEqual([]);
    await setMessagingRules(f.store, district, defaultMessagingRules, 'test');
  });

  it('a message that waited for the longest of holidays leaves after it', async () => {
    const { resident, journey } = await f.invited();
    const district = f.organisations.get('D')!;
    await setMessagingRules(f.store, district, { ...defaultMessagingRules, publicHolidays: 'wait' }, 'test');
    // The evening before the Spring Festival of 2026, from 15 to 23 February.
    f.clock.at = at('21:00', '2026-02-14');
    const key = await f.notice(journey, { key: 'festival' });
    await f.plan();
    expect(await f.standing(key)).toMatchObject({ status: 'held', until: at('10:00', '2026-02-24') });
    f.clock.at = at('10:00', '2026-02-24');
    await f.plan();
    expect(await f.messages(resident)).toMatchObject([{ status: 'queued', notices: [key] }]);
    await setMessagingRules(f.store, district, defaultMessagingRules, 'test');
  });

  it('while everything that leaves is held nothing is planned, and it goes on by itself', async () => {
    const { resident, journey } = await f.invited();
    f.clock.at = at('10:30');
    const key = await f.notice(journey, { key: 'restore' });
    await holdOutgoing(f.store, 'restored', 'test');
    expect(await f.plan()).toBe('done');
    expect(await f.standing(key)).toMatchObject({ status: 'held', reason: 'outgoing-held', until: null });
    expect(await f.plan()).toBe('done');
    await releaseOutgoing(f.store, 'test');
    await f.plan();
    expect(await f.messages(resident)).toMatchObject([{ notices: [key] }]);
  });

  it('plans in batches until all is planned, each notice once, whoever else plans', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => f.invited()));
    f.clock.at = at('10:30');
    for (const { journey } of made) await f.notice(journey, { key: 'batch' });
    const twoChannels = { channels: ['sms', 'email'], limit: 2 } as const;
    expect(await planMessages(f.store, twoChannels)).toBe('more');
    for (let round = 0; round < 5; round++)
      await Promise.all([planMessages(f.store, twoChannels), planMessages(f.store, twoChannels)]);
    for (const { resident } of made) expect(await f.messages(resident)).toHaveLength(1);
  });
});
