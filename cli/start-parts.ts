import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../local/embedded-postgres.ts';
import { linkSecret } from '../local/link-secret.ts';
import { startMailCatcher } from '../local/mail-catcher.ts';
import { startNodeService } from '../local/node-service.ts';
import type { Running } from '../local/running.ts';
import { startSmsCatcher } from '../local/sms-catcher.ts';
import { supervise, type Supervised } from '../local/supervisor.ts';
import { startTemporalServer } from '../local/temporal-server.ts';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

type Tell = (zh: string, en: string) => void;

/** Something that is stopped with everything else. */
export interface Stoppable {
  stop(): Promise<void>;
  kill?(): void;
}

/** What the parts below API and worker are, and the environment that tells of them. */
export interface Ground {
  environment: Record<string, string>;
  /** Undefined when DATABASE_URL, TEMPORAL_ADDRESS or SMTP_URL names one of the operator's own. */
  postgres?: Supervised<Running & { url: string }>;
  temporal?: Supervised<Running & { address: string; uiUrl: string | undefined }>;
  mail?: { url: string; smtpUrl: string; stop(): Promise<void> };
  /** Undefined when YILU_SMS names a gateway of the operator's own. */
  sms?: { gatewayUrl: string; stop(): Promise<void> };
}

/** A profile counts only when it is named: a file in somebody's home must not make a demonstration use production. */
export const ownTemporal = (): string | undefined =>
  ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE']
    .map((name) => process.env[name])
    .find((value) => value);

/** How long the operator's own Temporal may take before everything else goes on without it. */
const TEMPORAL_PATIENCE_MS = 5_000;

async function startPostgres(folder: string, tell: Tell): Promise<Pick<Ground, 'postgres' | 'environment'>> {
  if (process.env['DATABASE_URL']) return { environment: {} };
  const logFile = join(folder, 'logs/postgres.log');
  const start = () => startEmbeddedPostgres({ folder: join(folder, 'postgres'), logFile });
  const postgres = await supervise('PostgreSQL', start, tell);
  return { postgres, environment: { DATABASE_URL: postgres.first.url } };
}

async function startTemporal(folder: string, tell: Tell): Promise<Pick<Ground, 'temporal' | 'environment'>> {
  if (ownTemporal()) return { environment: {} };
  const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
  const logFile = join(folder, 'logs/temporal.log');
  const start = () => startTemporalServer({ folder: join(folder, 'temporal'), logFile, namespace });
  const temporal = await supervise('Temporal', start, tell);
  // An empty profile of its own, so that the one in somebody's home adds no key or certificate.
  const profile = join(folder, 'temporal/profile.toml');
  await writeFile(profile, '[profile.default]\n');
  const { address } = temporal.first;
  return {
    temporal,
    environment: { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, TEMPORAL_CONFIG_FILE: profile },
  };
}

/** The page shows mail and SMS, so it is there when either of them stops here. */
async function startMessages(
  folder: string,
  apiUrl: string,
): Promise<Pick<Ground, 'mail' | 'sms' | 'environment'>> {
  const [ownMail, ownSms] = [process.env['SMTP_URL'], process.env['YILU_SMS']];
  if (ownMail && ownSms) return { environment: {} };
  const sms = ownSms ? undefined : await startSmsCatcher(join(folder, 'sms'), apiUrl);
  const mail = await startMailCatcher({ folder: join(folder, 'mail'), ...(sms && { sms }) });
  return {
    mail,
    ...(sms && { sms: { gatewayUrl: sms.gateway.url, stop: sms.gateway.stop } }),
    environment: { ...sms?.environment, ...(!ownMail && { SMTP_URL: mail.smtpUrl }) },
  };
}

/**
 * Starts database, Temporal, mail and SMS together. Each that came up is handed to `keep` at once, in the order in
 * which they must stop, also when another one failed.
 */
export async function startGround(
  folder: string,
  apiUrl: string,
  tell: Tell,
  keep: (parts: Stoppable[]) => void,
): Promise<Ground> {
  const [messages, temporal, postgres] = await Promise.allSettled([
    startMessages(folder, apiUrl),
    startTemporal(folder, tell),
    startPostgres(folder, tell),
  ]);
  const ground: Ground = { environment: {} };
  const parts: Stoppable[] = [];
  for (const result of [messages, temporal, postgres]) {
    if (result.status === 'rejected') continue;
    const { environment, ...part } = result.value;
    Object.assign(ground.environment, environment);
    Object.assign(ground, part);
    parts.push(...(Object.values(part) as Stoppable[]));
  }
  keep(parts);
  for (const result of [messages, temporal, postgres]) if (result.status === 'rejected') throw result.reason;
  return ground;
}

/**
 * Starts the worker and the API, each a process that is started again when it ends.
 * @returns whether the clocks wait, because the operator's own Temporal does not answer yet
 */
export async function startServices(
  folder: string,
  env: Record<string, string>,
  tell: Tell,
  keep: (parts: Stoppable[]) => void,
  signal: AbortSignal,
): Promise<{ clocksWait: boolean }> {
  let clocksWait = false;
  const own = ownTemporal();
  const mayWait = {
    afterMs: TEMPORAL_PATIENCE_MS,
    onWaiting(): void {
      clocksWait = true;
      tell(`等待 Temporal（${own}）…`, `waiting for Temporal at ${own} …`);
    },
    onReady: () => tell('Temporal 已连上，时钟开始运行', 'Temporal is reached, the clocks run'),
  };
  const secret = process.env['YILU_LINK_SECRET'] || (await linkSecret(folder));
  const serviceEnv = { ...env, YILU_LINK_SECRET: secret };
  const api = {
    name: 'API',
    entry: join(root, 'api/main.ts'),
    logFile: join(folder, 'logs/api.log'),
    ready: { url: `http://127.0.0.1:${env['PORT']}/readyz` },
  };
  const worker = {
    name: 'worker',
    entry: join(root, 'worker/main.ts'),
    logFile: join(folder, 'logs/worker.log'),
    ready: { line: 'worker ready' },
    ...(own !== undefined && { mayWait }),
  };
  const up = await Promise.allSettled(
    [api, worker].map((service) =>
      supervise(service.name, () => startNodeService({ ...service, env: serviceEnv, signal }), tell),
    ),
  );
  keep(up.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])));
  for (const result of up) if (result.status === 'rejected') throw result.reason;
  return { clocksWait };
}
