import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { digestContent, type DigestContent } from '../../../store/messages/digest-content.ts';
import { finishMessages } from '../../../store/messages/finish.ts';
import { setMessagingRules } from '../../../store/messages/rules.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { withClient } from '../../../store/transaction.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';

let f: PlanFixture;
let doctor: string;
let journey: JourneyId;
beforeAll(async () => {
  f = await planFixture();
  doctor = f.staff.get('centre0')!;
  ({ journey } = await f.invited());
});
afterAll(() => f.close());
beforeEach(async () => {
  await f.clear();
  await f.query('delete from inbound_message');
  await f.query('delete from message_notice');
  await f.query('delete from message');
  await f.query('delete from digest_day');
});

/** On the clock of the district. 2026-01-13 is a Tuesday; 1 to 3 January are a holiday, and Sunday the 4th is worked. */
const at = (time: string, day = '2026-01-13'): number => Date.parse(`${day}T${time}:00+08:00`);
const toDoctor = (key: string, urgent = false): Promise<string> =>
  f.notice(journey, { key, urgent, role: 'family-doctor', purpose: 'work' });

describe('what staff are told at once', () => {
  it('is what is urgent, at any hour', async () => {
    f.clock.at = at('22:00');
    const key = await toDoctor('urgent-night', true);
    await f.plan();
    expect(await f.messages(doctor)).toEqual([
      { channel: 'email', status: 'queued', kind: 'notice', urgent: true, notices: [key] },
    ]);
    expect(await f.standing(key)).toMatchObject({ status: 'queued', flag: null });
  });

  it('goes to who stands in when nobody has an address, and says so', async () => {
    const other = await f.invited();
    await f.query(`update journey set centre_id = $2 where id = $1`, [
      other.journey,
      f.organisations.get('C2'),
    ]);
    await upsertStaff(f.store, [
      {
        ...{ code: 'centre1', name: '家医一', role: 'family-doctor', organisation: 'C1' },
        phone: '13900000000',
      },
    ]);
    f.clock.at = at('10:00');
    const key = await f.notice(other.journey, { key: 'deputy', role: 'family-doctor', urgent: true });
    await f.plan();
    // The deputy of the doctor of that centre.
    expect(await f.messages(f.staff.get('centre1')!)).toMatchObject([{ channel: 'sms', notices: [key] }]);
    expect(await f.standing(key)).toMatchObject({ status: 'queued', flag: 'nobody-reachable', rank: 1 });
  });

  it('fails with a flag when nobody at all can be told', async () => {
    f.clock.at = at('10:00');
    const key = await f.notice(journey, { key: 'nobody', role: 'radiologist', urgent: true });
    await f.plan();
    expect(await f.standing(key)).toMatchObject({ status: 'failed', flag: 'nobody-reachable' });
  });

  it('goes on to the next in rank when the message fails', async () => {
    await upsertStaff(f.store, [
      {
        ...{ code: 'district', name: '区协调', role: 'district-coordinator', organisation: 'D' },
        email: 'district@example.org',
      },
    ]);
    f.clock.at = at('10:00');
    const key = await toDoctor('refused', true);
    await f.plan();
    const [claimed] = await f.claim('email');
    await finishMessages(f.store, [
      { id: claimed!.id, attempts: 1, status: 'failed', error: 'refused', badAddress: true },
    ]);
    await f.plan();
    expect(await f.messages(f.staff.get('district')!)).toMatchObject([{ kind: 'notice', notices: [key] }]);
    expect(await f.standing(key)).toMatchObject({ rank: 4, flag: 'nobody-reachable' });
  });
});

/** @returns what the doctor's digests say now */
const contentOf = async (): Promise<DigestContent[]> => {
  const found = await f.query<{ id: string }>(
    `select id from message where recipient_id = $1 and kind = 'digest' order by key`,
    [doctor],
  );
  const ids = found.map(({ id }) => id);
  const contents = await withClient(f.store.pool, (client) => digestContent(f.store, client, ids));
  return ids.map((id) => contents.get(id)!);
};

describe('the digest', () => {
  it('of the next working morning takes what is not urgent, once, however often it is planned', async () => {
    f.clock.at = at('09:00', '2026-01-09');
    await f.plan();
    f.clock.at = at('15:00', '2026-01-09');
    const key = await toDoctor('friday');
    await f.plan();
    expect(await f.standing(key)).toMatchObject({
      status: 'held',
      reason: 'digest',
      until: at('08:30', '2026-01-12'),
    });
    f.clock.at = at('12:00', '2026-01-10');
    await f.plan();
    f.clock.at = at('08:29', '2026-01-12');
    await f.plan();
    expect(await f.messages(doctor)).toEqual([]);
    f.clock.at = at('08:30', '2026-01-12');
    await Promise.all([f.plan(), f.plan(), f.plan()]);
    await f.plan();
    const digest = { channel: 'email', kind: 'digest', status: 'queued', urgent: false };
    expect(await f.messages(doctor)).toEqual([{ ...digest, notices: [key] }]);
    expect(await contentOf()).toMatchObject([
      {
        escalated: {
          total: 1,
          items: [{ journey, step: 'questions#1', surname: '居', title: { zh: '问卷' } }],
        },
      },
    ]);
    await f.sendAll();
    expect(await f.standing(key)).toMatchObject({ status: 'sent' });
  });

  it('is not made on a holiday, and is on a Sunday that is worked', async () => {
    const made = async (day: string): Promise<number> => {
      f.clock.at = at('09:00', day);
      await f.plan();
      return (await f.query('select 1 from digest_day')).length;
    };
    await f.query(`update open_step set due_at = $2 where journey_id = $1`, [journey, '2025-12-30']);
    const days = ['2026-01-02', '2026-01-03', '2026-01-04', '2026-01-05'];
    const counts: number[] = [];
    for (const day of days) counts.push(await made(day));
    expect(counts).toEqual([0, 0, 1, 2]);
    expect(await f.messages(doctor)).toHaveLength(2);
    // Nobody is sent an empty one.
    expect(await f.messages(f.staff.get('district')!)).toEqual([]);
  });

  it('says what is overdue, due today and new, each once', async () => {
    await f.query(`delete from open_step where journey_id <> $1`, [journey]);
    f.clock.at = at('09:00', '2026-01-12');
    await f.plan();
    const [overdue, today, fresh, later] = await Promise.all([
      f.invited(),
      f.invited(),
      f.invited(),
      f.invited(),
    ]);
    const step = (id: JourneyId, dueAt: number, openedAt: number) =>
      f.query(`update open_step set due_at = $2, opened_at = $3 where journey_id = $1`, [
        id,
        new Date(dueAt),
        new Date(openedAt),
      ]);
    const long = at('09:00', '2026-01-06');
    await step(journey, at('09:00', '2026-01-20'), long);
    await step(overdue.journey, at('09:00', '2026-01-12'), long);
    await step(today.journey, at('17:00'), at('12:00', '2026-01-12'));
    await step(fresh.journey, at('09:00', '2026-01-20'), at('12:00', '2026-01-12'));
    await step(later.journey, at('00:00', '2026-01-14'), long);
    f.clock.at = at('10:00');
    await f.plan();
    const content = (await contentOf()).at(-1)!;
    const journeys = Object.entries(content).map(([name, { total, items }]) => [
      name,
      total,
      items.map((item) => item.journey),
    ]);
    expect(journeys).toEqual([
      ['escalated', 0, []],
      ['overdue', 1, [overdue.journey]],
      ['dueToday', 1, [today.journey]],
      ['new', 1, [fresh.journey]],
    ]);
  });

  it('is made for whoever has a step of a resident whose words nobody has read, until somebody has', async () => {
    const made = async (day: string): Promise<number> => {
      await f.query('delete from message where recipient_id = $1', [doctor]);
      f.clock.at = at('09:00', day);
      await f.plan();
      return (await f.messages(doctor)).length;
    };
    await f.query(`delete from open_step where journey_id <> $1`, [journey]);
    await f.query(`update open_step set due_at = $2, opened_at = $3 where journey_id = $1`, [
      ...[journey, new Date(at('09:00', '2026-02-20')), new Date(at('09:00', '2026-01-01'))],
    ]);
    expect(await made('2026-01-12')).toBe(0);
    f.clock.at = at('11:00', '2026-01-12');
    const key = await f.notice(journey, { key: 'asked' });
    await f.plan();
    await f.sendAll();
    await f.query(
      `insert into inbound_message (provider, id, sender, text, outcome, message_id)
       select 'test', 'r1', '+8619900000001', '我胸口疼', 'to-be-read', message_id from message_notice where notice_key = $1`,
      [key],
    );
    expect(await made('2026-01-13')).toBe(1);
    await f.query(`update inbound_message set read_at = now(), read_by = 'test'`);
    expect(await made('2026-01-14')).toBe(0);
  });

  it('follows the hour of the district, and tells at once who stands in for somebody without an address', async () => {
    const rules = { ...defaultMessagingRules, digestAt: '14:00' };
    await setMessagingRules(f.store, f.organisations.get('D')!, rules, 'test');
    await f.query('update staff set email = null where id = $1', [doctor]);
    f.clock.at = at('13:00');
    const key = await toDoctor('without-address');
    await f.plan();
    expect(await f.standing(key)).toMatchObject({ reason: 'digest', until: at('14:00') });
    f.clock.at = at('14:00');
    await f.plan();
    expect(await f.messages(doctor)).toEqual([]);
    expect(await f.messages(f.staff.get('district')!)).toMatchObject([{ kind: 'notice', notices: [key] }]);
    expect(await f.standing(key)).toMatchObject({ status: 'queued', flag: 'nobody-reachable', rank: 4 });
  });
});
