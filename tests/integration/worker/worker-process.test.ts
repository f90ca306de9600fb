import { fileURLToPath } from 'node:url';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { civilText } from '../../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../../domain/calendar/zone-clock.ts';
import type { JourneyId } from '../../../domain/model/ids.ts';
import { poolSchema } from '../../../domain/scheduling/pool.ts';
import { startMailCatcher } from '../../../local/mail-catcher.ts';
import { startNodeService } from '../../../local/node-service.ts';
import type { Running } from '../../../local/running.ts';
import { startOutsideSimulator, type OutsideSimulator } from '../../../local/outside-simulator.ts';
import { holdPlace } from '../../../store/slots/hold-place.ts';
import { setPools } from '../../../store/slots/set-pool.ts';
import { joinWaitingList } from '../../../store/slots/waiting-list.ts';
import { awakeNow } from '../../support/awake-now.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { eventually, kindsOf, untilArmed } from '../../support/clock-fixture.ts';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.ts';

const entry = fileURLToPath(new URL('../../../worker/main.ts', import.meta.url));

let fixture: StoreFixture;
let folder: string;
let mail: Awaited<ReturnType<typeof startMailCatcher>>;
let booking: OutsideSimulator;
let temporalProxy: TcpProxy;
let databaseProxy: TcpProxy;
let connection: Connection;
const namespace = `worker-${Date.now()}`;
const running: Running[] = [];

const through = (url: string, port: number): string => {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
};

const environment = (): Record<string, string> => ({
  DATABASE_URL: through(fixture.url, databaseProxy.port),
  TEMPORAL_ADDRESS: `127.0.0.1:${temporalProxy.port}`,
  TEMPORAL_NAMESPACE: namespace,
  SMTP_URL: mail.smtpUrl,
  YILU_OUTSIDE_BOOKING_URL: booking.url,
  YILU_LINK_SECRET: 'a secret for tests, long enough to be one',
  YILU_LOG_LEVEL: 'debug',
});

async function startWorkerProcess(): Promise<Running> {
  const service = await startNodeService({
    name: 'worker',
    entry,
    env: environment(),
    logFile: join(folder, 'worker.log'),
    ready: { line: 'worker ready' },
  });
  running.push(service);
  return service;
}

const logOf = (): Promise<string> => readFile(join(folder, 'worker.log'), 'utf8').catch(() => '');

beforeAll(async () => {
  fixture = await storeFixture();
  await awakeNow(fixture);
  folder = await mkdtemp(join(tmpdir(), 'yilu-worker-'));
  await poolOfLongAgo();
  mail = await startMailCatcher({ folder: join(folder, 'mail') });
  booking = await startOutsideSimulator({ file: join(folder, 'booking.jsonl') });
  const [host, port] = inject('temporalAddress').split(':');
  temporalProxy = await tcpProxy(host!, Number(port));
  const database = new URL(fixture.url);
  databaseProxy = await tcpProxy(database.hostname, Number(database.port));
  connection = await Connection.connect({ address: inject('temporalAddress') });
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
});
afterAll(async () => {
  for (const service of running) await service.stop();
  await connection?.close();
  await temporalProxy?.close();
  await databaseProxy?.close();
  await booking?.stop();
  await mail?.stop();
  await rm(folder, { recursive: true, force: true });
  await fixture?.close();
});

/** A pool with one slot, the day after tomorrow, that was set when that was too far away. */
async function poolOfLongAgo(): Promise<void> {
  const { clock, store } = fixture;
  const dayMs = 86_400_000;
  const day = civilText(zoneClock('Asia/Shanghai').dayOf(Date.now() + 2 * dayMs));
  clock.at = Date.now() - 30 * dayMs;
  const pool = poolSchema.parse({
    ...{ code: 'CT', organisation: 'H', site: 'H', service: 'low-dose-ct', audience: 'general', weekly: [] },
    ...{ title: { zh: '低剂量 CT', en: 'Low-dose CT' }, opensBefore: '3d', publicHolidays: 'open' },
    extra: [{ day, from: '08:00', until: '08:30', minutes: 30, capacity: 1 }],
  });
  await setPools(store, [pool], { by: 'test' });
  clock.at = Date.now();
}

/** Committed, and whoever committed it died before the poke. */
async function enrolled(stage?: string): Promise<JourneyId> {
  fixture.clock.at = Date.now();
  return fixture.journey(stage ? { stage } : {});
}

it('brings up every clock that nobody poked, does the outside work, sends the mail', async () => {
  const journeys = [await enrolled(), await enrolled(), await enrolled('imaging')];
  await startWorkerProcess();
  for (const journey of journeys) await untilArmed(fixture.store, journey);
  await eventually('booked', async () =>
    (await kindsOf(fixture.store, journeys[2]!)).includes('OutsideWorkFinished'),
  );
  await eventually('the invitation was sent', async () => {
    const { rows } = await fixture.store.pool.query<{ status: string }>(
      `select status from notice where journey_id = $1 and due_at <= clock_timestamp()`,
      [journeys[0]],
    );
    return rows.length > 0 && rows.every((row) => row.status === 'sent');
  });
  const log = await logOf();
  expect(log).not.toMatch(/居民0|resident\d@example|1990000/u);
});

it('makes the slots that were not made yet, and offers to who waits what nobody confirmed', async () => {
  await eventually('the slots are made', async () => {
    const { rows } = await fixture.store.pool.query('select 1 from slot');
    return rows.length > 0;
  });
  const [first, second] = [await fixture.resident(), await fixture.resident()];
  fixture.clock.at = Date.now() - 3_600_000;
  const { rows } = await fixture.store.pool.query<{ id: string; pool: string }>(
    'select id, pool_id as pool from slot order by starts_at limit 1',
  );
  const { id: slot, pool } = rows[0]!;
  await holdPlace(fixture.store, { slot, resident: first, audience: 'general', by: 'test' });
  await joinWaitingList(fixture.store, { pool, resident: second, urgency: 'routine', by: 'test' });
  await eventually('the place is offered', async () => {
    const found = await fixture.store.pool.query(
      `select 1 from appointment where resident_id = $1 and status = 'offered'`,
      [second],
    );
    return found.rows.length > 0;
  });
});

it('waits for Temporal while it is away, and makes good what is owed', async () => {
  temporalProxy.cut();
  const journey = await enrolled();
  await eventually('the log says so, once', async () => (await logOf()).includes('"loop":"relay"'));
  temporalProxy.restore();
  await untilArmed(fixture.store, journey);
});

it('lives on when PostgreSQL goes away under it, in the middle of its work', async () => {
  const before = await Promise.all(Array.from({ length: 20 }, () => enrolled('imaging')));
  await eventually('some are under way', async () => (await kindsOf(fixture.store, before[0]!)).length > 1);
  databaseProxy.cut();
  const during = await enrolled('imaging');
  await eventually('the log says so', async () => /"loop":"(inbox|relay)","code"/u.test(await logOf()));
  databaseProxy.restore();
  for (const journey of [...before, during]) {
    await untilArmed(fixture.store, journey);
    await eventually('booked', async () =>
      (await kindsOf(fixture.store, journey)).includes('OutsideWorkFinished'),
    );
  }
  expect([...booking.done().values()].every((times) => times === 1)).toBe(true);
  const lines = (await logOf()).trim().split('\n');
  expect(lines.filter((line) => line.includes('"worker ready"'))).toHaveLength(1);
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
});

it('killed with kill -9, the next one goes on', async () => {
  const journey = await enrolled();
  process.kill(running[0]!.pid, 'SIGKILL');
  await running[0]!.exited;
  const other = await enrolled('imaging');
  await startWorkerProcess();
  for (const one of [journey, other]) await untilArmed(fixture.store, one);
  await eventually('booked', async () =>
    (await kindsOf(fixture.store, other)).includes('OutsideWorkFinished'),
  );
  expect([...booking.done().values()].every((times) => times === 1)).toBe(true);
});

it('started while Temporal is away, it waits for it', async () => {
  await running.at(-1)!.stop();
  temporalProxy.cut();
  const journey = await enrolled();
  const starting = startWorkerProcess();
  await eventually('it says what it waits for', async () =>
    (await logOf()).includes('"waitsFor":"Temporal"'),
  );
  temporalProxy.restore();
  await starting;
  await untilArmed(fixture.store, journey);
});

it('brings back a clock that was terminated, at the next start', async () => {
  const journey = await enrolled();
  await untilArmed(fixture.store, journey);
  const client = new Client({ connection, namespace });
  const handle = client.workflow.getHandle(`journey/${journey}`);
  await handle.terminate('lost');
  await running.at(-1)!.stop();
  await startWorkerProcess();
  await eventually('running', async () => (await handle.describe()).status.name === 'RUNNING');
});
