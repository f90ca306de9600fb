import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { pino } from 'pino';
import { inject } from 'vitest';
import { openLocalIssuer } from '../../api/auth/local-issuer.ts';
import { createTokenVerifier } from '../../api/auth/token-verifier.ts';
import type { ApiEnv } from '../../api/context.ts';
import { createApp } from '../../api/create-app.ts';
import { connectClocks } from '../../api/temporal-clocks.ts';
import { createLinkSigner, type LinkSigner } from '../../messaging/answer-link.ts';
import { createSmsWebhookReader } from '../../messaging/sms/webhook-reader.ts';
import { recordInbound } from '../../store/messages/record-inbound.ts';
import { recordReceipt } from '../../store/messages/record-receipt.ts';
import { upsertStaff } from '../../store/staff.ts';
import { answerChecker } from './answer-checker.ts';
import { storeFixture, type StoreFixture } from './store-fixture.ts';

export type User =
  'district' | 'hospital' | 'centre0' | 'centre1' | 'centre2' | 'manager0' | 'radiologist' | 'administrator';

export interface Asked {
  readonly as?: User | null;
  readonly language?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface ApiFixture extends StoreFixture {
  readonly app: OpenAPIHono<ApiEnv>;
  /** Of the links by which residents answer. */
  readonly signer: LinkSigner;
  /** Lines of the log so far. */
  readonly log: string[];
  get(path: string, asked?: Asked): Promise<Answered>;
  post(path: string, body: unknown, asked?: Asked): Promise<Answered>;
  put(path: string, body: unknown, asked?: Asked): Promise<Answered>;
  delete(path: string, asked?: Asked): Promise<Answered>;
  token(user: User): Promise<string>;
}

/** With which the gateway of tests signs its receipts and replies. */
export const webhookSecret = 'a secret of sixteen characters';

let keys = 0;
/** @returns an idempotency key that no other call has had */
export const freshKey = (): string => `key-${(keys += 1)}`;

/** The real app on a real PostgreSQL and a real Temporal server without a worker. */
export async function apiFixture(): Promise<ApiFixture> {
  const fixture = await storeFixture();
  const home = await mkdtemp(join(tmpdir(), 'yilu-api-'));
  const extra = await upsertStaff(fixture.store, [
    { code: 'manager0', name: '主任零', role: 'centre-manager', organisation: 'C0' },
    { code: 'radiologist', name: '影像甲', role: 'radiologist', organisation: 'H' },
    { code: 'administrator', name: '管理员', role: 'administrator', organisation: 'D' },
  ]);
  const issuer = await openLocalIssuer(home);
  const clocks = connectClocks({
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_CONFIG_FILE: join(home, 'none.toml'),
  });
  const log: string[] = [];
  const signer = createLinkSigner('a secret for tests, long enough to be one', 'http://localhost:8080');
  const app = createApp({
    store: fixture.store,
    clocks,
    verifier: createTokenVerifier(issuer),
    publicKeys: issuer.keys,
    links: signer,
    webhooks: {
      readers: new Map([['webhook', createSmsWebhookReader(webhookSecret)]]),
      publicUrl: 'http://localhost:8080',
      recordReceipt: (receipt) => recordReceipt(fixture.store, receipt),
      recordInbound: (reply, meaning) => recordInbound(fixture.store, reply, meaning),
    },
    addressHeader: 'X-Forwarded-For',
    logger: pino({ level: 'debug' }, { write: (line: string) => void log.push(line) }),
  });
  const checkAnswer = answerChecker(
    (await (await app.request('/api/openapi.json')).json()) as Parameters<typeof answerChecker>[0],
  );
  const token = (user: User): Promise<string> =>
    issuer.sign(fixture.staff.get(user) ?? extra.get(user) ?? user);

  const ask = async (method: string, path: string, asked: Asked): Promise<Answered> => {
    const headers = new Headers(asked.headers);
    const user = asked.as === undefined ? 'district' : asked.as;
    if (user !== null && !headers.has('authorization'))
      headers.set('authorization', `Bearer ${await token(user)}`);
    if (asked.language !== undefined) headers.set('accept-language', asked.language);
    if (asked.key !== undefined) headers.set('idempotency-key', asked.key);
    if (asked.body !== undefined && !headers.has('content-type'))
      headers.set('content-type', 'application/json');
    const body = typeof asked.body === 'string' ? asked.body : JSON.stringify(asked.body);
    const answer = await app.request(path, { method, headers, ...(asked.body !== undefined && { body }) });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json')
      ? (JSON.parse(text) as object)
      : { text };
    checkAnswer(method, path, answer.status, json);
    return { status: answer.status, headers: answer.headers, body: json as Answered['body'] };
  };
  return {
    ...fixture,
    staff: new Map([...fixture.staff, ...extra]),
    app,
    signer,
    log,
    token,
    get: (path, asked = {}) => ask('GET', path, asked),
    post: (path, body, asked = {}) => ask('POST', path, { key: freshKey(), ...asked, body }),
    put: (path, body, asked = {}) => ask('PUT', path, { ...asked, body }),
    delete: (path, asked = {}) => ask('DELETE', path, asked),
    close: async () => {
      await clocks.close();
      await fixture.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
