import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino, type Logger } from 'pino';
import { linkSignerOf } from '../messaging/link-settings.ts';
import { createWebhookReaders } from '../messaging/create-providers.ts';
import { messagingSettings } from '../messaging/settings.ts';
import { migrate } from '../prisma/migrate.ts';
import { asStoreError, StoreUnavailable } from '../store/errors.ts';
import { recordInbound } from '../store/messages/record-inbound.ts';
import { recordReceipt } from '../store/messages/record-receipt.ts';
import { openStore } from '../store/open-store.ts';
import { apiName } from '../store/people-at-work.ts';
import { openLocalIssuer } from './auth/local-issuer.ts';
import { createTokenVerifier, type TrustedIssuer } from './auth/token-verifier.ts';
import { createApp } from './create-app.ts';
import { publishShipped } from './definitions/publish-shipped.ts';
import { readSettings, type Settings } from './settings.ts';
import { connectClocks } from './temporal-clocks.ts';

const retryMs = 2_000;
/** Requests that are under way when the process is told to stop may finish within this time. */
const farewellMs = 10_000;

/** Migrates, however long PostgreSQL takes to come up; a database newer than the program ends the process. */
async function migrateWhenUp(url: string, logger: Logger, stopping: AbortSignal): Promise<void> {
  for (;;) {
    try {
      const { applied } = await migrate(url);
      if (applied.length > 0) logger.info({ applied }, 'migrations applied');
      return;
    } catch (error) {
      const known = asStoreError(error);
      if (!(known instanceof StoreUnavailable)) throw error;
      logger.warn({ why: known.message }, 'waiting for PostgreSQL');
      await sleep(retryMs, undefined, { signal: stopping });
    }
  }
}

/** The district's identity provider, or the key in the data folder. */
async function trustedIssuer({ oidc, home }: Settings, logger: Logger): Promise<TrustedIssuer> {
  if (oidc) return { issuer: oidc.issuer, audience: oidc.audience, keys: oidc.jwksUrl };
  logger.info(
    { home },
    'tokens of the local issuer are taken; set OIDC_ISSUER and OIDC_JWKS_URL in production',
  );
  return openLocalIssuer(home);
}

async function listen(server: Server, { port, host }: Settings): Promise<number> {
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, host, done);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const messaging = messagingSettings(process.env);
  const logger = pino({ level: settings.logLevel, base: { part: 'api', release: settings.release } });
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());

  if (settings.links.publicUrlIsDefault)
    logger.info(
      { url: settings.links.publicUrl },
      'links in messages lead to this machine; set YILU_PUBLIC_URL in production',
    );
  const issuer = await trustedIssuer(settings, logger);
  await migrateWhenUp(settings.databaseUrl, logger, stopping.signal);
  const store = openStore(settings.databaseUrl, {
    name: apiName,
    release: settings.release,
    max: 20,
    onError: (error) => logger.warn({ why: error.message }, 'database connection lost'),
  });
  await publishShipped(store, logger);
  const clocks = connectClocks(process.env);
  const app = createApp({
    store,
    clocks,
    logger,
    verifier: createTokenVerifier(issuer),
    webhooks: {
      readers: createWebhookReaders(messaging),
      publicUrl: messaging.publicUrl,
      recordReceipt: (receipt) => recordReceipt(store, receipt),
      recordInbound: (reply, meaning) => recordInbound(store, reply, meaning),
    },
    links: linkSignerOf(settings.links),
    ...(settings.addressHeader !== undefined && { addressHeader: settings.addressHeader }),
    ...(issuer.keys instanceof URL ? {} : { publicKeys: issuer.keys }),
  });
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
  }) as Server;
  const port = await listen(server, settings);
  logger.info({ host: settings.host, port }, 'api ready');

  if (!stopping.signal.aborted)
    await new Promise((done) => stopping.signal.addEventListener('abort', done, { once: true }));
  logger.info('stopping');
  const closed = new Promise((done) => server.close(done));
  server.closeIdleConnections();
  await Promise.race([closed, sleep(farewellMs, undefined, { ref: false })]);
  server.closeAllConnections();
  await clocks.close();
  await store.pool.end();
}

main().catch((error: unknown) => {
  if ((error as Error).name === 'AbortError') return;
  const { name, message, stack } = error as Error;
  process.stderr.write(
    `${JSON.stringify({ level: 60, part: 'api', msg: 'api cannot run', name, why: message, stack })}\n`,
  );
  process.exitCode = 1;
  // Whatever is still open must not keep a process alive that serves nobody.
  setTimeout(() => process.exit(), 1_000).unref();
});
