import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../local/embedded-postgres.ts';
import { startTemporalServer } from '../../local/temporal-server.ts';
import { migrate } from '../../prisma/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database that {@link createTestDatabase} copies; nobody may connect to it. */
    templateUrl: string;
    /** host:port of a Temporal dev server in memory. */
    temporalAddress: string;
  }
}

interface Servers {
  templateUrl: string;
  temporalAddress: string;
  stop: () => Promise<void>;
}

async function start(): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'yilu-tests-'));
  const [postgres, temporal] = await Promise.allSettled([
    startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      logFile: join(folder, 'postgres.log'),
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
      database: 'yilu_template',
    }),
    startTemporalServer({
      folder: join(folder, 'temporal'),
      logFile: join(folder, 'temporal.log'),
      inMemory: true,
      headless: true,
    }),
  ]);
  const stop = async (): Promise<void> => {
    for (const server of [temporal, postgres]) if (server.status === 'fulfilled') await server.value.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const server of [postgres, temporal]) if (server.status === 'rejected') throw server.reason;
    if (postgres.status === 'rejected' || temporal.status === 'rejected') throw new Error('unreachable');
    await migrate(postgres.value.url);
    return { templateUrl: postgres.value.url, temporalAddress: temporal.value.address, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every project of a run calls this in one process, each through its own copy of this module. */
const shared = globalThis as typeof globalThis & {
  yiluServers?: { users: number; servers: Promise<Servers> };
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const use = (shared.yiluServers ??= { users: 0, servers: start() });
  use.users++;
  const { templateUrl, temporalAddress, stop } = await use.servers;
  project.provide('templateUrl', templateUrl);
  project.provide('temporalAddress', temporalAddress);
  return async () => {
    if (--use.users > 0) return;
    delete shared.yiluServers;
    await stop();
  };
}
