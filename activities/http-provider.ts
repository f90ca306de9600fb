import { z } from 'zod';
import type { WorkId } from '../domain/model/ids.ts';
import { storable } from '../store/bounds.ts';
import { facts, instant, text } from './bounded.ts';
import { NotSent, OutcomeUnknown, type Outcome, type OutsideWorkProvider } from './provider.ts';

/**
 * The protocol, as small as it can be:
 * `PUT <base>/<key>` with `Idempotency-Key` and the request as JSON; `GET <base>/<key>` asks what became of it.
 * 200: the outcome · 202: still being worked on · 404 (GET): key unknown · 422: refused, with a reason ·
 * 429 and 503: try again later, nothing was done.
 */
const outcomeSchema = z.object({
  outcome: text(100).optional(),
  appointmentAt: instant.optional(),
  facts: facts.optional(),
});
const refusalSchema = z.object({ reason: z.string().min(1) });

export interface HttpProviderSettings {
  /** Address of the collection, without a slash at its end. */
  readonly url: string;
  /** Bearer token, if the system wants one. */
  readonly token?: string;
  readonly timeoutMs?: number;
}

/** Node reports these before a single byte of the request has left. */
const notConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function wasSent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return !(typeof code === 'string' && notConnected.has(code));
}

/** Whoever takes over looks there: it says that it was done, but not what. */
const impossible = ({ issues }: z.ZodError): string =>
  storable(
    `外部系统的答复超出范围，请在该系统中核对 · the answer is out of bounds, look it up there: ${issues
      .map(({ path }) => path.join('.') || 'body')
      .join(', ')}`,
  );

export function createHttpProvider({
  url,
  token,
  timeoutMs = 20_000,
}: HttpProviderSettings): OutsideWorkProvider {
  async function send(key: WorkId, init: RequestInit): Promise<Response> {
    try {
      return await fetch(`${url}/${encodeURIComponent(key)}`, {
        ...init,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': key,
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
    } catch (error) {
      throw wasSent(error)
        ? new OutcomeUnknown({ cause: error })
        : new NotSent('provider-away', { cause: error });
    }
  }

  async function outcomeOf(response: Response): Promise<Outcome> {
    switch (response.status) {
      case 200:
      case 201: {
        // An answer that is cut off says nothing about what was done; the next one may be whole.
        const answer: unknown = await response.json().catch((error: unknown) => {
          throw new OutcomeUnknown({ cause: error });
        });
        const parsed = outcomeSchema.safeParse(answer);
        if (!parsed.success) return { status: 'impossible', reason: impossible(parsed.error) };
        const { outcome, appointmentAt, facts: recorded } = parsed.data;
        return {
          status: 'done',
          ...(outcome === undefined ? {} : { outcome }),
          ...(appointmentAt === undefined ? {} : { appointmentAt }),
          ...(recorded === undefined ? {} : { facts: recorded }),
        };
      }
      case 429:
      case 503:
        await response.body?.cancel();
        throw new NotSent('provider-busy');
      case 400:
      case 409:
      case 410:
      case 422: {
        const parsed = refusalSchema.safeParse(await response.json().catch(() => undefined));
        const reason = parsed.success ? storable(parsed.data.reason) : '';
        return { status: 'refused', reason: reason || `HTTP ${response.status}` };
      }
      default:
        await response.body?.cancel();
        throw new OutcomeUnknown();
    }
  }

  return {
    start: async (key, request) =>
      outcomeOf(await send(key, { method: 'PUT', body: JSON.stringify(request) })),
    async ask(key) {
      const response = await send(key, { method: 'GET' });
      if (response.status !== 404) return outcomeOf(response);
      await response.body?.cancel();
      return 'unknown-key';
    },
  };
}
