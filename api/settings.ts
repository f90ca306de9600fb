import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { readLinkSettings, type LinkSettings } from '../messaging/link-settings.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

const environmentSchema = z
  .object({
    DATABASE_URL: z.url(
      'PostgreSQL 连接地址 / the address of PostgreSQL, such as postgres://user:password@host:5432/yilu',
    ),
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    HOST: z.string().default('127.0.0.1'),
    YILU_HOME: z.string().optional(),
    OIDC_ISSUER: z.url().optional(),
    OIDC_AUDIENCE: z.string().min(1).default('yilu'),
    OIDC_JWKS_URL: z.url().optional(),
    YILU_ADDRESS_HEADER: z
      .string()
      .regex(/^[A-Za-z0-9-]+$/u, '请求头的名称 / the name of a header, such as X-Forwarded-For')
      .optional(),
    YILU_RELEASE: z.string().optional(),
    YILU_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .refine(({ OIDC_ISSUER, OIDC_JWKS_URL }) => (OIDC_ISSUER === undefined) === (OIDC_JWKS_URL === undefined), {
    message:
      'OIDC_ISSUER 与 OIDC_JWKS_URL 应一并设置 / set OIDC_ISSUER and OIDC_JWKS_URL together, or neither',
    path: ['OIDC_ISSUER'],
  });

export interface Settings {
  readonly databaseUrl: string;
  readonly port: number;
  readonly host: string;
  /** Data folder; holds the local issuer's key. */
  readonly home: string;
  /** The district's identity provider; absent on a laptop, where the local issuer signs. */
  readonly oidc: { readonly issuer: string; readonly audience: string; readonly jwksUrl: URL } | undefined;
  /** The links by which residents answer. */
  readonly links: LinkSettings;
  /** In which the gateway in front says who called. */
  readonly addressHeader: string | undefined;
  readonly logLevel: string;
  readonly release: string;
}

/** @returns the settings of the environment @throws Error that names each setting that is wrong and what would be right */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  // An empty variable is one that is not set: compose files write them so.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success)
    throw new Error(
      parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
    );
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: jwks, ...rest } = parsed.data;
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return {
    databaseUrl: rest.DATABASE_URL,
    port: rest.PORT,
    host: rest.HOST,
    home: homeOf(environment),
    oidc:
      issuer !== undefined && jwks !== undefined ? { issuer, audience, jwksUrl: new URL(jwks) } : undefined,
    links: readLinkSettings(set),
    addressHeader: rest.YILU_ADDRESS_HEADER,
    logLevel: rest.YILU_LOG_LEVEL,
    release: rest.YILU_RELEASE ?? version,
  };
}

/** @returns the data folder: YILU_HOME, else `.yilu` beside the program */
export const homeOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(environment['YILU_HOME'] || join(root, '.yilu'));
