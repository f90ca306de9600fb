import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import { connectToShadowDatabase } from './shadow-database.ts';

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>;

const unfinished = `finished_at is null and rolled_back_at is null`;

/**
 * The adapter as published cuts a script at every semicolon, which tears function bodies apart and lets half a
 * migration through. Sent whole, a script is one transaction; the record that it has been applied joins it, so that
 * an unfinished record always means "not applied at all".
 */
function sendWhole(adapter: Adapter, onError: (error: unknown) => void): Adapter {
  adapter.executeScript = async (script) => {
    const database = adapter.underlyingDriver();
    const { rows } = await database.query<{ recorded: boolean }>(
      `select to_regclass('_prisma_migrations') is not null as recorded`,
    );
    const record = rows[0]?.recorded
      ? `;\nupdate _prisma_migrations set finished_at = clock_timestamp() where ${unfinished}`
      : '';
    await database.query(script + record).catch((error: unknown) => {
      onError(error);
      throw error;
    });
  };
  return adapter;
}

/**
 * @param onError told what PostgreSQL said of a script, which the engine passes on as a number only
 * @returns the adapter that Prisma's schema engine is given, and how to close the connections that it opened
 */
export function wholeScriptAdapter(url: string, onError: (error: unknown) => void) {
  const published = new PrismaPg(url);
  const opened: Adapter[] = [];
  const open = async (connecting: Promise<Adapter>): Promise<Adapter> => {
    const adapter = sendWhole(await connecting, onError);
    opened.push(adapter);
    return adapter;
  };
  const factory: SqlMigrationAwareDriverAdapterFactory = {
    provider: published.provider,
    adapterName: published.adapterName,
    connect: () => open(published.connect()),
    connectToShadowDb: () => open(connectToShadowDatabase(url)),
  };
  return {
    adapter: bindMigrationAwareSqlAdapterFactory(factory),
    close: async () => {
      // The engine closes some of them itself.
      for (const adapter of opened) if (!adapter.underlyingDriver().ended) await adapter.dispose();
    },
  };
}
