import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openStore } from '../../../store/open-store.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { journeyQuery, journeyWorkflowId } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  type MovedClock,
  clockFixture,
  connectTo,
  eventually,
  kindsOf,
  movedClock,
  rowOf,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';
import { type TcpProxy, tcpProxy } from '../../support/tcp-proxy.ts';

let fixture: StoreFixture;
let proxy: TcpProxy;
let clock: MovedClock;
let store: StoreDeps;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let worker: ClockFixture;

beforeAll(async () => {
  fixture = await storeFixture();
  const url = new URL(fixture.url);
  proxy = await tcpProxy(url.hostname, Number(url.port));
  url.port = String(proxy.port);
  clock = movedClock();
  store = openStore(url.href, { release: 'test-1', clock });
  temporal = await connectTo(inject('temporalAddress'));
  worker = await clockFixture(temporal, store);
});
afterAll(async () => {
  await worker?.close();
  await temporal?.close();
  await store?.pool.end();
  await proxy?.close();
  await fixture?.close();
});

it('a deadline that passes while PostgreSQL is away waits, costs little history, and then fires once', async () => {
  fixture.clock.at = Date.now();
  const journey = await fixture.journey();
  const { next } = await rowOf(fixture.store, journey);
  clock.setTo(next! - 2_000);
  await worker.clocks.poke(journey);
  await untilArmed(fixture.store, journey);
  proxy.cut();
  const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
  await eventually('the workflow says that it waits for the database', async () => {
    await worker.clocks.poke(journey);
    return (await handle.query(journeyQuery)).waitingFor === 'database';
  });
  // Several attempts later the history has not grown by them, and a signal is still taken at once.
  const tried = worker.failures.length;
  const before = (await worker.history(journeyWorkflowId(journey))).events.length;
  await eventually('several more attempts', async () => worker.failures.length >= tried + 3);
  const after = (await worker.history(journeyWorkflowId(journey))).events.length;
  expect(after - before).toBeLessThanOrEqual(4);
  expect(
    worker.failures.every((failure) => /^\w+: (StoreUnavailable|E[A-Z]+|[0-9A-Z]{5})$/u.test(failure)),
  ).toBe(true);

  proxy.restore();
  await eventually('served', async () => (await kindsOf(fixture.store, journey)).includes('DeadlineReached'));
  await untilArmed(fixture.store, journey);
  expect((await kindsOf(fixture.store, journey)).filter((kind) => kind === 'DeadlineReached')).toHaveLength(
    1,
  );
});
