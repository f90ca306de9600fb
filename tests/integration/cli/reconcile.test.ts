import { afterAll, afterEach, beforeAll, expect, inject, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { runYilu } from '../../support/run-yilu.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
afterEach(() => vi.unstubAllEnvs());

// What reconciling does to clocks is the worker's test; here that the command finds both servers.
it('goes through the journeys on the Temporal server that the environment names', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', inject('temporalAddress'));
  expect(await runYilu(database.url, 'reconcile', '--all')).toEqual({
    code: 0,
    out: '0 个旅程的时钟，0 个有未完成的外部事务 / 0 clocks, 0 with unfinished outside work\n',
    err: '',
  });
});

it('says so in a sentence when Temporal is away', async () => {
  vi.stubEnv('TEMPORAL_ADDRESS', '127.0.0.1:1');
  const result = await runYilu(database.url, 'reconcile');
  expect(result).toMatchObject({ code: 69, out: '' });
  expect(result.err).toMatch(/连不上 Temporal（127\.0\.0\.1:1）/u);
  expect(result.err).not.toContain('    at ');
});
