import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createComposer } from '../../../activities/dispatch/compose.ts';
import { createDispatchActivities } from '../../../activities/dispatch/dispatch-activities.ts';
import { keepDispatching } from '../../../activities/dispatch/keep-dispatching.ts';
import { underWay } from '../../../activities/under-way.ts';
import { startSmsGateway, type SmsGateway } from '../../../local/sms-gateway.ts';
import { startTemporalServer, type TemporalServer } from '../../../local/temporal-server.ts';
import { createProviders } from '../../../messaging/create-providers.ts';
import { databaseClock } from '../../../store/clock.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { dispatchWorkflowId, journeyWorkflowId, recordFactSignal } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  clockFixture,
  connectTo,
  eventually,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { queuedMessages } from '../../support/queued-messages.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let folder: string;
let server: TemporalServer;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let store: StoreDeps;
let worker: ClockFixture;
let gateway: SmsGateway;
const secret = 'a secret of sixteen characters';
const stop = new AbortController();
/** How many dispatch on the channel at this moment, and the most there ever were. */
const alive = { now: 0, most: 0 };

beforeAll(async () => {
  fixture = await storeFixture();
  folder = await mkdtemp(join(tmpdir(), 'yilu-can-'));
  server = await startTemporalServer({
    folder,
    logFile: join(folder, 'temporal.log'),
    inMemory: true,
    headless: true,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '60' },
  });
  temporal = await connectTo(server.address);
  store = { ...fixture.store, clock: databaseClock };
  gateway = await startSmsGateway({ secret });
  const { url } = gateway;
  const sender = createDispatchActivities({
    ...{ store, underWay, signal: stop.signal, forMs: 50 },
    providers: createProviders({
      sms: [{ name: 'webhook', url, secret, idempotent: true, perSecond: 200, concurrency: 4 }],
      email: [],
    }),
    write: createComposer({ store }),
    result: () => undefined,
  });
  worker = await clockFixture(temporal, store, {
    activities: {
      async dispatch(channel: 'sms' | 'email') {
        if (channel !== 'sms') return sender.dispatch(channel);
        alive.most = Math.max(alive.most, (alive.now += 1));
        await sender.dispatch(channel).finally(() => (alive.now -= 1));
      },
    },
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
  await gateway?.stop();
  await temporal?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
  await fixture?.close();
});

it('goes on in a new run when the server suggests it, and no signal is lost on the way', async () => {
  fixture.clock.at = Date.now();
  const journey = await fixture.journey();
  await worker.clocks.poke(journey);
  await untilArmed(store, journey);
  const handle = worker.client.workflow.getHandle(journeyWorkflowId(journey));
  const first = (await handle.describe()).runId;
  const facts = 120;
  for (let sent = 0; sent < facts; sent += 6)
    await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        handle.signal(recordFactSignal, {
          source: 'lab',
          event: { kind: 'FactsCorrected', id: `f-${sent + index}`, reason: '核对', facts: { size: 4 } },
        }),
      ),
    );
  await eventually('all facts in the inbox are handled', async () => {
    const { rows } = await store.pool.query<{ count: string }>(
      `select count(*) from inbox where journey_id = $1 and status <> 'received'`,
      [journey],
    );
    return Number(rows[0]!.count) === facts;
  });
  // Whatever was suggested is taken up at rest, so the new run may come a moment after the last fact.
  await eventually('it goes on in a new run', async () => (await handle.describe()).runId !== first);
  await untilArmed(store, journey);
});

it('the dispatch of a channel goes on in a new run, again and again, and never two at once', async () => {
  await keepDispatching(worker.client, worker.taskQueue);
  const handle = worker.client.workflow.getHandle(dispatchWorkflowId('sms'));
  const runs = new Set<string>();
  const sent: string[] = [];
  await eventually('a fourth run', async () => {
    // As the worker does now and then: one that runs is left alone.
    await keepDispatching(worker.client, worker.taskQueue);
    const { runId } = await handle.describe();
    if (!runs.has(runId)) {
      runs.add(runId);
      // To staff, as these may be told at any hour.
      sent.push(...(await queuedMessages(fixture, 'sms', 2, { recipientKind: 'staff' })));
    }
    return runs.size >= 4;
  });
  await eventually('all sent', () => Promise.resolve(sent.every((id) => gateway.deliveries().has(id))));
  expect(sent.map((id) => gateway.deliveries().get(id))).toEqual(sent.map(() => 1));
  const open: string[] = [];
  const query = `WorkflowId = "${dispatchWorkflowId('sms')}"`;
  const ended = new Set<string>();
  for await (const { runId, status } of worker.client.workflow.list({ query }))
    if (status.name === 'RUNNING') open.push(runId);
    else ended.add(status.name);
  expect(open.length).toBeLessThanOrEqual(1);
  expect([...ended]).toEqual(['CONTINUED_AS_NEW']);
  expect(alive.most).toBe(1);
});
