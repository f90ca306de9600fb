import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expireHolds } from '../../../store/slots/expire-holds.ts';
import { apiFixture, type Answered, type ApiFixture, type Asked } from '../../support/api-fixture.ts';

let api: ApiFixture;
const at = (time: string): number => Date.parse(`${time}+08:00`);
/** A resident of C0 on a journey, so that the hospital sees the resident too. */
let patient: { id: string; journey: string };
/** Residents of C0 and C1. */
let [near, nearToo, far] = ['', '', ''];
beforeAll(async () => {
  api = await apiFixture();
  const id = await api.resident('C0');
  patient = { id, journey: await api.journey({ resident: id }) };
  near = await api.resident('C0');
  nearToo = await api.resident('C0');
  far = await api.resident('C1');
});
afterAll(() => api.close());

const pool = (more: object = {}) => ({
  ...{ code: 'CT', organisation: 'H', site: 'main', service: 'low-dose-ct', audience: 'community-screening' },
  title: { zh: '低剂量 CT', en: 'Low-dose CT' },
  opensBefore: '2d',
  weekly: [
    {
      days: ['monday', 'tuesday', 'wednesday'],
      ...{ from: '08:00', until: '09:00', minutes: 30, capacity: 2, validFrom: '2026-01-01' },
    },
  ],
  ...more,
});
const set = (file: unknown, asked: Asked = {}): Promise<Answered> =>
  api.post('/api/v1/slots/templates', file, { as: 'hospital', ...asked });

interface Slot {
  readonly id: string;
  readonly startsAt: string;
  readonly free: number;
}
const free = async (query = '', asked: Asked = {}): Promise<readonly Slot[]> => {
  const answer = await api.get(`/api/v1/slots?audience=community-screening${query}`, {
    as: 'centre0',
    ...asked,
  });
  expect(answer.status).toBe(200);
  return answer.body['items'] as Slot[];
};
const hold = async (n: number, resident: string, asked: Asked & { audience?: string } = {}) => {
  const { audience = 'community-screening', ...rest } = asked;
  const [slot] = (await free()).slice(n);
  return api.post(
    `/api/v1/slots/${slot?.id ?? ''}/holds`,
    { resident, audience },
    { as: 'centre0', ...rest },
  );
};
const change = (held: Answered, verb: string, body: object = {}, asked: Asked = {}): Promise<Answered> =>
  api.post(`/api/v1/appointments/${String(held.body['id'])}/${verb}`, body, { as: 'centre0', ...asked });
const told = ({ status, body }: Answered): unknown[] => [status, body['code'] ?? body['status']];

beforeEach(async () => {
  api.clock.at = at('2026-03-02T07:00:00');
  for (const table of ['appointment', 'waiting_entry', 'slot', 'slot_pool'])
    await api.store.pool.query(`delete from ${table}`);
  expect((await set({ pools: [pool()] })).status).toBe(200);
});

describe('a file of pools', () => {
  it('is set by those who keep the organisation, as JSON or YAML, and tried without a trace', async () => {
    const yaml = `pools: [${JSON.stringify(pool({ code: 'CT-2' }))}]`;
    const asked: Asked = { headers: { 'content-type': 'application/yaml' } };
    const tried = await api.post('/api/v1/slots/templates?dryRun=true', yaml, { as: 'hospital', ...asked });
    expect(tried.body).toMatchObject({ dryRun: true, pools: [{ code: 'CT-2', isNew: true, made: 6 }] });
    const known = async () =>
      ((await api.get('/api/v1/slots/templates?service=low-dose-ct')).body['items'] as object[]).map(
        (one) => (one as { code: string }).code,
      );
    expect(await known()).toEqual(['CT']);
    expect((await set(yaml, { as: 'administrator', ...asked })).status).toBe(200);
    expect(await known()).toEqual(['CT', 'CT-2']);
    for (const user of ['centre0', 'radiologist'] as const)
      expect(told(await set({ pools: [pool()] }, { as: user }))).toEqual([403, 'NotYours']);
    const outside = await set({ pools: [pool({ code: 'X', organisation: 'C0' })] });
    expect([...told(outside), outside.body['field']]).toEqual([422, 'FieldInvalid', 'pools.0.organisation']);
  });

  it('with mistakes changes nothing, and each is told with its place', async () => {
    const wrong = `pools:\n  - ${JSON.stringify(pool({ capacity: 2 }))}\n  - ${JSON.stringify(pool({ holdFor: '1y' }))}\n`;
    const answer = await set(wrong, { language: 'en', headers: { 'content-type': 'application/yaml' } });
    expect(told(answer)).toEqual([422, 'PoolsRefused']);
    const errors = answer.body['errors'] as { field: string; message: string }[];
    expect(errors.map(({ field }) => field.split(':')[0])).toEqual(['2', '3']);
    expect(errors[1]?.message).toContain('Write a length of time');
  });

  it('does not take another organisation’s code, nor places that residents have', async () => {
    const other = await set({ pools: [pool({ service: 'pet-ct' })] });
    expect(told(other)).toEqual([409, 'Conflict']);
    await hold(0, near);
    const cut = await set({ pools: [pool({ closures: [{ day: '2026-03-02', reason: '检修' }] })] });
    expect(told(cut)).toEqual([409, 'PlacesTaken']);
    expect(cut.body['detail']).toContain('2026-03-02 08:00 已约 1');
    expect(await free()).toHaveLength(5 + 1);
  });
});

describe('free slots', () => {
  it('are what the audience may book now, in order, page by page', async () => {
    const all = await free();
    expect(all.map(({ startsAt }) => startsAt)).toEqual(all.map(({ startsAt }) => startsAt).toSorted());
    expect(all).toHaveLength(6);
    const paged: Slot[] = [];
    let after = '';
    do {
      const page = await api.get(`/api/v1/slots?audience=community-screening&limit=4${after}`, {
        as: 'centre1',
      });
      paged.push(...(page.body['items'] as Slot[]));
      after = page.body['next'] === null ? '' : `&after=${String(page.body['next'])}`;
    } while (after !== '');
    expect(paged).toEqual(all);
    expect(await free('&from=2026-03-03T00:00:00%2B08:00&to=2026-03-03T08:30:00%2B08:00')).toHaveLength(1);
    expect(await free('&service=pet-ct')).toEqual([]);
    expect(await free('&organisation=H')).toHaveLength(6);
    expect(await free('&organisation=C0')).toEqual([]);
    const general = await api.get('/api/v1/slots');
    expect(general.body['items']).toEqual([]);
    for (const resident of [near, nearToo]) await hold(0, resident);
    expect(await free()).toHaveLength(5);
  });
});

describe('an appointment', () => {
  it('is held, confirmed, checked in and completed, each by those whose business it is', async () => {
    const body = { resident: patient.id, journey: patient.journey, step: 'visit#1' };
    const [slot] = await free();
    const held = await api.post(
      `/api/v1/slots/${slot!.id}/holds`,
      { ...body, audience: 'community-screening' },
      { as: 'centre0', key: 'once' },
    );
    expect(held).toMatchObject({
      status: 201,
      body: {
        status: 'held',
        journey: patient.journey,
        heldUntil: new Date(at('2026-03-02T07:15:00')).toISOString(),
      },
    });
    const again = await api.post(
      `/api/v1/slots/${slot!.id}/holds`,
      { ...body, audience: 'community-screening' },
      { as: 'centre0', key: 'once' },
    );
    expect(again.body['id']).toBe(held.body['id']);
    const reused = await api.post(
      `/api/v1/slots/${slot!.id}/holds`,
      { resident: near, audience: 'community-screening' },
      { as: 'centre0', key: 'once' },
    );
    expect(told(reused)).toEqual([422, 'IdempotencyKeyReused']);
    expect(told(await change(held, 'confirm', {}, { as: 'centre1' }))).toEqual([404, 'NotFound']);
    expect(told(await change(held, 'confirm', {}, { as: 'administrator' }))).toEqual([403, 'NotYours']);
    expect(told(await change(held, 'confirm'))).toEqual([200, 'booked']);
    expect(told(await change(held, 'check-in'))).toEqual([403, 'NotYours']);
    expect(told(await change(held, 'complete', {}, { as: 'radiologist' }))).toEqual([
      409,
      'AppointmentNotBegun',
    ]);
    expect(told(await change(held, 'check-in', {}, { as: 'radiologist' }))).toEqual([200, 'checked-in']);
    api.clock.at = at('2026-03-02T08:20:00');
    expect(told(await change(held, 'complete', {}, { as: 'hospital' }))).toEqual([200, 'completed']);
    expect(told(await change(held, 'cancel', { reason: '误' }, { as: 'hospital' }))).toEqual([
      409,
      'AppointmentOver',
    ]);
    expect((await change(held, 'cancel', {}, { as: 'hospital' })).status).toBe(400);
  });

  it('that is missed is said so after it has begun', async () => {
    const held = await hold(0, near);
    await change(held, 'confirm');
    expect(told(await change(held, 'miss', {}, { as: 'hospital' }))).toEqual([409, 'AppointmentNotBegun']);
    api.clock.at = at('2026-03-02T08:00:00');
    expect(told(await change(held, 'miss', { reason: '未到' }, { as: 'hospital' }))).toEqual([200, 'missed']);
  });

  it('is refused with what would be right', async () => {
    await hold(0, near);
    expect(told(await hold(1, near))).toEqual([409, 'AppointmentExists']);
    expect(told(await hold(1, far))).toEqual([404, 'NotFound']);
    expect(told(await hold(1, nearToo, { audience: 'general' }))).toEqual([409, 'SlotNotForAudience']);
    expect(told(await hold(1, nearToo, { as: 'administrator' }))).toEqual([403, 'NotYours']);
    const [slot] = await free();
    await hold(0, nearToo);
    const full = await api.post(
      `/api/v1/slots/${slot!.id}/holds`,
      { resident: patient.id, audience: 'community-screening' },
      { as: 'hospital' },
    );
    expect(told(full)).toEqual([409, 'SlotFull']);
    expect(full.body['detail']).toContain('候补');
    const mixed = await api.post(
      `/api/v1/slots/${slot!.id}/holds`,
      { resident: near, journey: patient.journey, audience: 'community-screening' },
      { as: 'centre0' },
    );
    expect([...told(mixed), mixed.body['field']]).toEqual([422, 'FieldInvalid', 'journey']);
    expect(told(await hold(99, near))).toEqual([404, 'NotFound']);
  });

  it('is listed by pool and day and by resident, for those who may see it', async () => {
    const first = await hold(0, near);
    await hold(2, patient.id);
    const list = async (query: string, as: Asked['as'] = 'hospital') =>
      (
        (await api.get(`/api/v1/appointments?${query}`, { as: as ?? 'hospital' })).body['items'] as {
          id: string;
          resident: { id: string };
        }[]
      ).map(({ resident }) => resident.id);
    expect(await list('pool=CT&day=2026-03-02')).toEqual([near]);
    expect(await list('pool=CT')).toEqual([near, patient.id]);
    expect(await list(`resident=${near}`, 'centre0')).toEqual([near]);
    expect(await list(`journey=${patient.journey}`, 'centre0')).toEqual([]);
    expect(await list('status=booked')).toEqual([]);
    expect(await list('pool=CT', 'centre1')).toEqual([]);
    const page = await api.get('/api/v1/appointments?limit=1', { as: 'hospital' });
    expect((page.body['items'] as { id: string }[])[0]?.id).toBe(first.body['id']);
    expect(await list(`limit=1&after=${String(page.body['next'])}`)).toEqual([patient.id]);
  });
});

describe('a waiting list', () => {
  const join = (resident: string, more: object = {}, asked: Asked = {}): Promise<Answered> =>
    api.post('/api/v1/waiting-list', { pool: 'CT', resident, ...more }, { as: 'centre0', ...asked });
  const one = pool({
    offerFor: '10min',
    weekly: [{ ...pool().weekly[0]!, days: ['monday'], minutes: 60, capacity: 1 }],
  });

  it('offers what is cancelled to the first, who takes it or leaves it to the next', async () => {
    await set({ pools: [one] });
    const held = await hold(0, patient.id);
    api.clock.at += 1;
    const routine = await join(near);
    expect(routine).toMatchObject({ status: 201, body: { status: 'waiting', position: 1, offer: null } });
    api.clock.at += 1;
    expect((await join(nearToo, { urgency: 'urgent' })).body).toMatchObject({ position: 1 });
    expect((await join(near)).body).toMatchObject({ id: routine.body['id'], position: 2 });
    await change(held, 'cancel', { reason: '居民来电' });
    const list = async (as: Asked['as']): Promise<unknown[][]> =>
      (
        (await api.get('/api/v1/waiting-list?pool=CT', { as: as ?? 'hospital' })).body['items'] as {
          resident: { id: string };
          status: string;
          position: number;
        }[]
      ).map(({ resident, status, position }) => [resident.id, status, position]);
    expect(await list('hospital')).toEqual([
      [nearToo, 'offered', 1],
      [near, 'waiting', 2],
    ]);
    expect(await list('centre1')).toEqual([]);
    // Nobody answers, and it goes to the next.
    api.clock.at += 10 * 60_000;
    await expireHolds(api.store);
    const entry = (await api.get('/api/v1/waiting-list?pool=CT')).body['items'] as {
      offer: { appointment: string } | null;
    }[];
    const offer = entry.find((w) => w.offer !== null)?.offer;
    const confirmed = await api.post(
      `/api/v1/appointments/${offer!.appointment}/confirm`,
      {},
      { as: 'centre0' },
    );
    expect(confirmed.body).toMatchObject({ status: 'booked', resident: { id: near } });
    expect(await list('hospital')).toEqual([[nearToo, 'waiting', 1]]);
  });

  it('is left, and what was offered goes on', async () => {
    await set({ pools: [one] });
    const first = await join(near);
    expect(first.body).toMatchObject({
      status: 'offered',
      offer: { answerBy: expect.any(String) as string },
    });
    const second = await join(nearToo);
    const leave = async (entry: Answered, as: 'centre0' | 'centre1'): Promise<Response> =>
      api.app.request(`/api/v1/waiting-list/${String(entry.body['id'])}`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${await api.token(as)}` },
      });
    expect((await leave(first, 'centre1')).status).toBe(404);
    for (let twice = 0; twice < 2; twice++)
      expect(await (await leave(first, 'centre0')).json()).toMatchObject({
        ...{ status: 'withdrawn', position: null, offer: null },
      });
    const { body } = await api.get('/api/v1/waiting-list?pool=CT', { as: 'centre0' });
    expect(body['items']).toMatchObject([{ id: second.body['id'], status: 'offered', position: 1 }]);
  });

  it('of the green channel is for the green channel, and one that nobody knows is not there', async () => {
    await set({ pools: [pool({ code: 'GREEN', audience: 'green-channel' })] });
    expect(told(await join(near, { pool: 'GREEN' }))).toEqual([409, 'SlotNotForAudience']);
    expect((await join(near, { pool: 'GREEN', urgency: 'green-channel' })).body).toMatchObject({
      status: 'offered',
    });
    expect(told(await join(near, { pool: 'NONE' }))).toEqual([404, 'NotFound']);
    expect(told(await join(far))).toEqual([404, 'NotFound']);
  });

  it('does not take what is kept for the green channel', async () => {
    const kept = { ...one, greenChannel: { places: 1, until: '1h' }, closesBefore: '0min' };
    api.clock.at = at('2026-03-02T06:30:00');
    await set({ pools: [kept] });
    expect(await free()).toEqual([]);
    const [slot] = (await api.get('/api/v1/slots?audience=green-channel')).body['items'] as Slot[];
    expect(slot).toMatchObject({ free: 1 });
    const green = await api.post(
      `/api/v1/slots/${slot!.id}/holds`,
      { resident: patient.id, audience: 'green-channel' },
      { as: 'centre0' },
    );
    expect((await join(near)).body).toMatchObject({ status: 'waiting' });
    await change(green, 'cancel', { reason: '居民来电' });
    expect((await join(near)).body).toMatchObject({ status: 'waiting' });
    expect((await join(nearToo, { urgency: 'green-channel' })).body).toMatchObject({ status: 'offered' });
  });
});
