import { afterAll, beforeAll, expect, it } from 'vitest';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import { messagingRules, setMessagingRules } from '../../../store/messages/rules.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());

it('the newest rules of a district count, the earlier ones stay, and what are no rules is refused', async () => {
  const district = f.organisations.get('D')!;
  expect(await messagingRules(f.store.pool, district)).toEqual({ version: 0, rules: defaultMessagingRules });
  for (const perDay of [5, 2])
    await setMessagingRules(f.store, district, { ...defaultMessagingRules, perDay }, 'test');
  expect(await messagingRules(f.store.pool, district)).toMatchObject({ version: 2, rules: { perDay: 2 } });
  await expect(
    setMessagingRules(f.store, district, { ...defaultMessagingRules, perDay: -1 }, 'test'),
  ).rejects.toThrow('perDay');
  await expect(f.store.pool.query('delete from messaging_rules')).rejects.toThrow('append-only');
  expect((await messagingRules(f.store.pool, district)).version).toBe(2);
});
