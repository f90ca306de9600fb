import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, it } from 'vitest';
import { startTemporalServer, type TemporalServer } from '../../../local/temporal-server.ts';
import { databaseClock } from '../../../store/clock.ts';
import type { StoreDeps } from '../../../store/deps.ts';
import { journeyWorkflowId, recordFactSignal } from '../../../workflows/messages.ts';
import {
  type ClockFixture,
  clockFixture,
  connectTo,
  eventually,
  untilArmed,
} from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let folder: string;
let server: TemporalServer;
let temporal: Awaited<ReturnType<typeof connectTo>>;
let store: StoreDeps;
let worker: ClockFixture;

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
  worker = await clockFixture(temporal, store);
});
afterAll(async () => {
  await worker?.close();
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
