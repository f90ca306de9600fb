import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { createDispatcher } from '../../../worker/dispatch-notices.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let folder: string;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
beforeAll(async () => {
  fixture = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'yilu-mail-'));
  mail = await startMailCatcher({ folder });
});
afterAll(async () => {
  await mail?.stop();
  await rm(folder, { recursive: true, force: true });
  await fixture?.close();
});

const dispatcher = (smtpUrl: string, results: string[]) =>
  createDispatcher({
    store: fixture.store,
    mail: createTransport(smtpUrl),
    from: 'yilu@localhost',
    result: (result) => void results.push(result),
  });

const statuses = async (): Promise<string[]> => {
  const { rows } = await fixture.store.pool.query<{ status: string }>(
    'select status from notice order by key',
  );
  return rows.map((row) => row.status);
};
const dueAgain = () => fixture.store.pool.query(`update notice set due_at = now() where status = 'queued'`);

it('keeps notices while the mail server is away, and then sends each once, also from two processes', async () => {
  for (let count = 0; count < 5; count++) await fixture.journey();
  await dueAgain();
  const results: string[] = [];
  await expect(dispatcher('smtp://127.0.0.1:1', results)()).rejects.toThrow();
  expect(results).toEqual(['again']); // the others were not even tried
  expect(new Set(await statuses())).toEqual(new Set(['queued']));

  await dueAgain();
  await Promise.all([dispatcher(mail.smtpUrl, results)(), dispatcher(mail.smtpUrl, results)()]);
  await dispatcher(mail.smtpUrl, results)();
  const all = await statuses();
  expect(new Set(all)).toEqual(new Set(['sent']));
  expect(results.filter((result) => result === 'sent')).toHaveLength(all.length);
});

it('a notice that reaches nobody has failed, and says so', async () => {
  const journey = await fixture.journey();
  await fixture.store.pool.query(
    `update resident set email = null where id = (select resident_id from journey where id = $1)`,
    [journey],
  );
  await dueAgain();
  await dispatcher(mail.smtpUrl, [])();
  const { rows } = await fixture.store.pool.query<{ status: string; error: string }>(
    'select status, error from notice where journey_id = $1',
    [journey],
  );
  expect(rows).toContainEqual({ status: 'failed', error: 'no-address' });
});
