import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { claimMessages } from '../../../store/messages/claim.ts';
import { finishMessages, type Finished } from '../../../store/messages/finish.ts';
import { recordInbound } from '../../../store/messages/record-inbound.ts';
import { recordReceipt } from '../../../store/messages/record-receipt.ts';
import { unreadFor } from '../../../store/messages/unread-for.ts';
import { holdOutgoing, releaseOutgoing } from '../../../store/outgoing.ts';
import { apiFixture, freshKey, type ApiFixture, type User } from '../../support/api-fixture.ts';
import { planFixture, type PlanFixture } from '../../support/plan-fixture.ts';
import { runYilu } from '../../support/run-yilu.ts';
import { fixtureStart } from '../../support/store-fixture.ts';

let api: ApiFixture;
let f: PlanFixture;
beforeAll(async () => {
  api = await apiFixture();
  f = await planFixture(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  await f.clear();
  api.clock.at = fixtureStart;
});

interface Notice {
  readonly key: string;
  readonly status: string;
  readonly fate: string;
  readonly messages: readonly { readonly status: string; readonly address: string; readonly id: string }[];
  readonly actions: readonly Record<string, unknown>[];
  readonly replies: readonly { readonly id: number; readonly text: string; readonly read: unknown }[];
}

const list = async (query: string, as: User = 'district'): Promise<Notice[]> => {
  const answer = await api.get(`/api/v1/notices?${query}`, { as });
  expect(answer.status).toBe(200);
  return answer.body['items'] as Notice[];
};
const ofJourney = async (journey: JourneyId): Promise<Notice> => {
  const [only, ...others] = await list(`journey=${journey}`);
  expect(others).toEqual([]);
  return only!;
};
const order = (action: 'retry' | 'cancel', key: string, body: object, as: User = 'centre0', again?: string) =>
  api.post(`/api/v1/notices/${encodeURIComponent(key)}/${action}`, body, {
    as,
    ...(again !== undefined && { key: again }),
  });

/** Sends what is planned with one end for all. @returns how many messages there were */
async function send(end: Partial<Finished> & { status: Finished['status'] }): Promise<number> {
  const claimed = await f.claim('sms');
  await finishMessages(
    api.store,
    claimed.map(({ id, attempts }) => ({ providerId: null, ...end, id, attempts }) as Finished),
  );
  return claimed.length;
}
const refused = { status: 'failed', error: 'no-such-number', badAddress: true } as const;

/** A journey whose invitation is due now. */
async function invited(centre = 'C0'): Promise<{ journey: JourneyId; key: string }> {
  const journey = await api.journey({ centre });
  return { journey, key: (await ofJourney(journey)).key };
}

/** An invitation by text message only, that nobody got. */
async function failed(): Promise<{ journey: JourneyId; key: string }> {
  const resident = await api.resident();
  await f.query(`update resident set email = null where id = $1`, [resident]);
  const journey = await api.journey({ resident });
  await f.plan();
  await send(refused);
  await f.plan();
  return { journey, key: (await ofJourney(journey)).key };
}

describe('GET /notices', () => {
  it('says what became of each, and shows no address in full and no words', async () => {
    const { journey } = await invited();
    await f.plan();
    await send({ status: 'delivered', providerId: 'p1' });
    const answer = await api.get(`/api/v1/notices?journey=${journey}`);
    const [notice] = answer.body['items'] as Notice[];
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
    expect((english.body['items'] as Notice[])[0]!.fate).toBe('SMS delivered 10:00');
  });

  it('ends at the reach of the caller, and is filtered', async () => {
    const here = await invited('C0');
    const there = await invited('C1');
    const keys = async (query: string, as?: User): Promise<string[]> =>
      (await list(query, as)).map(({ key }) => key);
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
      await invited();
    }
    const whole = await list('status=queued');
    const seen: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page++) {
      const answer = await api.get(`/api/v1/notices?status=queued&limit=1${after}`);
      seen.push(...(answer.body['items'] as Notice[]).map(({ key }) => key));
      after = `&after=${String(answer.body['next'])}`;
      expect(answer.body['next'] === null).toBe(page === 2);
    }
    expect(seen).toEqual(whole.map(({ key }) => key));
    expect((await api.get('/api/v1/notices?after=x')).status).toBe(400);
  });
});

describe('sending again', () => {
  it('what failed leaves anew, by the address on record now; who did so stays on record', async () => {
    const { journey, key } = await failed();
    expect(await ofJourney(journey)).toMatchObject({
      status: 'failed',
      fate: expect.stringContaining('→ 由中心更正联系方式') as string,
    });
    await f.query(
      `update resident set phone = '19911112222' where id = (select resident_id from journey where id = $1)`,
      [journey],
    );
    const answer = await order('retry', key, { reason: '号码已更正' });
    expect([answer.status, answer.body['status']]).toEqual([200, 'queued']);
    await f.plan();
    expect(await send({ status: 'sent' })).toBe(1);
    const notice = await ofJourney(journey);
    expect(notice).toMatchObject({
      status: 'sent',
      messages: [{ status: 'failed' }, { status: 'sent', address: '199****2222' }],
      actions: [{ action: 'retry', reason: '号码已更正', by: '家医零', again: false }],
    });
    expect(notice.fate).toBe('短信失败：号码不存在或无法接收（no-such-number）；短信已发出 10:00');
  });

  it('the same order twice is one, and its key is good for no other', async () => {
    const { key } = await failed();
    const again = freshKey();
    expect((await order('retry', key, {}, 'centre0', again)).status).toBe(200);
    const repeated = await order('retry', key, {}, 'centre0', again);
    expect([repeated.status, repeated.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
    expect((await order('retry', key, { reason: 'x' }, 'centre0', again)).body['code']).toBe(
      'IdempotencyKeyReused',
    );
    expect(repeated.body['actions']).toHaveLength(1);
  });

  it('what may have arrived needs "again" and a reason, as it may arrive twice', async () => {
    const { journey, key } = await invited();
    await f.plan();
    await send({ status: 'unknown', error: 'ETIMEDOUT' });
    for (const body of [{}, { again: true }, { reason: '没有收到' }]) {
      const refusal = await order('retry', key, body);
      expect([refusal.status, refusal.body['code']]).toEqual([409, 'MayArriveTwice']);
      expect(refusal.body['detail']).toContain('收到两次');
    }
    expect((await order('retry', key, { again: true, reason: '没有收到' })).status).toBe(200);
    await f.plan();
    // It counts as a message of that day, since it may have been one.
    expect(await ofJourney(journey)).toMatchObject({ status: 'held', holdReason: 'daily-limit' });
    api.clock.at += 86_400_000;
    await f.plan();
    expect(await send({ status: 'delivered' })).toBe(1);
    expect((await ofJourney(journey)).messages.map(({ status }) => status)).toEqual(['unknown', 'delivered']);
  });

  it('the address is worth a try again, although it was found to be bad', async () => {
    const { journey, key } = await failed();
    expect((await order('retry', key, { reason: '居民说可以收到' })).status).toBe(200);
    await f.plan();
    expect(await send({ status: 'delivered' })).toBe(1);
    expect((await ofJourney(journey)).status).toBe('delivered');
  });

  it('what arrived after all, by a receipt that came late, is not sent again', async () => {
    const { journey, key } = await invited();
    await f.plan();
    await send({ status: 'unknown', error: 'ETIMEDOUT' });
    await order('retry', key, { again: true, reason: '没有收到' });
    await f.plan();
    const [message] = (await ofJourney(journey)).messages;
    await recordReceipt(api.store, {
      ...{ provider: 'test', receiptId: freshKey(), messageId: message!.id, status: 'delivered' },
    });
    api.clock.at += 86_400_000;
    await f.plan();
    expect(await send({ status: 'sent' })).toBe(0);
    expect(await ofJourney(journey)).toMatchObject({ status: 'delivered', fate: '短信已送达 10:00' });
  });

  it('nothing else is sent again: what left, what expired, what is pointless', async () => {
    const sent = await invited();
    await f.plan();
    await send({ status: 'sent' });
    expect((await order('retry', sent.key, {})).body['code']).toBe('NotFailed');
    const late = await failed();
    api.clock.at += 8 * 86_400_000;
    expect((await order('retry', late.key, {})).body['code']).toBe('Expired');
    expect((await ofJourney(late.journey)).status).toBe('failed');
    api.clock.at = fixtureStart;
    const closed = await failed();
    await f.query(`update notice set step = 'questions#9' where key = $1`, [closed.key]);
    expect((await order('retry', closed.key, {})).body['code']).toBe('StepNotOpen');
  });

  it('is for those who look after the resident', async () => {
    const { key } = await failed();
    expect((await order('retry', key, {}, 'administrator')).status).toBe(403);
    expect((await order('retry', key, {}, 'centre1')).status).toBe(404);
    expect((await order('retry', `${key}x`, {})).status).toBe(404);
  });
});

describe('cancelling', () => {
  it('what waits does not leave, and the timeline says who said so and why', async () => {
    const { journey, key } = await invited();
    await f.plan();
    expect((await order('cancel', key, {})).status).toBe(400);
    expect((await order('cancel', key, { reason: '已电话告知' })).body).toMatchObject({
      status: 'superseded',
      fate: '已取消：已电话告知',
      actions: [{ action: 'cancel', by: '家医零', reason: '已电话告知' }],
    });
    expect(await send({ status: 'sent' })).toBe(0);
    const log = (await api.get(`/api/v1/journeys/${journey}/timeline`)).body['items'] as {
      notices: Notice[];
    }[];
    expect(log.flatMap(({ notices }) => notices.map(({ fate }) => fate))).toContain('已取消：已电话告知');
  });

  it('what is being sent cannot be taken back', async () => {
    const { key } = await invited();
    await f.plan();
    const claimed = await f.claim('sms');
    expect(claimed).toHaveLength(1);
    const refusal = await order('cancel', key, { reason: 'x' });
    expect([refusal.status, refusal.body['code']]).toEqual([409, 'BeingSent']);
    expect(refusal.body['detail']).toContain('正在发送');
  });

  it('an order that comes while a message is being written waits, and is then too late', async () => {
    const { journey, key } = await invited();
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
    const cancelled = order('cancel', key, { reason: '太迟' });
    await vi.waitUntil(async () => {
      const waiting = await f.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return waiting.length > 0;
    });
    mayGoOn.resolve();
    expect(await claimed).toHaveLength(1);
    expect((await cancelled).body['code']).toBe('BeingSent');
    expect((await ofJourney(journey)).status).toBe('sending');
  });

  it('at the very moment of the claim, one of the two wins and the other knows it', async () => {
    const journeys: { key: string }[] = [];
    for (let i = 0; i < 8; i++) journeys.push(await invited());
    await f.plan();
    const [claimed, ...orders] = await Promise.all([
      f.claim('sms'),
      ...journeys.map(({ key }) => order('cancel', key, { reason: '竞争' })),
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
    const { journey } = await invited();
    await f.plan();
    await send({ status: 'sent' });
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
    expect((await ofJourney(journey)).replies).toMatchObject([{ text: '要空腹吗？', read: null }]);
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
    expect((await ofJourney(journey)).replies).toMatchObject([{ read: { by: '家医零' } }]);
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
    await invited();
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
    await send(refused);
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
    await invited();
    api.clock.at += 60_000;
    expect((await page()).get(oldest)).toBe(60);
    await holdOutgoing(api.store, 'test', 'test');
    expect((await page()).get(oldest)).toBe(0);
    await releaseOutgoing(api.store, 'test');
  });
});

describe('at the command line', () => {
  it('lists, says why not, sends again and cancels', async () => {
    const { journey, key } = await invited();
    await f.plan();
    await send({ status: 'unknown', error: 'ETIMEDOUT' });
    const listed = await runYilu(api.url, 'notices', 'list', '--journey', journey);
    expect(listed.out).toContain('短信是否送达不明：网关没有答复（ETIMEDOUT）');
    expect(listed.out).toContain(key);
    // The command's clock is the real one: by then the invitation is long past.
    await f.query(`update notice set expires_at = now() + interval '1 day' where key = $1`, [key]);
    const not = await runYilu(api.url, 'notices', 'retry', key);
    expect([not.code, not.err]).toEqual([1, expect.stringContaining('may arrive twice')]);
    const message = (await ofJourney(journey)).messages[0]!.id;
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
