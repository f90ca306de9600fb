import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createComposer } from '../../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { startSmsGateway, type SmsGateway, type SmsTrouble } from '../../../local/sms-gateway.ts';
import { createSmsWebhookProvider } from '../../../messaging/sms/webhook-provider.ts';
import { eventually } from '../../support/clock-fixture.ts';
import { queuedMessages } from '../../support/queued-messages.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

const secret = 'a secret of sixteen characters';
let f: StoreFixture;
let primary: SmsGateway;
let fallback: SmsGateway;
let stop: AbortController;
let dispatching: Promise<void>;

beforeAll(async () => {
  f = await storeFixture();
  fallback = await startSmsGateway({ secret });
});
beforeEach(async () => {
  primary = await startSmsGateway({ secret });
  stop = new AbortController();
  // One at a time, so that the third failure is known before the fourth is tried.
  const carrier = (name: string, { url }: SmsGateway) => ({
    ...createSmsWebhookProvider({
      ...{ url, secret, idempotent: true, perSecond: 200, concurrency: 1, timeoutMs: 200 },
    }),
    name,
  });
  dispatching = createDispatchActivities({
    ...{ store: f.store, signal: stop.signal, underWay: (work) => work(new AbortController().signal) },
    providers: { sms: [carrier('primary', primary), carrier('fallback', fallback)], email: [] },
    write: createComposer({ store: f.store }),
    result: () => undefined,
  }).dispatch('sms');
});
afterEach(async () => {
  stop.abort();
  await dispatching;
  await primary.stop();
});
afterAll(async () => {
  await fallback?.stop();
  await f?.close();
});

interface Fate {
  readonly id: string;
  readonly status: string;
  readonly provider: string;
}
const fates = async (ids: readonly string[]): Promise<Fate[]> =>
  (
    await f.store.pool.query<Fate>(
      `select id, status, provider from message where id = any($1) order by array_position($1, id)`,
      [ids],
    )
  ).rows;
const countOf = (list: readonly Fate[], status: string, provider: string): number =>
  list.filter((one) => one.status === status && one.provider === provider).length;
const times = (id: string): number =>
  (primary.deliveries().get(id) ?? 0) + (fallback.deliveries().get(id) ?? 0);

/** All at once, in one commit: the dispatch finds them together. */
async function queuedTogether(count: number): Promise<string[]> {
  const ids = await queuedMessages(f, 'sms', count, { dueAt: '2100-01-01' });
  await f.store.pool.query(`update message set due_at = '2026-01-01' where id = any($1)`, [ids]);
  return ids;
}

/** A new message, again and again, until one goes by the primary. */
const taken = (): Promise<boolean> =>
  eventually('the primary is taken again', async () => {
    const [id] = await queuedTogether(1);
    await eventually('sent', async () => (await fates([id!]))[0]?.status === 'sent');
    return primary.deliveries().has(id!);
  });

describe('a provider with another one behind it', () => {
  it.each<[string, SmsTrouble['kind'], number]>([
    // One 500 may be the fault of one message; who does not answer is away.
    ['answers 500', 'error-before', 3],
    ['does not answer', 'silent-before', 1],
  ])('%s: the others go to the fallback, what is doubtful never', async (_what, kind, doubtful) => {
    primary.order({ kind, times: doubtful });
    const ids = await queuedTogether(12);
    await eventually(
      'the others by the fallback',
      async () => countOf(await fates(ids), 'sent', 'fallback') === ids.length - doubtful,
    );
    const left = (await fates(ids)).filter(({ provider }) => provider === 'primary');
    expect(left).toHaveLength(doubtful);
    expect(await taken()).toBe(true);
    await eventually('what is doubtful, by who may have had it', async () => {
      await f.store.pool.query(`update message set due_at = '2026-01-01' where status = 'queued'`);
      return countOf(await fates(ids), 'sent', 'primary') === doubtful;
    });
    expect(ids.map(times)).toEqual(ids.map(() => 1));
    expect(left.filter(({ id }) => fallback.deliveries().has(id))).toEqual([]);
  });

  it('answers 500 and has sent it, as it says when it is asked: nothing goes to the fallback', async () => {
    primary.order({ kind: 'error-after', times: 4 });
    const ids = await queuedTogether(6);
    await eventually('all sent', async () => countOf(await fates(ids), 'sent', 'primary') === 6);
    expect(ids.map((id) => primary.deliveries().get(id))).toEqual(ids.map(() => 1));
  });

  it('says that it is busy: what it surely has not taken goes to the fallback at once', async () => {
    primary.order({ kind: 'busy', times: 1 });
    const ids = await queuedTogether(6);
    await eventually('all sent', async () => countOf(await fates(ids), 'sent', 'fallback') === 6);
    expect(primary.deliveries().size).toBe(0);
    expect(await taken()).toBe(true);
  });

  it('nobody is there: the fallback takes all of them', async () => {
    await primary.stop();
    const ids = await queuedTogether(6);
    await eventually('all sent', async () => countOf(await fates(ids), 'sent', 'fallback') === 6);
    expect(ids.map(times)).toEqual(ids.map(() => 1));
  });

  it('a number that it calls bad is not tried with the other one', async () => {
    primary.behaviour.badNumbers = '.';
    const [id] = await queuedTogether(1);
    await eventually('failed', async () => (await fates([id!]))[0]?.status === 'failed');
    expect(times(id!)).toBe(0);
  });
});
