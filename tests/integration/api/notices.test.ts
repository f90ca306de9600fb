import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { claimMessages } from '../../../store/messages/claim.ts';
import { recordReceipt } from '../../../store/messages/record-receipt.ts';
import { freshKey, type ApiFixture, type User } from '../../support/api-fixture.ts';
import { noticeFixture, type NoticeFixture, type SeenNotice } from '../../support/notice-fixture.ts';
import type { PlanFixture } from '../../support/plan-fixture.ts';
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

describe('GET /notices', () => {
  it('says what became of each, and shows no address in full and no words', async () => {
    const { journey } = await fixture.invited();
    await f.plan();
    await fixture.send({ status: 'delivered', providerId: 'p1' });
    const answer = await api.get(`/api/v1/notices?journey=${journey}`);
    const [notice] = answer.body['items'] as SeenNotice[];
    expect(notice).toMatchObject({
      step: 'invitation#1',
      template: 'welcome',
      status: 'delivered',
      fate: '短信已送达 10:00',
      messages: [
        { channel: 'sms', status: 'delivered', provider: 'test', attempts: 1, to: { kind: 'resident' } },
      ],
    });
    expect(notice!.messages[0]!.address).toMatch(/^199\*\*\*\*\d{4}$/u);
    expect(JSON.stringify(answer.body)).not.toMatch(/1990000\d{4}|"text"|"subject"/u);
    const english = await api.get(`/api/v1/notices?journey=${journey}`, { language: 'en' });
    expect((english.body['items'] as SeenNotice[])[0]!.fate).toBe('SMS delivered 10:00');
  });

  it('ends at the reach of the caller, and is filtered', async () => {
    const here = await fixture.invited('C0');
    const there = await fixture.invited('C1');
    const keys = async (query: string, as?: User): Promise<string[]> =>
      (await fixture.list(query, as)).map(({ key }) => key);
    expect(await keys('status=queued', 'centre1')).toEqual([there.key]);
    expect(await keys(`journey=${here.journey}`, 'centre1')).toEqual([]);
    expect((await keys('status=queued')).toSorted()).toEqual([here.key, there.key].toSorted());
    await f.plan();
    expect(await keys('status=queued&channel=email')).toEqual([]);
    expect(await keys('status=queued&channel=sms&purpose=invitation')).toHaveLength(2);
    expect(await keys('status=queued&purpose=reminder')).toEqual([]);
    expect(await keys('status=queued&to=2026-01-05T10:00:00%2B08:00')).toEqual([]);
    expect(await keys('status=queued&from=2026-01-05T10:00:00%2B08:00')).toHaveLength(2);
    const [row] = await f.query<{ id: string }>('select resident_id as id from journey where id = $1', [
      here.journey,
    ]);
    expect(await keys(`resident=${row!.id}`)).toEqual([here.key]);
  });

  it('is paged by key', async () => {
    for (let i = 0; i < 3; i++) {
      api.clock.at += 1000;
      await fixture.invited();
    }
    const whole = await fixture.list('status=queued');
    const seen: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page++) {
      const answer = await api.get(`/api/v1/notices?status=queued&limit=1${after}`);
      seen.push(...(answer.body['items'] as SeenNotice[]).map(({ key }) => key));
      after = `&after=${String(answer.body['next'])}`;
      expect(answer.body['next'] === null).toBe(page === 2);
    }
    expect(seen).toEqual(whole.map(({ key }) => key));
    expect((await api.get('/api/v1/notices?after=x')).status).toBe(400);
  });
});

describe('sending again', () => {
  it('what failed leaves anew, by the address on record now; who did so stays on record', async () => {
    const { journey, key } = await fixture.failed();
    expect(await fixture.ofJourney(journey)).toMatchObject({
      status: 'failed',
      fate: expect.stringContaining('→ 由中心更正联系方式') as string,
    });
    await f.query(
      `update resident set phone = '19911112222' where id = (select resident_id from journey where id = $1)`,
      [journey],
    );
    const answer = await fixture.order('retry', key, { reason: '号码已更正' });
    expect([answer.status, answer.body['status']]).toEqual([200, 'queued']);
    await f.plan();
    expect(await fixture.send({ status: 'sent' })).toBe(1);
    const notice = await fixture.ofJourney(journey);
    expect(notice).toMatchObject({
      status: 'sent',
      messages: [{ status: 'failed' }, { status: 'sent', address: '199****2222' }],
      actions: [{ action: 'retry', reason: '号码已更正', by: '家医零', again: false }],
    });
    expect(notice.fate).toBe('短信失败：号码不存在或无法接收（no-such-number）；短信已发出 10:00');
  });

  it('the same order twice is one, and its key is good for no other', async () => {
    const { key } = await fixture.failed();
    const again = freshKey();
    expect((await fixture.order('retry', key, {}, 'centre0', again)).status).toBe(200);
    const repeated = await fixture.order('retry', key, {}, 'centre0', again);
    expect([repeated.status, repeated.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((await fixture.order('retry', key, { reason: 'x' }, 'centre0', again)).body['code']).toBe(
      'IdempotencyKeyReused',
    );
    expect(repeated.body['actions']).toHaveLength(1);
  });

  it('what may have arrived needs "again" and a reason, as it may arrive twice', async () => {
    const { journey, key } = await fixture.invited();
    await f.plan();
    await fixture.send({ status: 'unknown', error: 'ETIMEDOUT' });
    for (const body of [{}, { again: true }, { reason: '没有收到' }]) {
      const refusal = await fixture.order('retry', key, body);
      expect([refusal.status, refusal.body['code']]).toEqual([409, 'MayArriveTwice']);
      expect(refusal.body['detail']).toContain('收到两次');
    }
    expect((await fixture.order('retry', key, { again: true, reason: '没有收到' })).status).toBe(200);
    await f.plan();
    // It counts as a message of that day, since it may have been one.
    expect(await fixture.ofJourney(journey)).toMatchObject({ status: 'held', holdReason: 'daily-limit' });
    api.clock.at += 86_400_000;
    await f.plan();
    expect(await fixture.send({ status: 'delivered' })).toBe(1);
    expect((await fixture.ofJourney(journey)).messages.map(({ status }) => status)).toEqual([
      'unknown',
      'delivered',
    ]);
  });

  it('the address is worth a try again, although it was found to be bad', async () => {
    const { journey, key } = await fixture.failed();
    expect((await fixture.order('retry', key, { reason: '居民说可以收到' })).status).toBe(200);
    await f.plan();
    expect(await fixture.send({ status: 'delivered' })).toBe(1);
    expect((await fixture.ofJourney(journey)).status).toBe('delivered');
  });

  it('what arrived after all, by a receipt that came late, is not sent again', async () => {
    const { journey, key } = await fixture.invited();
    await f.plan();
    await fixture.send({ status: 'unknown', error: 'ETIMEDOUT' });
    await fixture.order('retry', key, { again: true, reason: '没有收到' });
    await f.plan();
    const [message] = (await fixture.ofJourney(journey)).messages;
    await recordReceipt(api.store, {
      ...{ provider: 'test', receiptId: freshKey(), messageId: message!.id, status: 'delivered' },
    });
    api.clock.at += 86_400_000;
    await f.plan();
    expect(await fixture.send({ status: 'sent' })).toBe(0);
    expect(await fixture.ofJourney(journey)).toMatchObject({ status: 'delivered', fate: '短信已送达 10:00' });
  });

  it('nothing else is sent again: what left, what expired, what is pointless', async () => {
    const sent = await fixture.invited();
    await f.plan();
    await fixture.send({ status: 'sent' });
    expect((await fixture.order('retry', sent.key, {})).body['code']).toBe('NotFailed');
    const late = await fixture.failed();
    api.clock.at += 8 * 86_400_000;
    expect((await fixture.order('retry', late.key, {})).body['code']).toBe('Expired');
    expect((await fixture.ofJourney(late.journey)).status).toBe('failed');
    api.clock.at = fixtureStart;
    const closed = await fixture.failed();
    await f.query(`update notice set step = 'questions#9' where key = $1`, [closed.key]);
    expect((await fixture.order('retry', closed.key, {})).body['code']).toBe('StepNotOpen');
  });

  it('is for those who look after the resident', async () => {
    const { key } = await fixture.failed();
    expect((await fixture.order('retry', key, {}, 'administrator')).status).toBe(403);
    expect((await fixture.order('retry', key, {}, 'centre1')).status).toBe(404);
    expect((await fixture.order('retry', `${key}x`, {})).status).toBe(404);
  });
});

describe('cancelling', () => {
  it('what waits does not leave, and the timeline says who said so and why', async () => {
    const { journey, key } = await fixture.invited();
    await f.plan();
    expect((await fixture.order('cancel', key, {})).status).toBe(400);
    expect((await fixture.order('cancel', key, { reason: '已电话告知' })).body).toMatchObject({
      status: 'superseded',
      fate: '已取消：已电话告知',
      actions: [{ action: 'cancel', by: '家医零', reason: '已电话告知' }],
    });
    expect(await fixture.send({ status: 'sent' })).toBe(0);
    const log = (await api.get(`/api/v1/journeys/${journey}/timeline`)).body['items'] as {
      notices: SeenNotice[];
    }[];
    expect(log.flatMap(({ notices }) => notices.map(({ fate }) => fate))).toContain('已取消：已电话告知');
  });

  it('what is being sent cannot be taken back', async () => {
    const { key } = await fixture.invited();
    await f.plan();
    const claimed = await f.claim('sms');
    expect(claimed).toHaveLength(1);
    const refusal = await fixture.order('cancel', key, { reason: 'x' });
    expect([refusal.status, refusal.body['code']]).toEqual([409, 'BeingSent']);
    expect(refusal.body['detail']).toContain('正在发送');
  });

  it('an order that comes while a message is being written waits, and is then too late', async () => {
    const { journey, key } = await fixture.invited();
    await f.plan();
    const [writing, mayGoOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const claimed = claimMessages(api.store, {
      ...{ channel: 'sms', limit: 10, provider: 'test', quietDistricts: [] },
      async write(_client, messages) {
        writing.resolve();
        await mayGoOn.promise;
        return new Map(messages.map(({ id }) => [id, { subject: '', text: 't', segments: 1, extra: {} }]));
      },
    });
    await writing.promise;
    const cancelled = fixture.order('cancel', key, { reason: '太迟' });
    await vi.waitUntil(async () => {
      const waiting = await f.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    mayGoOn.resolve();
    expect(await claimed).toHaveLength(1);
    expect((await cancelled).body['code']).toBe('BeingSent');
    expect((await fixture.ofJourney(journey)).status).toBe('sending');
  });

  it('at the very moment of the claim, one of the two wins and the other knows it', async () => {
    const journeys: { key: string }[] = [];
    for (let i = 0; i < 8; i++) journeys.push(await fixture.invited());
    await f.plan();
    const [claimed, ...orders] = await Promise.all([
      f.claim('sms'),
      ...journeys.map(({ key }) => fixture.order('cancel', key, { reason: '竞争' })),
    ]);
    const carried = await f.query<{ key: string }>(
      'select notice_key as key from message_notice where message_id = any($1)',
      [claimed.map(({ id }) => id)],
    );
    const leaving = new Set(carried.map(({ key }) => key));
    journeys.forEach(({ key }, i) =>
      expect([orders[i]!.status, leaving.has(key)]).toEqual(leaving.has(key) ? [409, true] : [200, false]),
    );
  });
});
