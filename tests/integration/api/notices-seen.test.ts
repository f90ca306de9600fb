import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordInbound } from '../../../store/messages/record-inbound.ts';
import { unreadFor } from '../../../store/messages/unread-for.ts';
import { holdOutgoing, releaseOutgoing } from '../../../store/outgoing.ts';
import { freshKey, type ApiFixture, type User } from '../../support/api-fixture.ts';
import { noSuchNumber, noticeFixture, type NoticeFixture } from '../../support/notice-fixture.ts';
import type { PlanFixture } from '../../support/plan-fixture.ts';
import { runYilu } from '../../support/run-yilu.ts';
import { fixtureStart } from '../../support/store-fixture.ts';

let fixture: NoticeFixture;
let api: ApiFixture;
let f: PlanFixture;
beforeAll(async () => {
  fixture = await noticeFixture();
  ({ api, plans: f } = fixture);
});
afterAll(() => api.close());
beforeEach(async () => {
  await f.clear();
  api.clock.at = fixtureStart;
});

describe('what residents write', () => {
  /** @returns how many unread replies a digest to somebody would tell of */
  const inDigestOf = async (user: User): Promise<number> => {
    const [digest] = await f.query<{ id: string }>(
      `insert into message (channel, recipient_kind, recipient_id, district_id, address, locale, kind, due_at)
       values ('email', 'staff', $1, $2, 'doctor@example.org', 'zh', 'digest', now()) returning id`,
      [api.staff.get(user), api.organisations.get('D')],
    );
    return (await unreadFor(api.store.pool, [digest!.id])).get(digest!.id) ?? 0;
  };

  it('stands on the timeline and in the list of what is unread, until somebody has read it', async () => {
    const { journey } = await fixture.invited();
    await f.plan();
    await fixture.send({ status: 'sent' });
    const [sent] = await f.query<{ address: string }>(
      `select m.address from message m join message_notice mn on mn.message_id = m.id
       join notice n on n.key = mn.notice_key where n.journey_id = $1`,
      [journey],
    );
    const reply = {
      provider: 'test',
      id: freshKey(),
      from: sent!.address,
      text: '要空腹吗？',
      at: api.clock.at,
    };
    expect(await recordInbound(api.store, reply, 'other')).toBe('new');
    await recordInbound(api.store, { ...reply, id: freshKey(), from: '+8610000000000' }, 'other');
    const unread = async (as: User) => {
      const items = (await api.get('/api/v1/replies?unread=true', { as })).body['items'];
      return items as { id: number; text: string; journeys: string[]; from: string }[];
    };
    const [found, ...others] = await unread('centre0');
    expect(others).toEqual([]);
    expect(found).toMatchObject({ text: '要空腹吗？', journeys: [journey], outcome: 'to-be-read' });
    expect(found!.from).toMatch(/^199\*\*\*\*/u);
    expect(await unread('centre1')).toEqual([]);
    expect((await fixture.ofJourney(journey)).replies).toMatchObject([{ text: '要空腹吗？', read: null }]);
    expect(await inDigestOf('centre0')).toBe(1);
    expect(await inDigestOf('centre1')).toBe(0);
    const listed = await runYilu(api.url, 'replies');
    expect(listed.out).toContain('"要空腹吗？"');
    expect(listed.out).not.toContain(sent!.address.slice(3));
    expect((await runYilu(api.url, 'replies', 'read', '999')).code).toBe(1);
    const read = (as: User) => api.post(`/api/v1/replies/${found!.id}/read`, {}, { as });
    expect((await read('centre1')).status).toBe(404);
    expect((await read('administrator')).status).toBe(403);
    expect((await read('centre0')).status).toBe(200);
    expect((await read('district')).status).toBe(200);
    expect(await unread('centre0')).toEqual([]);
    expect(await inDigestOf('centre0')).toBe(0);
    expect((await fixture.ofJourney(journey)).replies).toMatchObject([{ read: { by: '家医零' } }]);
    expect((await runYilu(api.url, 'replies')).out).not.toContain('要空腹吗');
  }, 30_000);
});

describe('the metrics', () => {
  const page = async (): Promise<ReadonlyMap<string, number>> => {
    const answer = await api.get('/metrics', { as: null });
    const lines = (answer.body['text'] as string).split('\n').filter((line) => !line.startsWith('#'));
    return new Map(
      lines.map((line) => {
        const cut = line.lastIndexOf(' ');
        return [line.slice(0, cut), Number(line.slice(cut + 1))];
      }),
    );
  };
  const oldest = 'yilu_notice_oldest_seconds{to="resident"}';
  const at = (text: string): number => Date.parse(`${text}+08:00`);

  it('count what waits and what failed, and say how long the oldest has been free to leave', async () => {
    const before = await page();
    api.clock.at = at('2026-01-05T19:50');
    await fixture.invited();
    await f.plan();
    api.clock.at = at('2026-01-05T19:55');
    const waits = await page();
    expect(waits.get('yilu_messages{channel="sms",status="queued"}')).toBe(1);
    expect(waits.get('yilu_notices{status="queued",reason=""}')).toBe(1);
    expect(waits.get(oldest)).toBe(300);
    // It sleeps on purpose, and is late again when the morning has come.
    api.clock.at = at('2026-01-05T23:00');
    expect((await page()).get(oldest)).toBe(0);
    api.clock.at = at('2026-01-06T08:10');
    expect((await page()).get(oldest)).toBe(600);
    await fixture.send(noSuchNumber);
    await f.plan();
    const after = await page();
    const failedMessages = 'yilu_messages{channel="sms",status="failed"}';
    expect((after.get(failedMessages) ?? 0) - (before.get(failedMessages) ?? 0)).toBe(1);
    await f.query(
      `update notice set status = 'held', hold_reason = 'routine-hour', held_until = $1 where status = 'queued'`,
      ['2026-01-06T10:00+08:00'],
    );
    expect((await page()).get('yilu_notices{status="held",reason="routine-hour"}')).toBeGreaterThan(0);
  });

  it('hold their breath while everything that leaves is held', async () => {
    await fixture.invited();
    api.clock.at += 60_000;
    expect((await page()).get(oldest)).toBe(60);
    await holdOutgoing(api.store, 'test', 'test');
    expect((await page()).get(oldest)).toBe(0);
    await releaseOutgoing(api.store, 'test');
  });
});

describe('at the command line', () => {
  it('lists, says why not, sends again and cancels', async () => {
    const { journey, key } = await fixture.invited();
    await f.plan();
    await fixture.send({ status: 'unknown', error: 'ETIMEDOUT' });
    const listed = await runYilu(api.url, 'notices', 'list', '--journey', journey);
    expect(listed.out).toContain('短信是否送达不明：网关没有答复（ETIMEDOUT）');
    expect(listed.out).toContain(key);
    // The command's clock is the real one: by then the invitation is long past.
    await f.query(`update notice set expires_at = now() + interval '1 day' where key = $1`, [key]);
    const not = await runYilu(api.url, 'notices', 'retry', key);
    expect([not.code, not.err]).toEqual([1, expect.stringContaining('may arrive twice')]);
    const message = (await fixture.ofJourney(journey)).messages[0]!.id;
    const again = await runYilu(
      ...([api.url, 'notices', 'retry', message, '--again', '--reason', '没有收到', '--by', '值班'] as const),
    );
    expect([again.code, again.err]).toEqual([0, '']);
    expect(
      (await runYilu(api.url, 'notices', 'cancel', key, '--reason', '已告知', '--by', '值班')).code,
    ).toBe(0);
    const shown = await runYilu(api.url, 'journey', journey);
    expect(shown.out).toContain('通知 居民：短信是否送达不明');
    expect(shown.out).toMatch(/值班 重发（没有收到）[\s\S]*值班 取消（已告知）/u);
    expect((await runYilu(api.url, 'notices', 'cancel', 'nothing', '--reason', 'x')).code).toBe(1);
  }, 30_000);
});
