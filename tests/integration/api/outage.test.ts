import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { openLocalIssuer } from '../../../api/auth/local-issuer.ts';
import { createTokenVerifier } from '../../../api/auth/token-verifier.ts';
import { createApp } from '../../../api/create-app.ts';
import { connectClocks } from '../../../api/temporal-clocks.ts';
import { startEmbeddedPostgres } from '../../../local/embedded-postgres.ts';
import { migrate } from '../../../prisma/migrate.ts';
import { publishDefinition } from '../../../store/definitions.ts';
import { openStore } from '../../../store/open-store.ts';
import { upsertOrganisations } from '../../../store/organisations.ts';
import { upsertStaff } from '../../../store/staff.ts';
import { identityNumber } from '../../support/store-fixture.ts';
import { smallSource } from '../../support/small-pathway.ts';

/** What the issue calls bounded time, and a margin for a busy machine. */
const boundMs = 3_000 + 2_000;

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'yilu-outage-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

const startPostgres = () =>
  startEmbeddedPostgres({ folder: join(folder, 'postgres'), logFile: join(folder, 'postgres.log') });

it('without PostgreSQL every route answers 503 in bounded time, and goes on when it is back; a missing Temporal stops nothing', async () => {
  let postgres = await startPostgres();
  await migrate(postgres.url);
  const store = openStore(postgres.url, { release: 'test' });
  const issuer = await openLocalIssuer(folder);
  // A task queue of its own: on the shared server another file's worker may be asking for work.
  const temporal = connectClocks(
    { TEMPORAL_ADDRESS: inject('temporalAddress'), TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') },
    `outage-${Date.now()}`,
  );
  const nowhere = connectClocks({
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'),
  });
  const make = (clocks: typeof temporal) =>
    createApp({ store, clocks, verifier: createTokenVerifier(issuer), logger: pino({ level: 'silent' }) });
  const [app, withoutTemporal] = [make(temporal), make(nowhere)];
  try {
    await upsertOrganisations(store, [
      { code: 'D', level: 'district', parent: null, names: ['示范区'] },
      { code: 'H', level: 'hospital', parent: 'D', names: ['医院'] },
      { code: 'C', level: 'centre', parent: 'D', names: ['中心'] },
    ]);
    const staff = await upsertStaff(store, [
      { code: 'doctor', name: '家医', role: 'family-doctor', organisation: 'C' },
    ]);
    await publishDefinition(store, smallSource, 'test');
    const headers = {
      authorization: `Bearer ${await issuer.sign(staff.get('doctor') ?? '')}`,
      'content-type': 'application/json',
    };
    const post = (on: typeof app, path: string, body: object, key: string) =>
      on.request(path, {
        method: 'POST',
        headers: { ...headers, 'idempotency-key': key },
        body: JSON.stringify(body),
      });

    // Temporal away: commands go on, and the readiness page says that the clocks wait and what is owed.
    const resident = (await (
      await post(
        withoutTemporal,
        '/api/v1/residents',
        { name: '甲', identityNumber: identityNumber(1), centre: 'C' },
        'r',
      )
    ).json()) as { id: string };
    const enrolled = await post(
      withoutTemporal,
      '/api/v1/journeys',
      { resident: resident.id, pathway: 'small' },
      'e',
    );
    expect(enrolled.status).toBe(201);
    const { journey } = (await enrolled.json()) as { journey: string };
    const ready = await withoutTemporal.request('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      database: 'ok',
      temporal: 'away',
      clocks: 'waiting',
      owedPokes: 0,
      clocksToSet: 1,
    });
    const noWorker = await app.request('/readyz');
    expect(await noWorker.json()).toMatchObject({ temporal: 'ok', workerSeen: false, clocks: 'waiting' });

    const command = { kind: 'recordOutcome', step: 'questions#1', outcome: 'unreachable' };
    await postgres.stop();
    for (const [method, path] of [
      ['GET', '/api/v1/worklist'],
      ['GET', '/api/v1/definitions'],
      ['GET', `/api/v1/journeys/${journey}`],
      ['POST', `/api/v1/journeys/${journey}/commands`],
    ] as const) {
      const from = performance.now();
      const answer =
        method === 'POST' ? await post(app, path, command, 'lost') : await app.request(path, { headers });
      expect(performance.now() - from, path).toBeLessThan(boundMs);
      expect([answer.status, answer.headers.get('retry-after')], path).toEqual([503, '2']);
      expect(await answer.json()).toMatchObject({ code: 'Unavailable', title: '暂时不可用' });
    }
    const away = await app.request('/readyz');
    expect(away.status).toBe(503);
    expect(await away.json()).toMatchObject({ database: 'away', clocks: 'waiting', owedPokes: null });
    expect((await app.request('/healthz')).status).toBe(200);
    expect(await (await app.request('/metrics')).text()).toContain('yilu_pokes_owed');

    postgres = await startPostgres();
    await expect
      .poll(async () => (await post(app, `/api/v1/journeys/${journey}/commands`, command, 'lost')).status, {
        timeout: 30_000,
      })
      .toBe(200);
  } finally {
    await temporal.close();
    await nowhere.close();
    await store.pool.end();
    await postgres.stop();
  }
});

it('a database that neither answers nor refuses is given up in bounded time', async () => {
  const { createServer } = await import('node:net');
  const silent = createServer(() => undefined);
  await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
  const { port } = silent.address() as { port: number };
  const store = openStore(`postgres://nobody:none@127.0.0.1:${port}/none`, { release: 'test' });
  const issuer = await openLocalIssuer(folder);
  const clocks = connectClocks({
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    TEMPORAL_CONFIG_FILE: join(folder, 'none.toml'),
  });
  const app = createApp({
    store,
    clocks,
    verifier: createTokenVerifier(issuer),
    logger: pino({ level: 'silent' }),
  });
  try {
    const from = performance.now();
    const headers = { authorization: `Bearer ${await issuer.sign('somebody')}` };
    const answers = await Promise.all(
      Array.from({ length: 30 }, async () => app.request('/api/v1/worklist', { headers })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
    expect((await app.request('/readyz')).status).toBe(503);
    expect(performance.now() - from).toBeLessThan(2 * boundMs);
  } finally {
    silent.close();
    await clocks.close();
    void store.pool.end();
  }
});
