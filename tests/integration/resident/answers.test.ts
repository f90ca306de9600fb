import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../api/create-app.ts';
import { answerAsResident } from '../../../store/answer-as-resident.ts';
import { issueLinks } from '../../../store/answer-links.ts';
import { EventIdReused } from '../../../store/errors.ts';
import { openStore } from '../../../store/open-store.ts';
import { rows } from '../../../store/sql.ts';
import { apiFixture, type ApiFixture } from '../../support/api-fixture.ts';
import { fixtureStart } from '../../support/store-fixture.ts';
import {
  anotherLink,
  answersOf,
  closeStep,
  endJourney,
  linkedResident,
  prepareAnswers,
} from '../../support/linked-resident.ts';

let f: ApiFixture;
beforeAll(async () => {
  f = await apiFixture();
  await prepareAnswers(f);
});
afterAll(() => f.close());
beforeEach(() => {
  f.clock.at = fixtureStart;
});

interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

let callers = 0;
const open = async (path: string, init: RequestInit = {}): Promise<Page> => {
  const headers = new Headers(init.headers);
  callers += 1;
  if (!headers.has('x-forwarded-for')) headers.set('x-forwarded-for', `192.0.2.${callers}`);
  const answer = await f.app.request(`/r/${path}`, { ...init, headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const send = (path: string, fields: Record<string, string>): Promise<Page> =>
  open(path, { method: 'POST', body: new URLSearchParams(fields) });

const preferences = (resident: string): Promise<object[]> =>
  rows(
    f.store.pool,
    '',
    `select channel, purpose, allowed, updated_by as by from contact_preference where resident_id = $1
     order by channel, purpose`,
    [resident],
  );

describe('an answer by a link', () => {
  it.each([
    ['confirmed', undefined, null],
    ['another-time', '周三下午', '周三下午'],
    ['another-time', '  ', null],
    ['done-elsewhere', '上个月\r\n在区医院\u0000', '上个月\n在区医院'],
    ['do-not-contact', undefined, null],
  ])('%s is one event of the journey, by the resident', async (answer, note, kept) => {
    const { token, journey, id } = await linkedResident(f);
    const fields = { answer, ...(note !== undefined && { note }) };
    const page = await send(token, fields);
    expect([page.status, page.headers.get('location')]).toEqual([303, '?lang=zh']);
    const recorded = { id: `resident/link/${id}/1`, answer, note: kept };
    expect(await answersOf(f, journey)).toEqual([recorded]);
    expect(
      await rows(f.store.pool, '', `select answer, note, answers from answer_link where id = $1`, [id]),
    ).toEqual([{ answer, note: kept, answers: 1 }]);
    // The same again changes nothing.
    expect((await send(token, fields)).status).toBe(303);
    expect(await answersOf(f, journey)).toEqual([recorded]);
    const [actor] = await rows(
      f.store.pool,
      '',
      `select actor_kind as kind from journey_event where event_id = $1`,
      [recorded.id],
    );
    expect(actor).toEqual({ kind: 'resident' });
  });

  it('given twice at the same moment is one event', async () => {
    const { token, journey } = await linkedResident(f);
    const pages = await Promise.all(Array.from({ length: 8 }, () => send(token, { answer: 'confirmed' })));
    expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 303));
    expect(await answersOf(f, journey)).toHaveLength(1);
  });

  it('and another one at the same moment are two events, the later of which counts', async () => {
    const { token, journey } = await linkedResident(f);
    await Promise.all(['confirmed', 'another-time'].map((answer) => send(token, { answer })));
    const answers = await answersOf(f, journey);
    expect(answers.map(({ answer }) => answer).toSorted()).toEqual(['another-time', 'confirmed']);
    const last = answers.at(-1)?.answer === 'confirmed' ? '我会来' : '想换个时间';
    expect((await open(token)).text).toContain(`答复：${last}。`);
  });

  it('may be changed while the step is open, back and forth, each time as an event', async () => {
    const { token, journey } = await linkedResident(f);
    for (const answer of ['confirmed', 'another-time', 'confirmed']) {
      f.clock.at += 60_000;
      await send(token, { answer });
    }
    expect((await answersOf(f, journey)).map(({ answer }) => answer)).toEqual([
      'confirmed',
      'another-time',
      'confirmed',
    ]);
    const { text } = await open(token);
    expect(text).toContain('您在2026年1月5日星期一 10:03答复：我会来。');
    expect(text).toContain('想改一下答复？');
  });

  it('shows on every link to the same matter, and counts anew when given by another one', async () => {
    const first = await linkedResident(f);
    const second = await anotherLink(f, first);
    await send(first.token, { answer: 'confirmed' });
    expect((await open(second.token)).text).toContain('答复：我会来。');
    f.clock.at += 1_000;
    await send(second.token, { answer: 'another-time' });
    f.clock.at += 1_000;
    await send(first.token, { answer: 'confirmed' });
    expect((await answersOf(f, first.journey)).map(({ answer }) => answer)).toEqual([
      'confirmed',
      'another-time',
      'confirmed',
    ]);
  });

  it('is not made by looking at the page, whoever looks', async () => {
    const { token, journey } = await linkedResident(f);
    for (const path of [token, `${token}?view=another-time`, `${token}?view=stop`, `${token}/unsubscribe`])
      for (const method of ['GET', 'HEAD']) expect((await open(path, { method })).status).toBe(200);
    expect((await open(`${token}?answer=confirmed`)).status).toBe(200);
    expect(await answersOf(f, journey)).toEqual([]);
  });

  it.each([
    [{}, 400],
    [{ answer: 'perhaps' }, 400],
    [{ answer: 'done-elsewhere' }, 400],
  ])('that was not asked for is not taken: %j', async (fields: Record<string, string>, status) => {
    const { token, journey } = await linkedResident(f, { asks: ['confirm', 'another-time'] });
    expect((await send(token, fields)).status).toBe(status);
    expect(
      (await open(token, { method: 'POST', body: '{', headers: { 'content-type': 'text/plain' } })).status,
    ).toBe(400);
    expect(await answersOf(f, journey)).toEqual([]);
  });

  it('with too many words is given back with them, and what is wrong', async () => {
    const { token, journey } = await linkedResident(f);
    const page = await send(token, { answer: 'another-time', note: '<b>长</b>'.repeat(30) });
    expect(page.status).toBe(400);
    expect(page.text).toContain('最多写 200 个字，现在是 240 个字');
    expect(page.text).toContain('&lt;b&gt;长&lt;/b&gt;');
    expect(await answersOf(f, journey)).toEqual([]);
    expect((await send(token, { answer: 'another-time', note: '𠮷'.repeat(200) })).status).toBe(303);
  });
});

it('an answer as long as a book is not read', async () => {
  const { token, journey } = await linkedResident(f);
  const page = await send(token, { answer: 'another-time', note: 'x'.repeat(30_000) });
  expect([page.status, page.text.includes('没有记下您的答复')]).toEqual([413, true]);
  expect(await answersOf(f, journey)).toEqual([]);
});

it('without a database the page says so, and asks to try again', async () => {
  const store = openStore('postgres://nobody:none@127.0.0.1:1/none', { release: 'test' });
  const log: string[] = [];
  const app = createApp({
    store,
    clocks: {
      poke: () => Promise.resolve(),
      ask: () => Promise.resolve(null),
      health: () => Promise.resolve({ temporal: 'away', workerSeen: false }),
    },
    verifier: () => Promise.reject(new Error('nobody signs in here')),
    links: f.signer,
    logger: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
  });
  const { token } = await linkedResident(f);
  for (const method of ['GET', 'POST']) {
    const answer = await app.request(`/r/${token}`, { method });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
    expect(await answer.text()).toContain('暂时打不开');
  }
  expect(log.join('')).not.toContain(token);
  await store.pool.end();
});

describe('do not contact me', () => {
  it('is asked once more, stops every channel in the transaction of the event, and can be taken back', async () => {
    const { token, resident, journey } = await linkedResident(f);
    await rows(
      f.store.pool,
      '',
      `insert into contact_preference values ($1, 'sms', 'appointment', true, now(), 'centre'), ($1, 'email', '*', false, now(), 'resident')`,
      [resident],
    );
    const asked = await open(`${token}?view=stop`);
    expect(asked.text).toContain('真的不要再联系您吗？');
    expect(asked.text).toContain('您的健康服务照常进行');
    await send(token, { answer: 'do-not-contact' });
    const stopped = [
      { channel: '*', purpose: '*', allowed: false, by: 'resident' },
      { channel: 'email', purpose: '*', allowed: false, by: 'resident' },
      { channel: 'sms', purpose: 'appointment', allowed: false, by: 'resident' },
    ];
    expect(await preferences(resident)).toEqual(stopped);
    expect(await answersOf(f, journey)).toHaveLength(1);
    const page = await open(token);
    expect(page.text).toContain('请恢复给我发提醒');
    expect((await send(token, { answer: 'resume' })).status).toBe(303);
    expect((await open(token)).text).toContain('我们会继续提醒您');
    expect(await preferences(resident)).toEqual([{ ...stopped[0], allowed: true }, ...stopped.slice(1)]);
  });

  it('is believed although the step is closed by now', async () => {
    const one = await linkedResident(f);
    await closeStep(f, one);
    expect((await send(one.token, { answer: 'do-not-contact' })).status).toBe(303);
    expect(await preferences(one.resident)).toMatchObject([{ channel: '*', allowed: false }]);
    expect(await answersOf(f, one.journey)).toEqual([]);
    expect((await open(one.token)).text).toContain('按您的意愿，我们不再给您发消息');
  });
});

describe('a link that cannot be answered', () => {
  it('has expired: says so, and whom to call', async () => {
    const { token, journey, expiresAt } = await linkedResident(f);
    f.clock.at = expiresAt;
    for (const page of [await open(token), await send(token, { answer: 'confirmed' })]) {
      expect(page.status).toBe(410);
      expect(page.text).toContain('这个链接已经过期');
      expect(page.text).toContain('href="tel:000012345678"');
      expect(page.text).not.toContain('欧阳');
    }
    expect(await answersOf(f, journey)).toEqual([]);
  });

  it('was changed, cut off or never sent: the same page, which says nothing', async () => {
    const { token, journey } = await linkedResident(f);
    const changed = `${token.slice(0, -1)}${token.endsWith('a') ? 'b' : 'a'}`;
    const pages = [
      await open(changed),
      await open(token.slice(0, -1)),
      await open('AAAAAAAAAAAbbbbbbbbbb'),
      await open(`${token}/elsewhere`),
      await open(''),
      await open(token, { method: 'DELETE' }),
      await open(`${changed}/unsubscribe`),
      await send(changed, { answer: 'do-not-contact' }),
      await send(`${changed}/unsubscribe`, { 'List-Unsubscribe': 'One-Click' }),
    ];
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 404));
    expect(new Set(pages.map(({ text }) => text)).size).toBe(1);
    expect(pages[0]?.text).toContain('这个链接不完整');
    expect(await answersOf(f, journey)).toEqual([]);
  });

  it.each([
    ['closed', closeStep],
    ['over with the journey', endJourney],
  ])('is about a step that is %s: says that it is settled, and takes nothing', async (_what, settle) => {
    const one = await linkedResident(f);
    await settle(f, one);
    const page = await open(one.token);
    expect([page.status, page.text.includes('这件事已经办结')]).toEqual([200, true]);
    const answered = await send(one.token, { answer: 'confirmed' });
    expect([answered.status, answered.text.includes('这件事已经办结')]).toEqual([409, true]);
    expect(await answersOf(f, one.journey)).toEqual([]);
  });
});

describe('the page', () => {
  it('says where to go, what to bring and when, and nothing of the pathway or the whole name', async () => {
    const { token } = await linkedResident(f, { booked: true });
    const { text } = await open(token);
    for (const shown of [
      '<html lang="zh-CN">',
      '欧阳女士，您好',
      '2026年1月8日星期四 09:30',
      '示例区医院',
      'href="tel:000087654321"',
      '身份证、医保卡',
    ])
      expect(text).toContain(shown);
    expect(text).not.toMatch(/秀英|CT|影像|answers|book/u);
  });

  it('is in the resident’s own language, and in the other one on request', async () => {
    const { token } = await linkedResident(f, { booked: true, locale: 'en' });
    const { text, headers } = await open(token, { headers: { 'accept-language': 'zh' } });
    expect(text).toContain('<html lang="en">');
    expect(text).toContain('Hello, Ms 欧阳');
    expect(text).toContain('Thursday');
    expect(text).toContain('8 January 2026, 09:30');
    expect(headers.get('content-language')).toBe('en');
    expect((await open(`${token}?lang=zh`)).text).toContain('欧阳女士，您好');
    const english = await open('x', { headers: { 'accept-language': 'en' } });
    expect(english.text).toContain('This link is not complete');
  });

  it('may be kept, indexed, framed, told on and scripted by nobody', async () => {
    const { token } = await linkedResident(f);
    for (const page of [await open(token), await open('x'), await open(`${token}/unsubscribe`)]) {
      const { headers, text } = page;
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/u,
      );
      expect(headers.get('set-cookie')).toBeNull();
      expect(text).not.toMatch(/<script|https?:\/\//u);
    }
  });

  it('leaves no token in the log', async () => {
    const { token, id } = await linkedResident(f);
    await open(token);
    await send(token, { answer: 'another-time', note: '周三下午' });
    await open(`${token}x`);
    const log = f.log.join('');
    expect(log).toContain('"route":"/r/:token"');
    for (const secret of [token, id, '周三下午']) expect(log).not.toContain(secret);
  });

  it('is shown to a program that tries tokens a few times only, and to others all the same', async () => {
    const { token } = await linkedResident(f);
    const from = { headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' } };
    const tried: number[] = [];
    for (let n = 0; n < 61; n += 1) tried.push((await open('AAAAAAAAAAAbbbbbbbbbb', from)).status);
    expect([tried.filter((status) => status === 404).length, tried.at(-1)]).toEqual([60, 429]);
    const refused = await open(token, from);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await open(token)).status).toBe(200);
    const often: number[] = [];
    for (let n = 0; n < 61; n += 1) often.push((await open(token)).status);
    expect([often[0], often.at(-1)]).toEqual([200, 429]);
  });
});

describe('unsubscribing from email', () => {
  it('is one click for a mail program, and stops email alone', async () => {
    const { token, resident, journey } = await linkedResident(f);
    const page = await send(`${token}/unsubscribe`, { 'List-Unsubscribe': 'One-Click' });
    expect([page.status, page.headers.get('location')]).toEqual([200, null]);
    expect(await preferences(resident)).toEqual([
      { channel: 'email', purpose: '*', allowed: false, by: 'resident' },
    ]);
    expect(await answersOf(f, journey)).toEqual([]);
    expect((await open(`${token}/unsubscribe`)).text).toContain('已经记下：我们不再给您发邮件');
  });

  it('works for people with a button, can be taken back, and does not expire', async () => {
    const { token, resident, expiresAt } = await linkedResident(f);
    f.clock.at = expiresAt + 1;
    expect((await open(`${token}/unsubscribe`)).text).toContain('不再给我发邮件');
    expect((await send(`${token}/unsubscribe`, { answer: 'stop' })).status).toBe(303);
    expect(await preferences(resident)).toMatchObject([{ channel: 'email', allowed: false }]);
    await send(`${token}/unsubscribe`, { answer: 'resume' });
    expect(await preferences(resident)).toMatchObject([{ channel: 'email', allowed: true }]);
  });
});

describe('answerAsResident', () => {
  it('is one event for one key, by whatever way the answer came', async () => {
    const { journey, step, resident } = await linkedResident(f);
    const said = { journey, step, answer: 'do-not-contact', key: 'sms/twilio/1' } as const;
    const answers = await Promise.all([answerAsResident(f.store, said), answerAsResident(f.store, said)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['committed', 'known']);
    expect((await answersOf(f, journey)).map(({ id }) => id)).toEqual(['resident/sms/twilio/1']);
    expect(await preferences(resident)).toMatchObject([{ channel: '*', allowed: false }]);
    await expect(answerAsResident(f.store, { ...said, answer: 'confirmed' })).rejects.toBeInstanceOf(
      EventIdReused,
    );
    // What is not recorded on the journey stops nothing either.
    const other = await linkedResident(f);
    await expect(
      answerAsResident(f.store, { ...said, journey: other.journey, step: other.step }),
    ).rejects.toBeInstanceOf(EventIdReused);
    expect(await preferences(other.resident)).toEqual([]);
  });
});

describe('issuing links', () => {
  it('gives a notice the link that it had, whoever composes it again', async () => {
    const { journey, step, resident } = await linkedResident(f);
    const items = Array.from({ length: 3 }, (_, n) => ({
      noticeKey: `${journey}/again/${n}`,
      journey,
      step,
      resident,
      asks: ['confirm'] as const,
      expiresAt: fixtureStart + 1_000,
    }));
    const [first, second] = await Promise.all([
      issueLinks(f.store.pool, items),
      issueLinks(
        f.store.pool,
        items.toReversed().map((item) => ({ ...item, expiresAt: fixtureStart + 9_000 })),
      ),
    ]);
    expect(first.size).toBe(3);
    expect(new Set([...first.values()].map(({ id }) => id)).size).toBe(3);
    for (const { noticeKey } of items) expect(second.get(noticeKey)).toEqual(first.get(noticeKey));
    expect(await issueLinks(f.store.pool, [])).toEqual(new Map());
  });
});
