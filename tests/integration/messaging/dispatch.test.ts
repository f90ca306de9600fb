import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createComposer } from '../../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { keepDispatching } from '../../../activities/dispatch/keep-dispatching.ts';
import { createNoticeLinks } from '../../../activities/dispatch/notice-links.ts';
import { underWay } from '../../../activities/under-way.ts';
import { defaultMessagingRules } from '../../../domain/messaging/rules.ts';
import { openMessageStore, type MessageStore } from '../../../local/message-store.ts';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { startSmsGateway, type SmsGateway } from '../../../local/sms-gateway.ts';
import { createLinkSigner } from '../../../messaging/answer-link.ts';
import { createProviders } from '../../../messaging/create-providers.ts';
import { recordReceipt } from '../../../store/messages/record-receipt.ts';
import { setMessagingRules } from '../../../store/messages/rules.ts';
import { dispatchWorkflowId } from '../../../workflows/messages.ts';
import { type ClockFixture, clockFixture, connectTo, eventually } from '../../support/clock-fixture.ts';
import { queuedMessages } from '../../support/queued-messages.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

const secret = 'a secret of sixteen characters';
let f: StoreFixture;
let folder: string;
let caught: MessageStore;
let gateway: SmsGateway;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let worker: ClockFixture;
const stop = new AbortController();
interface Letter {
  readonly to: string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

beforeAll(async () => {
  f = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'yilu-dispatch-'));
  caught = await openMessageStore(join(folder, 'sms.jsonl'));
  gateway = await startSmsGateway({ secret, store: caught });
  mail = await startMailCatcher({ folder });
  temporal = await connectTo(inject('temporalAddress'));
  const { url } = gateway;
  const providers = createProviders({
    sms: [{ name: 'webhook', url, secret, idempotent: true, perSecond: 200, concurrency: 8 }],
    email: [{ smtpUrl: mail.smtpUrl, from: '"一路" <yilu@localhost>', perSecond: 200, concurrency: 4 }],
  });
  worker = await clockFixture(temporal, f.store, {
    activities: createDispatchActivities({
      ...{ store: f.store, providers, underWay, signal: stop.signal, forMs: 3_000 },
      write: createComposer({
        store: f.store,
        links: createNoticeLinks(createLinkSigner('s'.repeat(32), 'https://yilu.example.org')),
      }),
      result: () => undefined,
    }),
  });
});
afterAll(async () => {
  stop.abort();
  for (const channel of ['sms', 'email'] as const)
    await worker?.client.workflow
      .getHandle(dispatchWorkflowId(channel))
      .terminate()
      .catch(() => undefined);
  await worker?.close();
  await temporal?.close();
  await gateway?.stop();
  await mail?.stop();
  await f?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => setMessagingRules(f.store, f.organisations.get('D')!, defaultMessagingRules, 'test'));

const statusOf = async (id: string): Promise<{ status: string; notice: string | null }> => {
  const { rows } = await f.store.pool.query<{ status: string; notice: string | null }>(
    `select m.status, (select n.status from message_notice mn join notice n on n.key = mn.notice_key
       where mn.message_id = m.id limit 1) as notice from message m where m.id = $1`,
    [id],
  );
  return rows[0]!;
};
const becomes = (id: string, status: string) =>
  eventually(`${status}: ${id}`, async () => (await statusOf(id)).status === status);

describe('the workflow of a channel', () => {
  it('sends what is due, once each, and a receipt says that it has arrived', async () => {
    const [text, letter] = [await queuedMessages(f, 'sms', 5), await queuedMessages(f, 'email', 5)];
    await keepDispatching(worker.client, worker.taskQueue);
    await keepDispatching(worker.client, worker.taskQueue);
    for (const id of [...text, ...letter]) await becomes(id, 'sent');
    expect(text.map((id) => gateway.deliveries().get(id))).toEqual([1, 1, 1, 1, 1]);
    expect(await statusOf(text[0]!)).toEqual({ status: 'sent', notice: 'sent' });
    await recordReceipt(f.store, {
      ...{ provider: 'webhook', receiptId: 'r1', messageId: text[0]!, status: 'delivered' },
    });
    expect(await statusOf(text[0]!)).toEqual({ status: 'delivered', notice: 'delivered' });

    const sms = caught.list()[0]!.text;
    expect(sms).toContain('示范区');
    expect(sms).not.toMatch(/居民|邀请|[{}]/u);
    const letters = (await (await fetch(`${mail.url}/messages`)).json()) as Letter[];
    const invitations = letters.filter(({ subject }) => subject === '邀请');
    expect(invitations).toHaveLength(5);
    expect(invitations[0]!.html).toContain('<p>请来</p>');
  });

  it('carries a link where the resident is asked for something', async () => {
    const [id] = await queuedMessages(f, 'sms', 1);
    const body = { zh: '请点击{link}', en: 'See {link}' };
    const welcome = { subject: body, body, sms: body };
    const rules = { ...defaultMessagingRules, templates: { small: { welcome } } };
    await setMessagingRules(f.store, f.organisations.get('D')!, rules, 'test');
    await f.store.pool.query(
      `update notice set asks = '{confirm}' where key in (select notice_key from message_notice where message_id = $1)`,
      [id],
    );
    await becomes(id!, 'sent');
    const { rows } = await f.store.pool.query<{ text: string; link: string; asks: string[] }>(
      `select m.text, l.id as link, l.asks from message m join answer_link l on l.message_id = m.id where m.id = $1`,
      [id],
    );
    expect(rows[0]!.text).toMatch(
      new RegExp(`^请点击https://yilu.example.org/r/${rows[0]!.link}[A-Za-z0-9]{10}$`, 'u'),
    );
    expect(rows[0]!.asks).toEqual(['confirm']);
  });

  it('goes on after a gateway that is away, that errs after sending, or that asks for a pause', async () => {
    gateway.order({ kind: 'busy', times: 1 }, { kind: 'error-before', times: 2 });
    const ids = await queuedMessages(f, 'sms', 10);
    // Put off by half a minute each; the test does not wait for that.
    await eventually('all sent', async () => {
      await f.store.pool.query(`update message set due_at = '2026-01-01' where status = 'queued'`);
      const { rows } = await f.store.pool.query(
        `select id from message where id = any($1) and status <> 'sent'`,
        [ids],
      );
      return rows.length === 0;
    });
    expect(new Set(ids.map((id) => gateway.deliveries().get(id)))).toEqual(new Set([1]));
  });

  it('tells what a journey calls for, from the notice to the receipt', async () => {
    const journey = await f.journey();
    const message = await eventually('sent', async () => {
      const { rows } = await f.store.pool.query<{
        id: string;
        channel: string;
        status: string;
        provider_id: string;
      }>(
        `select m.* from message m join message_notice mn on mn.message_id = m.id join notice n on n.key = mn.notice_key
         where n.journey_id = $1 and n.recipient_kind = 'resident'`,
        [journey],
      );
      return rows[0]?.status === 'sent' && rows[0];
    });
    expect(message.channel).toBe('sms');
    expect(gateway.deliveries().get(message.id)).toBe(1);
    const receipt = { provider: 'webhook', receiptId: 'r2', providerId: message.provider_id } as const;
    expect(await recordReceipt(f.store, { ...receipt, status: 'delivered' })).toBe('new');
    expect(await statusOf(message.id)).toEqual({ status: 'delivered', notice: 'delivered' });
  });

  it('a number that is bad settles the message, and the resident is told on the next channel', async () => {
    gateway.behaviour.badNumbers = '0009$';
    const [id] = await queuedMessages(f, 'sms', 1, { address: '+8619900000009' });
    await becomes(id!, 'failed');
    gateway.behaviour.badNumbers = '';
    await eventually('told by email', async () => {
      const { rows } = await f.store.pool.query<{ status: string }>(
        `select m.status from message m join message_notice mn on mn.message_id = m.id
         where mn.channel = 'email' and mn.notice_key = (select notice_key from message_notice where message_id = $1)`,
        [id],
      );
      return rows[0]?.status === 'sent';
    });
  });

  it('lets residents sleep', async () => {
    // The clock of the fixture stands at ten in the morning.
    const quietHours = { from: '09:00', until: '11:00' };
    const rules = { ...defaultMessagingRules, quietHours, routineAt: '12:00' };
    await setMessagingRules(f.store, f.organisations.get('D')!, rules, 'test');
    const [asleep] = await queuedMessages(f, 'sms', 1);
    const [awake] = await queuedMessages(f, 'sms', 1, { recipientKind: 'staff' });
    await becomes(awake!, 'sent');
    expect((await statusOf(asleep!)).status).toBe('queued');
    await setMessagingRules(f.store, f.organisations.get('D')!, defaultMessagingRules, 'test');
    await becomes(asleep!, 'sent');
  });

  it('staff get the digest of the morning', async () => {
    // The questions are due.
    f.clock.at += 14 * 24 * 3_600_000;
    const digest = await eventually('a digest', async () => {
      const letters = (await (await fetch(`${mail.url}/messages`)).json()) as Letter[];
      return letters.find(({ to }) => to.join().includes('doctor0@'));
    });
    expect(digest.subject).toMatch(/^今日工作：\d+ 项$/u);
    expect(digest.text).toMatch(/（\d+）\n- .+ · 居/u);
  });
});
