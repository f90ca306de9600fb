import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIdentityNumber } from '../../../domain/resident/identity-number.ts';
import { apiFixture, type ApiFixture, type User } from '../../support/api-fixture.ts';
import { fixtureStart } from '../../support/store-fixture.ts';

let api: ApiFixture;
const journeys: string[] = [];
beforeAll(async () => {
  api = await apiFixture();
  for (const centre of ['C0', 'C0', 'C0', 'C1']) {
    api.clock.at += 60_000;
    journeys.push(await api.journey({ centre }));
  }
});
afterAll(() => api.close());

const byText = (a: string, b: string): number => a.localeCompare(b);
const items = async (path: string, as: User): Promise<{ journey: string }[]> =>
  (await api.get(path, { as })).body['items'] as { journey: string }[];

describe('a centre and its neighbour', () => {
  it.each(['', '/timeline', '/clock'])('a journey of another centre is not there: %s', async (part) => {
    const path = `/api/v1/journeys/${journeys[3]}${part}`;
    expect((await api.get(path, { as: 'centre0' })).status).toBe(404);
    expect((await api.get(path, { as: 'centre1' })).status).toBe(200);
  });

  it('nobody acts on a journey of another centre', async () => {
    const command = { kind: 'recordOutcome', step: 'questions#1', outcome: 'unreachable' };
    const answer = await api.post(`/api/v1/journeys/${journeys[3]}/commands`, command, { as: 'centre0' });
    expect([answer.status, answer.body['code']]).toEqual([404, 'NotFound']);
    expect((await api.get(`/api/v1/journeys/${journeys[3]}`)).body['seq']).toBe(1);
  });

  it('every list ends at the reach of the caller', async () => {
    for (const [user, seen] of [
      ['centre0', journeys.slice(0, 3)],
      ['centre1', journeys.slice(3)],
      ['centre2', []],
      ['district', journeys],
      ['hospital', journeys],
    ] as const) {
      expect((await items('/api/v1/worklist', user)).map(({ journey }) => journey).toSorted(byText)).toEqual(
        seen.toSorted(byText),
      );
      const residents = (await api.get('/api/v1/residents', { as: user })).body['items'] as unknown[];
      expect(residents.length).toBe(seen.length);
    }
  });
});

describe('the worklist', () => {
  it('is paged by key, and a page is not moved by what is closed meanwhile', async () => {
    const first = await api.get('/api/v1/worklist?limit=2', { as: 'district' });
    const all = (await items('/api/v1/worklist', 'district')).map(({ journey }) => journey);
    const page = first.body['items'] as { journey: string }[];
    expect(page.map(({ journey }) => journey)).toEqual(all.slice(0, 2));
    await api.post(
      `/api/v1/journeys/${all[0]}/commands`,
      { kind: 'pause', reason: 'away', until: new Date(api.clock.at + 86_400_000).toISOString() },
      { as: 'district' },
    );
    const second = await api.get(`/api/v1/worklist?limit=2&after=${String(first.body['next'])}`);
    expect((second.body['items'] as { journey: string }[]).map(({ journey }) => journey)).toEqual(
      all.slice(2),
    );
    expect(second.body['next']).toBeNull();
    await api.post(`/api/v1/journeys/${all[0]}/commands`, { kind: 'resume' }, { as: 'district' });
  });

  it('is narrowed by organisation, role, stage and due date', async () => {
    const count = async (query: string): Promise<number> =>
      (await items(`/api/v1/worklist?${query}`, 'district')).length;
    expect(await count(`organisation=${api.organisations.get('C1')}`)).toBe(1);
    expect(await count('role=family-doctor')).toBe(4);
    expect(await count('role=radiologist')).toBe(0);
    expect(await count('stage=screening&pathway=small')).toBe(4);
    expect(await count('stage=imaging')).toBe(0);
    expect(await count('dueBefore=2026-01-06T00:00:00Z')).toBe(0);
    expect(await count('dueBefore=2026-03-01T00:00:00%2B08:00')).toBe(4);
    expect(await count('overdue=true')).toBe(0);
  });

  it.each([
    'after=nonsense',
    'limit=0',
    'limit=501',
    'role=king',
    'dueBefore=tomorrow',
    'organisation=C1',
    'x=1',
  ])('a wrong question is told which part is wrong: %s', async (query) => {
    const answer = await api.get(`/api/v1/worklist?${query}`, { language: 'en' });
    expect([answer.status, answer.body['code']]).toEqual([400, 'Invalid']);
    expect(answer.body['detail']).toContain(query.split('=')[0]);
  });

  it('a cursor of another list, or a forged one, is refused', async () => {
    const forge = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
    for (const key of [
      ['x', 'y', 'z'],
      [1e300, journeys[0], 'a#1'],
      [fixtureStart, 'x', 'a'],
      ['a', journeys[0]],
      {},
    ])
      for (const list of ['worklist', 'stuck'])
        expect((await api.get(`/api/v1/${list}?after=${forge(key)}`)).status).toBe(400);
  });
});

it('stuck says why, how long and whose move', async () => {
  const before = api.clock.at;
  api.clock.at = fixtureStart + 20 * 86_400_000;
  const { body } = await api.get('/api/v1/stuck?overdueHours=1', { as: 'centre1', language: 'en' });
  api.clock.at = before;
  const [stuck] = body['items'] as Record<string, never>[];
  expect(stuck).toMatchObject({
    journey: journeys[3],
    step: 'questions#1',
    // Nobody served the deadline in this test: there is no worker.
    reason: 'clockLate',
    explanation: 'The clock is late: tell whoever runs the system',
    whoseMove: { role: 'family-doctor', organisationName: '二号中心' },
  });
  expect(Number(stuck?.['overdueHours'])).toBeGreaterThan(5 * 24);
});

it('the clock of a journey says that no worker answers, and that a poke is owed', async () => {
  const { status, body } = await api.get(`/api/v1/journeys/${journeys[1]}/clock`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    workflow: 'unreachable',
    agrees: null,
    says: null,
    record: { pokeOwed: true },
  });
});

/** Registered through the API, so that the log has seen the number. */
const person = {
  name: '新居民',
  identityNumber: makeIdentityNumber('990099', '1961-03-01', 12),
  centre: 'C0',
};

describe('residents', () => {
  it('are registered once; birth date and sex come from the number', async () => {
    const first = await api.post(
      '/api/v1/residents',
      { ...person, contractDoctor: 'centre0' },
      { as: 'centre0' },
    );
    expect([first.status, first.body]).toEqual([
      201,
      expect.objectContaining({
        name: '新居民',
        birthDate: '1961-03-01',
        sex: 'female',
        locale: 'zh',
        status: 'active',
      }),
    ]);
    const again = await api.post('/api/v1/residents', person, { as: 'centre0' });
    expect([again.status, again.body['id']]).toEqual([200, first.body['id']]);
    const renamed = await api.post(
      '/api/v1/residents',
      { ...person, name: '别名' },
      { as: 'centre0', language: 'en' },
    );
    expect([renamed.status, renamed.body['detail']]).toEqual([
      409,
      'The identity number is registered under another name or centre; look the resident up first.',
    ]);
    const elsewhere = await api.post('/api/v1/residents', { ...person, centre: 'C1' }, { as: 'centre1' });
    expect([elsewhere.status, elsewhere.body['detail']]).toEqual([
      409,
      '该身份证号已在其他机构登记；请联系区协调员办理转入。',
    ]);
    const found = await api.get(`/api/v1/residents?identityNumber=${person.identityNumber}&centre=C0`, {
      as: 'centre0',
    });
    expect((found.body['items'] as { id: string }[]).map(({ id }) => id)).toEqual([first.body['id']]);
    const named = await api.get(`/api/v1/residents?name=${encodeURIComponent('新居')}`, { as: 'centre1' });
    expect(named.body['items']).toEqual([]);
  });

  it.each([
    [
      'identityNumber',
      { identityNumber: person.identityNumber.replace(/.$/u, (last) => (last === '1' ? '2' : '1')) },
      '身份证号校验位不符',
    ],
    ['identityNumber', { identityNumber: '9900991961030101' }, '身份证号应为 18 位'],
    ['centre', { centre: 'C1' }, '您的权限范围内没有社区中心“C1”'],
    ['contractDoctor', { contractDoctor: 'centre1' }, '不是该社区中心的在职家庭医生'],
  ])('a wrong %s is told', async (_field, wrong, detail) => {
    const answer = await api.post('/api/v1/residents', { ...person, ...wrong }, { as: 'centre0' });
    expect(answer.status).toBe(422);
    expect(answer.body['detail']).toContain(detail);
  });
});

it('the log and the metrics name nobody', async () => {
  await api.get(`/api/v1/residents?name=${encodeURIComponent('居民0001')}&phone=19900000001`, {
    as: 'centre0',
  });
  const page = String((await api.get('/metrics', { as: null })).body['text']);
  expect(page).toContain('yilu_commands_total');
  expect(page).toContain('yilu_http_request_seconds_bucket');
  for (const text of [page, api.log.join('\n')])
    for (const secret of ['居民', '19900000001', person.identityNumber, 'Bearer', 'eyJ'])
      expect(text).not.toContain(secret);
  expect(api.log.some((line) => line.includes('"route":"/api/v1/residents"'))).toBe(true);
});
