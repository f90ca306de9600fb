import type { MessageProvider, OutgoingMessage, SendResult, SentMessage } from '../port.ts';
import { withoutPlus } from '../telephone.ts';
import { aliyunResult, reportsBadAddress } from './aliyun-codes.ts';
import { networkFailure } from './network-failure.ts';

export interface AliyunSettings {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** Of templates whose registration names none. */
  readonly signature?: string;
  /** `https://dysmsapi.aliyuncs.com` unless set. */
  readonly endpoint?: string;
  readonly perSecond: number;
  readonly concurrency: number;
  readonly timeoutMs?: number;
}

/** Aliyun lists what it took after a while only; what is not there yet may still appear. */
const LISTED_AFTER_MS = 10 * 60_000;
const PAGE = 50;
/** More than this to one number in a day, Aliyun does not send. */
const MOST_PAGES = 4;
/** Aliyun's days are those of Beijing. */
const dayOf = (atMs: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(atMs).replaceAll('-', '');

type Sdk = typeof import('@alicloud/dysmsapi20170525');
type Constructor = Sdk['default'];

/** The SDK takes up to a second and some 40 MB to load: only who sends through it pays for it. */
async function openClient(settings: AliyunSettings) {
  const sdk = await import('@alicloud/dysmsapi20170525');
  // A CommonJS module: Node.js leaves its own `default` one level deeper, bundlers and test runners may not.
  const outer: { readonly default?: unknown } = sdk.default;
  const Client = (outer.default ?? outer) as Constructor;
  const endpoint = new URL(settings.endpoint ?? 'https://dysmsapi.aliyuncs.com');
  const { accessKeyId, accessKeySecret, timeoutMs = 10_000 } = settings;
  const config = {
    accessKeyId,
    accessKeySecret,
    endpoint: endpoint.host,
    protocol: endpoint.protocol.replace(':', ''),
    connectTimeout: Math.min(5_000, timeoutMs),
    readTimeout: timeoutMs,
  };
  const client = new Client(config as ConstructorParameters<Constructor>[0]);
  return { sdk, client };
}

type Opened = Awaited<ReturnType<typeof openClient>>;

function resultOfError(error: unknown): SendResult {
  const { code, statusCode, message } = error as Error & { code?: unknown; statusCode?: unknown };
  // The SDK gives answers with a status of 400 and more as errors with it, and the network's as they are.
  if (typeof statusCode === 'number' && typeof code === 'string' && code !== 'undefined')
    return aliyunResult(code, message, statusCode);
  const failure = networkFailure(error);
  // httpx names its own time limits so: before the connection stood, or after.
  const connecting = /ConnectTimeout|ENOTFOUND|ECONNREFUSED/u.test(`${(error as Error).name} ${message}`);
  return failure.mayHaveArrived && !connecting
    ? { status: 'unknown', reason: failure.code }
    : { status: 'later', reason: failure.code };
}

/**
 * SMS by Alibaba Cloud: only registered templates leave, under a registered signature. `OutId` is our id, but no key:
 * SendSms sends the same twice (remarks of SendSms: no idempotence), so an answer that never came is `unknown` until
 * QuerySendDetails lists the message.
 */
export function createAliyunProvider(settings: AliyunSettings): MessageProvider {
  const { perSecond, concurrency } = settings;
  let opening: Promise<Opened> | undefined;
  const open = (): Promise<Opened> => (opening ??= openClient(settings));

  async function send(message: OutgoingMessage, signal: AbortSignal): Promise<SendResult> {
    const { id, to, template } = message;
    const registered = template?.registered?.['aliyun'];
    const signName = registered?.signature || settings.signature;
    if (!template || !registered || !signName)
      return { status: 'refused', reason: 'template-not-registered', badAddress: false };
    const { client, sdk } = await open();
    if (signal.aborted) return { status: 'later', reason: 'AbortError' };
    try {
      const { body } = await client.sendSms(
        new sdk.SendSmsRequest({
          phoneNumbers: withoutPlus(to),
          signName,
          templateCode: registered.code,
          templateParam: JSON.stringify(template.parameters),
          outId: id,
        }),
      );
      if (body?.code === 'OK') return { status: 'accepted', providerId: body.bizId ?? null };
      return body?.code
        ? aliyunResult(body.code, body.message ?? '', 200)
        : { status: 'unknown', reason: 'no-code' };
    } catch (error) {
      return resultOfError(error);
    }
  }

  async function ask(
    id: string,
    _signal: AbortSignal,
    sent?: SentMessage,
  ): Promise<SendResult | 'not-found'> {
    if (!sent) return { status: 'unknown', reason: 'number-needed' };
    const { client, sdk } = await open();
    try {
      for (let currentPage = 1; currentPage <= MOST_PAGES; currentPage++) {
        const { body } = await client.querySendDetails(
          new sdk.QuerySendDetailsRequest({
            phoneNumber: withoutPlus(sent.to),
            sendDate: dayOf(sent.sentAt),
            pageSize: PAGE,
            currentPage,
          }),
        );
        if (body?.code !== 'OK') return { status: 'unknown', reason: body?.code ?? 'no-code' };
        const listed = body.smsSendDetailDTOs?.smsSendDetailDTO ?? [];
        const found = listed.find(({ outId }) => outId === id);
        // Status 1 waits for the operator, 2 failed, 3 arrived (QuerySendDetails).
        if (found?.sendStatus === 2) {
          const reason = found.errCode ?? 'failed';
          return { status: 'refused', reason, badAddress: reportsBadAddress(reason) };
        }
        if (found) return { status: 'accepted', providerId: null, delivered: found.sendStatus === 3 };
        if (listed.length < PAGE) break;
      }
      return Date.now() - sent.sentAt > LISTED_AFTER_MS
        ? 'not-found'
        : { status: 'unknown', reason: 'not-listed-yet' };
    } catch (error) {
      return { status: 'unknown', reason: networkFailure(error).code };
    }
  }

  return { name: 'aliyun', channel: 'sms', idempotent: false, perSecond, concurrency, send, ask };
}
