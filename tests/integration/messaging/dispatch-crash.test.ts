import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockChannel } from '../../../activities/dispatch/channel-lock.ts';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { startSmsGateway, type SmsGateway } from '../../../local/sms-gateway.ts';
import { createSmsWebhookReader } from '../../../messaging/sms/webhook-reader.ts';
import { recordReceipt } from '../../../store/messages/record-receipt.ts';
import { eventually } from '../../support/clock-fixture.ts';
import type { DispatchProcess } from '../../support/dispatch-process.ts';
import { startHttpServer } from '../../support/http-server.ts';
import { queuedMessages } from '../../support/queued-messages.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { troubledMail } from '../../support/troubled-mail.ts';

const secret = 'a secret of sixteen characters';
const program = fileURLToPath(new URL('../../support/dispatch-process.ts', import.meta.url));
const kills = 10;

let f: StoreFixture;
let folder: string;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
beforeAll(async () => {
  f = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'yilu-dispatch-crash-'));
  mail = await startMailCatcher({ folder });
});
afterAll(async () => {
  await mail?.stop();
  await f?.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (given: DispatchProcess): ChildProcess =>
  spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'ignore', 'inherit'] });

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const statuses = async (ids: readonly string[]): Promise<Map<string, string>> => {
  const { rows } = await f.store.pool.query<{ id: string; status: string }>(
    'select id, status from message where id = any($1)',
    [ids],
  );
  return new Map(rows.map(({ id, status }) => [id, status]));
};
const settledOf = async (ids: readonly string[]): Promise<number> =>
  [...(await statuses(ids)).values()].filter((status) => !['queued', 'claimed', 'sending'].includes(status))
    .length;

/** Kills the process each time that another share of the messages has left, and starts it again. */
async function killedAgainAndAgain(
  given: DispatchProcess,
  ids: readonly string[],
  left: () => Promise<number>,
  before: (round: number) => void = () => undefined,
): Promise<void> {
  for (let round = 1; round <= kills; round++) {
    before(round);
    const child = run(given);
    await eventually(`share ${round}`, async () => {
      await f.store.pool.query(`update message set due_at = '2026-01-01' where status = 'queued'`);
      return (await left()) >= (ids.length * round) / (kills + 1);
    });
    await kill(child);
  }
  const last = run(given);
  await eventually('all settled', async () => {
    await f.store.pool.query(`update message set due_at = '2026-01-01' where status = 'queued'`);
    return (await settledOf(ids)) === ids.length;
  });
  await kill(last);
}

const kinds = ['error-after', 'cut-after', 'late', 'silent-after', 'error-before', 'silent-before'] as const;
const trouble = (gateway: SmsGateway, round: number): void =>
  gateway.order({ kind: kinds[round % kinds.length]!, times: 2 });

/** Takes receipts as the API does, and says how many came. */
async function receiptsTaken(): Promise<{ url: string; came: () => number; stop: () => Promise<void> }> {
  const reader = createSmsWebhookReader(secret);
  const server = await startHttpServer(({ method, url, headers, body }, response) => {
    const header = (name: string): string | undefined => headers[name.toLowerCase()]?.toString();
    const request = { method, url, header, body };
    const take = async (): Promise<number> => {
      if (await reader.verify(request, Date.now())) return 401;
      for (const receipt of reader.receipts(request) ?? []) await recordReceipt(f.store, receipt);
      return 200;
    };
    take().then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(503).end(),
    );
  });
  return { url: server.url, came: () => server.asked.length, stop: () => server.stop() };
}

describe('a dispatcher that is killed ten times in the middle of its work', () => {
  it('a gateway that knows the key again sends every message once, whatever else goes wrong', async () => {
    const receipts = await receiptsTaken();
    const gateway = await startSmsGateway({
      ...{ secret, callback: receipts.url },
      behaviour: { latencyMs: 10, lateMs: 700, receipts: 'twice' },
    });
    const ids = await queuedMessages(f, 'sms', 110);
    const { url } = gateway;
    const given = {
      ...{ databaseUrl: f.url, channel: 'sms' as const, smtpUrl: mail.smtpUrl },
      sms: { url, secret, idempotent: true },
    };
    await killedAgainAndAgain(
      given,
      ids,
      () => Promise.resolve(gateway.deliveries().size),
      (round) => trouble(gateway, round),
    );
    await gateway.idle();
    expect(ids.filter((id) => gateway.deliveries().get(id) !== 1)).toEqual([]);
    expect(new Set((await statuses(ids)).values())).toEqual(new Set(['delivered']));
    const { rows } = await f.store.pool.query(`select 1 from message_receipt where message_id = any($1)`, [
      ids,
    ]);
    expect([rows.length, receipts.came()]).toEqual([ids.length, 2 * ids.length]);
    await gateway.stop();
    await receipts.stop();
  });

  it('one that does not is given nothing twice: it is asked, and what it never had waits for a person', async () => {
    const gateway = await startSmsGateway({
      secret,
      behaviour: { latencyMs: 10, idempotent: false, lateMs: 700 },
    });
    const ids = await queuedMessages(f, 'sms', 110);
    const { url } = gateway;
    const given = {
      ...{ databaseUrl: f.url, channel: 'sms' as const, smtpUrl: mail.smtpUrl },
      sms: { url, secret, idempotent: false },
    };
    await killedAgainAndAgain(
      given,
      ids,
      () => settledOf(ids),
      (round) => trouble(gateway, round),
    );
    const ended = await statuses(ids);
    const times = (id: string): number => gateway.deliveries().get(id) ?? 0;
    expect(ids.filter((id) => times(id) > 1)).toEqual([]);
    expect(ids.filter((id) => ended.get(id) !== (times(id) === 1 ? 'sent' : 'unknown'))).toEqual([]);
    // It answered 500 to some and sent nothing, of which its word is no proof.
    expect([...ended.values()]).toContain('unknown');
    await gateway.stop();
  });

  it('by SMTP none is lost, none leaves twice, and each that is doubtful is said to be', async () => {
    const post = await troubledMail();
    const ids: string[] = [];
    for (let n = 0; n < 110; n++)
      ids.push(...(await queuedMessages(f, 'email', 1, { address: `letter${n}@example.org` })));
    const given = {
      ...{ databaseUrl: f.url, channel: 'email' as const, smtpUrl: post.smtpUrl },
      sms: { url: 'http://127.0.0.1:1', secret, idempotent: true },
    };
    await killedAgainAndAgain(given, ids, () => settledOf(ids));
    const ended = await statuses(ids);
    const statusOf = (id: string): string => ended.get(id) ?? '';
    const times = ids.map((_id, n) => post.kept.filter((to) => to === `letter${n}@example.org`).length);
    expect(ids.filter((_id, n) => times[n]! > 1)).toEqual([]);
    expect(ids.filter((id, n) => times[n] === 0 && statusOf(id) !== 'unknown')).toEqual([]);
    expect(ids.filter((id) => !['sent', 'unknown'].includes(statusOf(id)))).toEqual([]);
    // The server kept these and never said so, whether it or the dispatcher ended the conversation.
    const unanswered = ids.filter((_id, n) => post.unanswered.has(`letter${n}@example.org`));
    expect(unanswered.length).toBeGreaterThan(kills / 2);
    expect(unanswered.map(statusOf)).toEqual(unanswered.map(() => 'unknown'));
    await post.stop();
  });
});

describe('a dispatcher that is killed between what a gateway says and the task that follows from it', () => {
  it('gives every bad number to a person, once', async () => {
    const gateway = await startSmsGateway({ secret, behaviour: { latencyMs: 20, badNumbers: '.' } });
    const ids = await queuedMessages(f, 'sms', 100);
    await f.store.pool.query(
      `update message m set address = '+86' || r.phone from resident r where r.id = m.recipient_id and m.id = any($1)`,
      [ids],
    );
    const given = {
      ...{ databaseUrl: f.url, channel: 'sms' as const, smtpUrl: mail.smtpUrl },
      sms: { url: gateway.url, secret, idempotent: true },
    };
    /** By resident: how often a journey was told, and how many tasks are open. */
    const told = async (): Promise<{ events: number; tasks: number }[]> => {
      const { rows } = await f.store.pool.query<{ events: number; tasks: number }>(
        `select (select count(*)::int from journey_event e where e.journey_id = j.id and e.kind = 'ContactFailed') as events,
           (select count(*)::int from open_step o where o.journey_id = j.id and o.step like 'contact-details#%') as tasks
         from message m join journey j on j.resident_id = m.recipient_id where m.id = any($1)`,
        [ids],
      );
      return rows;
    };
    const raised = async (): Promise<number> => (await told()).filter(({ events }) => events > 0).length;
    for (let round = 1; round <= 5; round++) {
      const child = run(given);
      // Asked without a pause, so that it dies in the middle of them.
      while ((await raised()) < (ids.length * round) / 6) await setImmediate();
      await kill(child);
    }
    const last = run(given);
    await eventually('all raised', async () => (await raised()) === ids.length);
    await kill(last);
    expect(await told()).toEqual(ids.map(() => ({ events: 1, tasks: 1 })));
    await gateway.stop();
  });
});

describe('the lock of a channel', () => {
  it('is one process’s at a time, each channel by itself, and is let go of with its connection', async () => {
    const first = await lockChannel(f.store.pool, 'sms');
    const email = await lockChannel(f.store.pool, 'email');
    expect([first, email]).not.toContain(undefined);
    expect(await lockChannel(f.store.pool, 'sms')).toBeUndefined();
    await email?.release();
    await f.store.pool.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
         and database = (select oid from pg_database where datname = current_database())`,
    );
    await eventually('lost', () => Promise.resolve(first?.lost.aborted));
    await expect(first?.confirm()).rejects.toThrow('lost');
    await first?.release();
    await eventually('free again', async () => {
      const again = await lockChannel(f.store.pool, 'sms');
      await again?.release();
      return again !== undefined;
    });
  });
});
