import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { recordInbound, type ReplyMeaning } from '../../../store/messages/record-inbound.ts';
import { contactPreferences } from '../../../store/messages/preferences.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';

let f: PlanFixture;
beforeAll(async () => {
  f = await planFixture();
});
afterAll(() => f.close());

let count = 0;
const reply = (
  from: string,
  meaning: ReplyMeaning,
  id = `reply-${++count}`,
): ReturnType<typeof recordInbound> =>
  recordInbound(f.store, { provider: 'test', id, from, text: meaning, at: f.clock.at }, meaning);

const outcome = async (id: string): Promise<string | undefined> =>
  (await f.query<{ outcome: string }>('select outcome from inbound_message where id = $1', [id]))[0]?.outcome;

/** A resident to whom a question went by SMS. */
async function askedBySms(asks: readonly string[] = ['confirm', 'another-time']) {
  f.clock.at = Date.parse('2026-01-13T10:30:00+08:00');
  const { resident, journey } = await f.invited();
  const key = await f.notice(journey, { key: 'asked' });
  await f.query('update notice set asks = $2 where key = $1', [key, asks]);
  await f.plan();
  await f.sendAll();
  const [sent] = await f.query<{ address: string }>(`select address from message where recipient_id = $1`, [
    resident,
  ]);
  return { resident, journey, from: sent?.address ?? '' };
}

const answers = (journey: JourneyId): Promise<{ answer: string; by: string }[]> =>
  f.query(
    `select event->>'answer' as answer, actor_kind as by from journey_event
     where journey_id = $1 and kind = 'ResidentAnswered' order by seq`,
    [journey],
  );

it('1 and 2 answer what was asked last, each once', async () => {
  const { journey, from } = await askedBySms();
  expect(from).toMatch(/^\+86\d{11}$/u);
  expect(await reply(from, 'confirmed', 'one')).toBe('new');
  expect(await reply(from, 'confirmed', 'one')).toBe('known');
  expect(await reply(from, 'another-time', 'two')).toBe('new');
  expect(await answers(journey)).toEqual([
    { answer: 'confirmed', by: 'resident' },
    { answer: 'another-time', by: 'resident' },
  ]);
  expect(await outcome('two')).toBe('another-time');
});

it('stop ends text messages, and nothing else', async () => {
  const { resident, journey, from } = await askedBySms();
  expect(await reply(from, 'stop', 'stop')).toBe('new');
  expect(await contactPreferences(f.store, resident)).toEqual([
    { channel: 'sms', purpose: '*', allowed: false },
  ]);
  expect(await answers(journey)).toEqual([]);
  await f.notice(journey, { key: 'later' });
  f.clock.at += 24 * 3_600_000;
  await f.plan();
  expect((await f.messages(resident)).filter(({ channel }) => channel === 'sms')).toHaveLength(1);
});

it('what answers nothing is kept for a person, and a number that nobody was written to is said to be none of ours', async () => {
  const { journey, from } = await askedBySms([]);
  expect(await reply(from, 'confirmed', 'unasked')).toBe('new');
  expect(await outcome('unasked')).toBe('nothing-asked');
  expect(await reply(from, 'other', 'words')).toBe('new');
  expect(await outcome('words')).toBe('to-be-read');
  expect(await reply('+8610000000000', 'stop', 'stranger')).toBe('unmatched');
  expect(await outcome('stranger')).toBe('unmatched');
  expect(await answers(journey)).toEqual([]);
});

it('an answer to what is closed by now is kept with the refusal', async () => {
  const { journey, from } = await askedBySms();
  await f.query(`update notice set step = 'visit#9' where journey_id = $1`, [journey]);
  expect(await reply(from, 'confirmed', 'late')).toBe('new');
  expect(await outcome('late')).toMatch(/^refused: /u);
});
