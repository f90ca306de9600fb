import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiFixture, type ApiFixture } from '../../support/api-fixture.ts';

let api: ApiFixture;
let resident: string;
let address: string;
beforeAll(async () => {
  api = await apiFixture();
  resident = await api.resident('C0');
  address = `/api/v1/residents/${resident}/contact`;
});
afterAll(() => api.close());

const bad = async (): Promise<string[]> =>
  (
    await api.store.pool.query<{ channel: string }>(
      'select channel from bad_address where resident_id = $1 order by channel',
      [resident],
    )
  ).rows.map(({ channel }) => channel);

describe('the contact details of a resident', () => {
  it('are corrected one by one, and what was known of the address before is forgotten', async () => {
    await api.store.pool.query(
      `insert into bad_address (resident_id, channel, address, reason, notice_key, learned_at, raise_at)
       select $1, channel, 'x', '', '', now(), now() from unnest('{sms,email}'::text[]) as channel`,
      [resident],
    );
    const before = (await api.get(`/api/v1/residents/${resident}`)).body;
    const same = await api.put(address, { phone: before['phone'] }, { as: 'centre0' });
    expect([same.status, await bad()]).toEqual([200, ['email', 'sms']]);
    const answer = await api.put(address, { phone: '+86 199 0000 7777' }, { as: 'centre0' });
    expect(answer.body).toMatchObject({ id: resident, phone: '+86 199 0000 7777', email: before['email'] });
    expect(await bad()).toEqual(['email']);
    expect((await api.put(address, { email: null })).body).toMatchObject({ email: null });
    expect(await bad()).toEqual([]);
  });

  it('are nobody else’s to correct, and nonsense is refused with what would be right', async () => {
    const phone = '19900006666';
    expect((await api.put(address, { phone }, { as: 'centre1' })).status).toBe(404);
    expect((await api.put(address, { phone }, { as: 'radiologist' })).status).toBe(403);
    const wrong = await api.put(address, { phone: 'call me', mail: 'x' }, { language: 'en' });
    expect(wrong.status).toBe(400);
    expect((wrong.body['errors'] as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      '',
      'phone',
    ]);
    expect((await api.get(`/api/v1/residents/${resident}`)).body['phone']).toBe('+86 199 0000 7777');
  });
});
