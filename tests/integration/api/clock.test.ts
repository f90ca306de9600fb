import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openLocalIssuer } from '../../../api/auth/local-issuer.ts';
import { createTokenVerifier } from '../../../api/auth/token-verifier.ts';
import { createApp } from '../../../api/create-app.ts';
import { connectClocks, type TemporalClocks } from '../../../api/temporal-clocks.ts';
import { raisePoke } from '../../../store/pokes.ts';
import { asJourneyId } from '../../../domain/model/ids.ts';
import { clockFixture, connectTo, eventually, type ClockFixture } from '../../support/clock-fixture.ts';
import { storeFixture, type StoreFixture } from '../../support/store-fixture.ts';

let fixture: StoreFixture;
let worker: ClockFixture | undefined;
let connections: Awaited<ReturnType<typeof connectTo>>;
let clocks: TemporalClocks;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yilu-clock-'));
  fixture = await storeFixture();
  connections = await connectTo(inject('temporalAddress'));
  worker = await clockFixture(connections, fixture.store);
  clocks = connectClocks(
    { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') },
    worker.taskQueue,
  );
});
afterAll(async () => {
  await worker?.close();
  await clocks.close();
  await connections.close();
  await fixture.close();
  await rm(folder, { recursive: true, force: true });
});

it('a command wakes the clock, which says until when it is set and that this agrees with the record; without the worker it cannot tell', async () => {
  const { store } = fixture;
  const issuer = await openLocalIssuer(folder);
  const app = createApp({
    store,
    clocks,
    verifier: createTokenVerifier(issuer),
    logger: pino({ level: 'silent' }),
  });
  const headers = {
    authorization: `Bearer ${await issuer.sign(fixture.staff.get('centre0') ?? '')}`,
    'content-type': 'application/json',
    'idempotency-key': 'enrol',
  };
  const body = JSON.stringify({ resident: await fixture.resident(), pathway: 'small' });
  const enrolled = (await (
    await app.request('/api/v1/journeys', { method: 'POST', headers, body })
  ).json()) as { journey: string; nextDeadlineAt: string };
  const ask = async (): Promise<Record<string, unknown>> =>
    (await (await app.request(`/api/v1/journeys/${enrolled.journey}/clock`, { headers })).json()) as Record<
      string,
      unknown
    >;

  const agreed = await eventually('the clock agrees with the record', async () => {
    const clock = await ask();
    const { pokeOwed } = clock['record'] as { pokeOwed: boolean };
    return clock['agrees'] === true && !pokeOwed && clock;
  });
  expect(agreed).toMatchObject({
    workflow: 'running',
    explanation: '时钟已按记录设定。',
    record: { nextDeadlineAt: enrolled.nextDeadlineAt, armedUntil: enrolled.nextDeadlineAt, pokeOwed: false },
    says: { waitingFor: 'deadline', armedUntil: enrolled.nextDeadlineAt, retrying: [] },
  });
  expect(await (await app.request('/readyz')).json()).toMatchObject({ clocks: 'running', owedPokes: 0 });

  // A poke that nobody sent: the record is ahead of the clock.
  await raisePoke(store, asJourneyId(enrolled.journey));
  expect(await ask()).toMatchObject({ workflow: 'running', agrees: false, record: { pokeOwed: true } });

  await worker?.close();
  worker = undefined;
  expect(await ask()).toMatchObject({ workflow: 'unreachable', agrees: null, says: null });
});
