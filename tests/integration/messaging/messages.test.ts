import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asEventId, type JourneyId } from '../../../domain/model/ids.ts';
import { advance } from '../../../store/advance.ts';
import { holdOutgoing, releaseOutgoing } from '../../../store/outgoing.ts';
import { residentDied } from '../../../store/person-events.ts';
import { claimMessages, type ClaimedMessage } from '../../../store/messages/claim.ts';
import { finishMessages } from '../../../store/messages/finish.ts';
import { markSending } from '../../../store/messages/mark-sending.ts';
import { contactPreferences, setContactPreference } from '../../../store/messages/preferences.ts';
import { applyKept, keepReceipt, recordReceipt } from '../../../store/messages/record-receipt.ts';
import { recoverAfterCrash } from '../../../store/messages/recover.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let f: StoreFixture;
beforeAll(async () => {
  f = await storeFixture();
});
afterAll(() => f.close());
beforeEach(async () => {
  await f.store.pool.query(
    `update message set status = 'superseded' where status in ('queued', 'claimed', 'sending')`,
  );
});

const query = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await f.store.pool.query<T>(sql, values)).rows;

interface Made {
  readonly id: string;
  readonly journey: JourneyId;
  readonly resident: string;
  readonly key: string;
}

/** An invitation in a message, as the planner leaves it. */
async function invited(channel = 'sms'): Promise<Made> {
  const journey = await f.journey();
  const [notice] = await query<{ key: string; resident: string; district: string }>(
    `update notice n set planned_at = now() from journey j where j.id = $1 and n.journey_id = j.id and n.status = 'queued'
     returning n.key, j.resident_id as resident, j.district_id as district`,
    [journey],
  );
  const { key, resident, district } = notice!;
  const [message] = await query<{ id: string }>(
    `insert into message (channel, recipient_kind, recipient_id, district_id, address, locale, kind, due_at)
     values ($1, 'resident', $2, $3, '+8619900000001', 'zh', 'notice', '2026-01-01') returning id`,
    [channel, resident, district],
  );
  await query(
    'insert into message_notice (message_id, notice_key, channel, recipient_id) values ($1, $2, $3, $4)',
    [message!.id, key, channel, resident],
  );
  return { id: message!.id, journey, resident, key };
}

const claim = (
  provider = 'gateway',
  options: { quietDistricts?: string[]; limit?: number; text?: string } = {},
): Promise<ClaimedMessage[]> =>
  claimMessages(f.store, {
    channel: 'sms',
    limit: 10,
    provider,
    quietDistricts: [],
    ...options,
    write: async (_client, messages) =>
      new Map(
        messages.map(({ id, notices }) => [
          id,
          {
            subject: '',
            text: options.text ?? notices.map(({ template }) => template).join(),
            segments: 1,
            extra: {},
          },
        ]),
      ),
  });

const standing = async ({ id, key }: Made): Promise<string[]> => {
  const [row] = await query<{ message: string; notice: string }>(
    'select m.status as message, n.status as notice from message m, notice n where m.id = $1 and n.key = $2',
    [id, key],
  );
  return [row!.message, row!.notice];
};

describe('a claim', () => {
  it('gives each message to one claimer, urgent ones first, written from its notices', async () => {
    const [first, urgent, third] = [await invited(), await invited(), await invited()];
    await query('update message set urgent = true where id = $1', [urgent.id]);
    expect((await claim('gateway', { limit: 1 })).map(({ id }) => id)).toEqual([urgent.id]);
    const both = (await Promise.all([claim(), claim()])).flat();
    expect(both.map(({ id }) => id).toSorted()).toEqual([first.id, third.id].toSorted());
    expect(both[0]).toMatchObject({ text: 'welcome', attempts: 1, provider: 'gateway' });
    expect(await standing(first)).toEqual(['claimed', 'sending']);
  });

  it('leaves out what was withdrawn while it waited', async () => {
    const made = await invited();
    await advance(f.store, made.journey, {
      kind: 'Ended',
      id: asEventId(`${made.journey}/end`),
      by: { kind: 'staff', id: 'x', role: 'hospital-coordinator' },
      ending: 'declined',
      reason: '不愿继续',
    });
    expect(await claim()).toEqual([]);
    expect(await standing(made)).toEqual(['superseded', 'superseded']);
  });

  it('somebody who has died gets nothing from then on, held or queued', async () => {
    const made = await invited();
    await query(`update notice set status = 'held', hold_reason = 'quiet-hours' where key = $1`, [made.key]);
    await residentDied(f.store, f.callers.district, {
      resident: made.resident,
      idempotencyKey: `died-${made.resident}`,
    });
    expect(await claim()).toEqual([]);
    expect(await standing(made)).toEqual(['superseded', 'superseded']);
  });

  it('asks what the resident wants: the most particular wish counts', async () => {
    const [none, some] = [await invited(), await invited()];
    const say = (
      resident: string,
      channel: '*' | 'sms' | 'email',
      purpose: '*' | 'invitation',
      allowed: boolean,
    ) => setContactPreference(f.store, resident, { channel, purpose, allowed }, 'test');
    await query(`update notice set purpose = 'invitation' where key = any($1)`, [[none.key, some.key]]);
    await say(none.resident, 'sms', '*', false);
    await say(none.resident, 'email', '*', false);
    await say(none.resident, '*', 'invitation', true);
    await say(some.resident, '*', '*', false);
    await say(some.resident, 'sms', 'invitation', true);
    expect((await claim()).map(({ id }) => id)).toEqual([some.id]);
    expect(await standing(none)).toEqual(['suppressed', 'suppressed']);
    expect(await contactPreferences(f.store, some.resident)).toEqual([
      { channel: '*', purpose: '*', allowed: false },
      { channel: 'sms', purpose: 'invitation', allowed: true },
    ]);
  });

  it('who wants no text messages any more is told by email what was to leave as one', async () => {
    const made = await invited();
    await setContactPreference(
      f.store,
      made.resident,
      { channel: 'sms', purpose: '*', allowed: false },
      'test',
    );
    expect(await claim()).toEqual([]);
    expect(await standing(made)).toEqual(['superseded', 'queued']);
    expect(await query('select planned_at from notice where key = $1', [made.key])).toEqual([
      { planned_at: null },
    ]);
  });

  it('does not send what came too late, nor anything in quiet hours, nor while everything is held', async () => {
    const [late, waiting] = [await invited(), await invited()];
    await query(`update notice set expires_at = '2026-01-02' where key = $1`, [late.key]);
    expect(await claim('gateway', { quietDistricts: [f.organisations.get('D')!] })).toEqual([]);
    await holdOutgoing(f.store, 'restored', 'test');
    expect(await claim()).toEqual([]);
    await releaseOutgoing(f.store, 'test');
    expect((await claim()).map(({ id }) => id)).toEqual([waiting.id]);
    expect(await standing(late)).toEqual(['expired', 'expired']);
  });
});

describe('what became of a message', () => {
  it('sent is written once, also when a receipt comes first, twice, or says the contrary later', async () => {
    const made = await invited();
    const [claimed] = await claim();
    const receipt = { provider: 'gateway', receiptId: `r-${made.id}`, providerId: `p-${made.id}` };
    expect(await recordReceipt(f.store, { ...receipt, status: 'delivered' })).toBe('unmatched');
    const sent = { id: made.id, attempts: 1, status: 'sent', providerId: `p-${made.id}` } as const;
    expect(await finishMessages(f.store, [sent])).toEqual([claimed!.id]);
    expect(await standing(made)).toEqual(['delivered', 'delivered']);
    expect(await finishMessages(f.store, [sent])).toEqual([]);
    expect(await recordReceipt(f.store, { ...receipt, status: 'delivered' })).toBe('known');
    expect(
      await recordReceipt(f.store, { ...receipt, receiptId: 'other', messageId: made.id, status: 'failed' }),
    ).toBe('new');
    expect(await standing(made)).toEqual(['delivered', 'delivered']);
  });

  it('receipts and messages find each other by index, however many there are', async () => {
    const made = await invited();
    const client = await f.store.pool.connect();
    try {
      await client.query('begin');
      await client.query('set local enable_seqscan = off');
      for (const [statement, values] of [
        [keepReceipt, ['gateway', 'r', 'p', 'failed', null, false, made.id]],
        [applyKept, [[made.id], '2026-01-01']],
      ] as const) {
        const plan = await client.query<{ 'QUERY PLAN': string }>(`explain ${statement}`, [...values]);
        expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan on message/u);
      }
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('a receipt that says it did not arrive has the notice planned anew', async () => {
    const made = await invited();
    await claim();
    await finishMessages(f.store, [{ id: made.id, attempts: 1, status: 'sent', providerId: null }]);
    const receipt = { provider: 'gateway', receiptId: `f-${made.id}`, messageId: made.id } as const;
    await recordReceipt(f.store, {
      ...receipt,
      status: 'failed',
      reason: 'no such number',
      badAddress: true,
    });
    expect(await standing(made)).toEqual(['failed', 'queued']);
    expect(
      await query(
        'select n.planned_at, n.error, m.bad_address from notice n, message m where n.key = $1 and m.id = $2',
        [made.key, made.id],
      ),
    ).toEqual([{ planned_at: null, error: 'no such number', bad_address: true }]);
  });

  it('surely not taken, it waits, can be withdrawn, and is written anew', async () => {
    const made = await invited();
    await claim('gateway', { text: 'before' });
    await finishMessages(f.store, [
      { id: made.id, attempts: 1, status: 'later', error: 'busy', afterMs: 60_000 },
    ]);
    expect(await standing(made)).toEqual(['queued', 'queued']);
    expect(await claim()).toEqual([]);
    f.clock.at += 60_000;
    expect(await claim('other', { text: 'after' })).toMatchObject([
      { id: made.id, text: 'after', provider: 'other', attempts: 2 },
    ]);
    // The answer to the first attempt, late: not a word of it counts any more.
    await finishMessages(f.store, [
      { id: made.id, attempts: 1, status: 'failed', error: 'x', badAddress: false },
    ]);
    expect(await standing(made)).toEqual(['claimed', 'sending']);
  });

  it('what a provider says in words that no database takes is written down without them', async () => {
    const made = await invited();
    await claim();
    await finishMessages(f.store, [{ id: made.id, attempts: 1, status: 'sent', providerId: 'p\u00001' }]);
    expect(await query('select status, provider_id from message where id = $1', [made.id])).toEqual([
      { status: 'sent', provider_id: 'p1' },
    ]);
  });

  it('perhaps taken, the same words go to the same provider again', async () => {
    const made = await invited();
    await claim('gateway', { text: 'before' });
    await finishMessages(f.store, [
      { id: made.id, attempts: 1, status: 'again', error: 'timeout', afterMs: 0 },
    ]);
    expect(await standing(made)).toEqual(['queued', 'sending']);
    expect(await claim('other', { text: 'after' })).toMatchObject([{ text: 'before', provider: 'gateway' }]);
  });

  it('perhaps taken, it does not go again to who has died or wants none, nor when it is too late', async () => {
    const [dead, stopped, late, wanted] = [
      await invited(),
      await invited(),
      await invited(),
      await invited(),
    ];
    const all = [dead, stopped, late, wanted];
    await claim('gateway', { text: 'before' });
    await finishMessages(
      f.store,
      all.map(({ id }) => ({ id, attempts: 1, status: 'again', error: 'timeout', afterMs: 0 })),
    );
    await residentDied(f.store, f.callers.district, {
      resident: dead.resident,
      idempotencyKey: `died-${dead.resident}`,
    });
    await setContactPreference(
      f.store,
      stopped.resident,
      { channel: 'sms', purpose: '*', allowed: false },
      'test',
    );
    await query(`update notice set expires_at = '2026-01-02' where key = $1`, [late.key]);
    expect((await claim()).map(({ id }) => id)).toEqual([wanted.id]);
    for (const one of [dead, stopped, late]) expect(await standing(one)).toEqual(['unknown', 'unknown']);
    // Only of what somebody still wanted to be told is a person to find out.
    expect(
      await query<object>(
        `select error, doubt_raised_at is null as doubted from message where id = any($1) order by error desc, id`,
        [[dead.id, stopped.id, late.id]],
      ),
    ).toEqual([
      { error: 'too-late', doubted: true },
      { error: 'not-wanted', doubted: false },
      { error: 'not-wanted', doubted: false },
    ]);
    // It had been taken after all, and its receipt is late.
    const receipt = { provider: 'gateway', receiptId: `late-${dead.id}`, messageId: dead.id } as const;
    await recordReceipt(f.store, { ...receipt, status: 'delivered' });
    expect(await standing(dead)).toEqual(['delivered', 'delivered']);
  });
});

describe('after a crash', () => {
  it('what a provider knows again goes there once more; what another may have is a task for a person', async () => {
    const [known, unmarked, marked] = [await invited(), await invited(), await invited()];
    const providerOf = async (id: string, provider: string): Promise<void> => {
      await query('update message set provider = $2 where id = $1', [id, provider]);
    };
    await claim('gateway', { text: 'before' });
    await providerOf(unmarked.id, 'smtp');
    await providerOf(marked.id, 'smtp');
    expect(await markSending(f.store, marked.id, 1)).toBe(true);
    expect(await markSending(f.store, marked.id, 1)).toBe(false);

    expect(await recoverAfterCrash(f.store, 'sms', ['gateway'])).toEqual({ queued: 2, unknown: 1 });
    expect(await standing(known)).toEqual(['queued', 'sending']);
    expect(await standing(unmarked)).toEqual(['queued', 'queued']);
    expect(await standing(marked)).toEqual(['unknown', 'unknown']);
    const again = await claim('smtp', { text: 'after' });
    expect(new Map(again.map(({ id, text, provider }) => [id, [text, provider]]))).toEqual(
      new Map([
        [known.id, ['before', 'gateway']],
        [unmarked.id, ['after', 'smtp']],
      ]),
    );
    // The one that was given up as dead lived, and says so.
    await finishMessages(f.store, [{ id: marked.id, attempts: 1, status: 'sent', providerId: null }]);
    expect(await standing(marked)).toEqual(['sent', 'sent']);
  });
});
