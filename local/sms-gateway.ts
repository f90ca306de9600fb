import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MessageStore } from './message-store.ts';
import { createReceiptSender } from './receipt-sender.ts';
import { isSigned } from './sms-protocol.ts';

/** Trouble to order. Each applies to the next `times` messages, then ends; what is ordered first comes first. */
export interface SmsTrouble {
  readonly kind:
    /** Answers 500 and sends nothing. */
    | 'error-before'
    /** Sends the message, then answers 500. */
    | 'error-after'
    /** Never answers, and sends nothing. */
    | 'silent-before'
    /** Sends the message and never answers. */
    | 'silent-after'
    /** Sends the message and answers after `lateMs`. */
    | 'late'
    /** Sends the message and cuts the connection. */
    | 'cut-after'
    /** Answers 503. */
    | 'busy';
  readonly times: number;
}

/** How the gateway behaves; the control address reads and changes it. */
export interface SmsBehaviour {
  /** Whether a message is sent once, however often its Idempotency-Key comes. */
  idempotent: boolean;
  latencyMs: number;
  /** For the trouble `late`. */
  lateMs: number;
  /** More than this a second is answered 429; null: no limit. */
  perSecond: number | null;
  /** Numbers that fit this expression are refused as bad; empty: none. */
  badNumbers: string;
  receipts: 'none' | 'once' | 'twice';
  receiptDelayMs: number;
}

export interface SmsGatewayOptions {
  readonly secret: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** Where receipts and replies go: `<callback>/receipts`, `<callback>/inbound`; without, there are none. */
  readonly callback?: string;
  readonly behaviour?: Partial<SmsBehaviour>;
  /** Keeps the messages to be looked at. */
  readonly store?: MessageStore;
}

export interface SmsGateway {
  /** For `YILU_SMS_WEBHOOK_URL`. */
  readonly url: string;
  /** `POST` here changes the behaviour (`{"perSecond": 50}`) or orders trouble (`{"troubles": [{"kind": "late", "times": 3}]}`). */
  readonly controlUrl: string;
  readonly behaviour: SmsBehaviour;
  readonly order: (...troubles: SmsTrouble[]) => void;
  /** How often a message was sent to its telephone, by its id. */
  readonly deliveries: () => ReadonlyMap<string, number>;
  /** Answers as the resident. */
  readonly reply: (from: string, text: string) => Promise<void>;
  /** Resolves when all receipts and replies were delivered or given up. */
  readonly idle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const MOST_BYTES = 64_000;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_BYTES) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

interface Posted {
  readonly id: string;
  readonly to: string;
  readonly text: string;
}

function postedOf(body: string): Posted | undefined {
  try {
    const { id, to, text } = JSON.parse(body) as Record<string, unknown>;
    if (typeof id === 'string' && typeof to === 'string' && typeof text === 'string') return { id, to, text };
  } catch {
    // not JSON
  }
  return undefined;
}

const asCaught = (from: string, to: string, text: string) => ({
  ...{ receivedAtMs: Date.now(), from, to: [to], subject: '', text, html: '', attachments: [] },
});

/** Starts a gateway for SMS that sends nothing, but speaks the signed protocol as a real one, failing to order. */
export async function startSmsGateway(options: SmsGatewayOptions): Promise<SmsGateway> {
  const { secret, store, callback } = options;
  const behaviour: SmsBehaviour = {
    ...{ idempotent: true, latencyMs: 0, lateMs: 2_000, perSecond: null, badNumbers: '' },
    ...{ receipts: callback ? 'once' : 'none', receiptDelayMs: 0 },
    ...options.behaviour,
  };
  const receipts = createReceiptSender(secret);
  const troubles: SmsTrouble[] = [];
  const deliveries = new Map<string, number>();
  const ids = new Map<string, string>();
  let second = 0;
  let inSecond = 0;

  const answer = (response: ServerResponse, status: number, content: unknown, headers = {}): void => {
    response
      .writeHead(status, { 'Content-Type': 'application/json', ...headers })
      .end(JSON.stringify(content));
  };

  function nextTrouble(): SmsTrouble['kind'] | undefined {
    const first = troubles[0];
    if (!first) return undefined;
    if (first.times <= 1) troubles.shift();
    else troubles[0] = { ...first, times: first.times - 1 };
    return first.kind;
  }

  function tooMany(): boolean {
    if (behaviour.perSecond === null) return false;
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) [second, inSecond] = [now, 0];
    return ++inSecond > behaviour.perSecond;
  }

  /** Hands a message to the telephone; kept before it is acknowledged. */
  async function deliver({ id, to, text }: Posted): Promise<string> {
    const known = ids.get(id);
    if (known !== undefined && behaviour.idempotent) return known;
    const providerId = known ?? `local-${ids.size + 1}-${randomUUID().slice(0, 8)}`;
    ids.set(id, providerId);
    deliveries.set(id, (deliveries.get(id) ?? 0) + 1);
    await store?.add(asCaught('一路 Yilu', to, text));
    if (callback && behaviour.receipts !== 'none') {
      const receipt = {
        receiptId: `${providerId}:delivered`,
        messageId: id,
        providerId,
        status: 'delivered',
      };
      for (let copy = behaviour.receipts === 'twice' ? 2 : 1; copy > 0; copy--)
        receipts.post(`${callback}/receipts`, receipt, behaviour.receiptDelayMs);
    }
    return providerId;
  }

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    if (!isSigned(secret, request.headers, body)) return answer(response, 401, { reason: 'signature' });
    const posted = postedOf(body);
    if (!posted) return answer(response, 400, { reason: 'id, to and text are needed', badAddress: false });
    if (behaviour.latencyMs > 0) await new Promise((go) => setTimeout(go, behaviour.latencyMs));
    if (tooMany()) return answer(response, 429, { reason: 'too many' }, { 'Retry-After': '1' });
    const trouble = nextTrouble();
    if (trouble === 'busy') return answer(response, 503, { reason: 'busy' }, { 'Retry-After': '1' });
    if (trouble === 'error-before') return answer(response, 500, { reason: 'internal' });
    if (trouble === 'silent-before') return;
    if (behaviour.badNumbers !== '' && new RegExp(behaviour.badNumbers, 'u').test(posted.to))
      return answer(response, 422, { reason: 'no-such-number', badAddress: true });
    const providerId = await deliver(posted);
    if (trouble === 'silent-after') return;
    if (trouble === 'cut-after') return void response.socket?.destroy();
    if (trouble === 'error-after') return answer(response, 500, { reason: 'internal' });
    if (trouble === 'late') await new Promise((go) => setTimeout(go, behaviour.lateMs));
    answer(response, 202, { providerId });
  }

  function tell(request: IncomingMessage, response: ServerResponse, id: string): void {
    if (!isSigned(secret, request.headers, id)) return answer(response, 401, { reason: 'signature' });
    const providerId = ids.get(id);
    if (providerId === undefined) return answer(response, 404, { reason: 'unknown id' });
    answer(response, 200, { status: 'accepted', providerId });
  }

  async function reply(from: string, text: string): Promise<void> {
    await store?.add(asCaught(from, '一路 Yilu', text));
    if (callback) receipts.post(`${callback}/inbound`, { id: randomUUID(), from, text, at: Date.now() });
  }

  async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST') {
      // A page of another site can post forms, but no JSON, to an address of this machine.
      if (request.headers['content-type'] !== 'application/json') return answer(response, 415, {});
      const {
        troubles: ordered,
        reply: said,
        ...changed
      } = JSON.parse(await bodyOf(request)) as Partial<SmsBehaviour> & {
        troubles?: SmsTrouble[];
        reply?: { from: string; text: string };
      };
      Object.assign(behaviour, changed);
      if (ordered) troubles.push(...ordered);
      if (said) await reply(said.from, said.text);
    }
    answer(response, 200, { ...behaviour, troubles, sent: deliveries.size });
  }

  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    const work = async (): Promise<void> => {
      if (path === '/messages' && request.method === 'POST') return take(request, response);
      if (path.startsWith('/messages/') && request.method === 'GET')
        return tell(request, response, decodeURIComponent(path.slice('/messages/'.length)));
      if (path === '/control') return control(request, response);
      answer(response, 404, { reason: 'POST /messages, GET /messages/{id}, GET or POST /control' });
    };
    work().catch((error: unknown) => {
      if (!response.headersSent) answer(response, 400, { reason: String(error) });
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((ready, fail) => {
    server.once('error', fail);
    server.listen(options.port ?? 0, '127.0.0.1', ready);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${base}/messages`,
    controlUrl: `${base}/control`,
    behaviour,
    order: (...ordered) => void troubles.push(...ordered),
    deliveries: () => deliveries,
    reply,
    idle: () => receipts.idle(),
    stop() {
      receipts.stop();
      return new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}
