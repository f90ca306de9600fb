import { readFileSync } from 'node:fs';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import type { HttpProviderSettings } from '../activities/http-provider.ts';
import { readLinkSettings, type LinkSettings } from '../messaging/link-settings.ts';
import { messagingSettings, type MessagingSettings } from '../messaging/settings.ts';

export interface WorkerSettings {
  readonly databaseUrl: string;
  /** Connections of this process to PostgreSQL. */
  readonly poolSize: number;
  readonly temporal: ClientConnectConfig & { readonly namespace: string };
  /** By name, as a step's `outside` has it. */
  readonly providers: ReadonlyMap<string, HttpProviderSettings>;
  /** The links by which residents answer. */
  readonly links: LinkSettings;
  /** Who carries messages; on a channel without anybody they wait in the table. */
  readonly messaging: MessagingSettings;
  readonly logLevel: string;
  /** Prometheus metrics on this port; undefined: none. */
  readonly metricsPort: number | undefined;
  readonly release: string;
}

const providerPattern = /^YILU_OUTSIDE_([A-Z0-9_]+)_URL$/u;

/** `YILU_OUTSIDE_BOOKING_URL` (and `_TOKEN`) is where the work of steps with `outside: booking` is done. */
function providersOf(env: NodeJS.ProcessEnv): Map<string, HttpProviderSettings> {
  const found = new Map<string, HttpProviderSettings>();
  for (const [key, url] of Object.entries(env)) {
    const name = providerPattern.exec(key)?.[1];
    if (!name || !url) continue;
    const token = env[`YILU_OUTSIDE_${name}_TOKEN`];
    const settings = { url: url.replace(/\/$/u, ''), ...(token ? { token } : {}) };
    found.set(name.toLowerCase().replaceAll('_', '-'), settings);
  }
  return found;
}

function numberOf(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name];
  if (!text) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value < 65_536) return value;
  throw new Error(`${name}="${text}" 不是正整数。${name} must be a whole number from 1 to 65535.`);
}

const releaseOf = (): string => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
};

/** @throws Error with the remedy when a setting is missing or makes no sense */
export function workerSettings(env: NodeJS.ProcessEnv = process.env): WorkerSettings {
  const databaseUrl = env['DATABASE_URL'];
  if (!databaseUrl)
    throw new Error(
      '缺少 DATABASE_URL，例如 postgresql://用户:密码@主机:5432/yilu。\n' +
        'DATABASE_URL is missing; give it such as postgresql://user:password@host:5432/yilu.',
    );
  const temporal = loadClientConnectConfig();
  return {
    databaseUrl,
    poolSize: numberOf(env, 'YILU_WORKER_CONNECTIONS') ?? 12,
    temporal: { ...temporal, namespace: temporal.namespace ?? 'default' },
    providers: providersOf(env),
    links: readLinkSettings(env),
    messaging: messagingSettings(env),
    logLevel: env['YILU_LOG_LEVEL'] ?? 'info',
    metricsPort: numberOf(env, 'YILU_WORKER_METRICS_PORT'),
    release: env['YILU_RELEASE'] ?? releaseOf(),
  };
}
