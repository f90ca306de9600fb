import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { startNodeService } from '../../../local/node-service.ts';
import type { Running } from '../../../local/running.ts';
import { startSmsGateway, type SmsGateway } from '../../../local/sms-gateway.ts';
import { awakeNow } from '../../support/awake-now.ts';
import { eventually } from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

const secret = 'a secret of sixteen characters';
const namespace = `dispatch-${Date.now()}`;
let f: StoreFixture;
let folder: string;
let gateway: SmsGateway;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
let worker: Running;

beforeAll(async () => {
  f = await storeFixture();
  f.clock.at = Date.now();
  await awakeNow(f);
  folder = await mkdtemp(join(tmpdir(), 'yilu-dispatch-worker-'));
  gateway = await startSmsGateway({ secret });
  mail = await startMailCatcher({ folder });
  const address = inject('temporalAddress');
  const connection = await Connection.connect({ address });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await connection.close();
  worker = await startNodeService({
    name: 'worker',
    entry: fileURLToPath(new URL('../../../worker/main.ts', import.meta.url)),
    env: {
      DATABASE_URL: f.url,
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      SMTP_URL: mail.smtpUrl,
      YILU_SMS: 'webhook',
      YILU_SMS_WEBHOOK_URL: gateway.url,
      YILU_SMS_WEBHOOK_SECRET: secret,
      YILU_LINK_SECRET: 'a secret for tests, long enough to be one',
    },
    logFile: join(folder, 'worker.log'),
    ready: { line: 'worker ready' },
  });
});
afterAll(async () => {
  await worker?.stop();
  await gateway?.stop();
  await mail?.stop();
  await f?.close();
  await rm(folder, { recursive: true, force: true });
});

it('a worker sends what is due to the resident by SMS, once, and not by email besides', async () => {
  const journey = await f.journey();
  const message = await eventually('sent', async () => {
    const { rows } = await f.store.pool.query<{ id: string; status: string; channel: string }>(
      `select m.id, m.status, m.channel from message m join message_notice mn on mn.message_id = m.id
       join notice n on n.key = mn.notice_key where n.journey_id = $1 and n.recipient_kind = 'resident'`,
      [journey],
    );
    return rows[0]?.status === 'sent' && rows[0];
  });
  expect(message.channel).toBe('sms');
  expect([...gateway.deliveries()]).toEqual([[message.id, 1]]);
  const letters = (await (await fetch(`${mail.url}/messages`)).json()) as { to: string[] }[];
  expect(letters.filter(({ to }) => to.join().includes('resident'))).toEqual([]);
});
