import { setTimeout as sleep } from 'node:timers/promises';
import type { MessageProvider, SendResult } from '../../messaging/port.ts';
import type { ClaimedMessage } from '../../store/messages/claim.ts';
import type { Finished } from '../../store/messages/finish.ts';
import { outcomeOf } from './outcome-of.ts';
import { outgoingOf } from './outgoing-of.ts';
import type { ProviderHealth } from './provider-health.ts';
import type { TokenBucket } from './token-bucket.ts';

/** One provider as this process sees it. */
export interface Carrier {
  readonly provider: MessageProvider;
  readonly health: ProviderHealth;
  readonly bucket: TokenBucket;
}

export interface Batch {
  readonly claimed: readonly ClaimedMessage[];
  /** Those that were written now: nobody was given them before. */
  readonly fresh: ReadonlySet<string>;
}

export interface SendDeps {
  readonly carriers: readonly Carrier[];
  readonly markSending: (id: string, attempts: number) => Promise<boolean>;
  /** Writes results down; called with one batch at a time. */
  readonly finish: (results: readonly Finished[]) => Promise<unknown>;
  /** Begins nothing new. */
  readonly stopping: AbortSignal;
  /** Breaks off what is under way. */
  readonly breakOff: AbortSignal;
}

/** A pause that is not longer is waited for with the message in hand: giving it back costs more than that. */
const SHORT_PAUSE_MS = 2_000;
/** A message is in hand for so many of them: what is urgent comes with the next batch, and what was claimed is not withdrawn any more. */
const MOST_PAUSES = 3;

/**
 * Results are gathered for so long before they are written, as each writing costs a commit. Only where the same
 * message sent again does no harm: elsewhere whatever is unwritten at a crash is doubtful.
 */
const GATHER_MS = 100;

/** Where it cannot be known whether the message was taken, the provider is asked, if it can say. */
async function settled(
  { provider }: Carrier,
  message: ClaimedMessage,
  sentAt: number,
  signal: AbortSignal,
): Promise<SendResult> {
  const sent = await provider.send(outgoingOf(message), signal);
  if (sent.status !== 'unknown' || !provider.ask) return sent;
  const told = await provider.ask(message.id, signal, { to: message.address, sentAt });
  // "Not found" is no promise: the request may still be on its way there.
  return told !== 'not-found' && (told.status === 'accepted' || told.status === 'refused') ? told : sent;
}

/** What is left of a batch when all of it has been sent. */
export interface Sent {
  /** Settles when the last results are written down. Rejects with what `finish` threw: what is not written down then is looked after as after a crash. */
  readonly written: Promise<void>;
}

/**
 * Sends a batch, some at once, each provider at its own speed, and writes the results down as they come: as many at a
 * time as came while the last were being written.
 * @returns when all are sent; the next batch need not wait for the last writing
 */
export async function sendBatch(deps: SendDeps, { claimed, fresh }: Batch): Promise<Sent> {
  const { carriers, stopping, breakOff } = deps;
  let results: Finished[] = [];
  let writing: Promise<void> | undefined;
  let failed: { readonly error: unknown } | undefined;

  const over = new AbortController();
  const gathers = carriers.every(({ provider }) => provider.idempotent);

  async function writeDown(): Promise<void> {
    while (results.length > 0 && !failed) {
      if (gathers) await sleep(GATHER_MS, undefined, { signal: over.signal }).catch(() => undefined);
      const now = results;
      results = [];
      try {
        await deps.finish(now);
      } catch (error) {
        failed ??= { error };
      }
    }
    writing = undefined;
  }
  const note = (result: Finished): void => {
    results.push(result);
    writing ??= writeDown();
  };

  /** @returns true once a pause that the provider asked for is over; false when it is none to wait for here */
  async function waitedOut({ health }: Carrier, pauses: number): Promise<boolean> {
    const waitMs = health.waitMs();
    const elsewhere = carriers.some((one) => one.health.waitMs() === 0);
    if (!health.isAsked || waitMs > SHORT_PAUSE_MS || pauses > MOST_PAUSES || elsewhere) return false;
    await sleep(waitMs, undefined, { signal: stopping }).catch(() => undefined);
    return !stopping.aborted;
  }

  async function attempt(carrier: Carrier, message: ClaimedMessage): Promise<SendResult> {
    try {
      return await settled(carrier, message, Date.now(), breakOff);
    } catch (error) {
      // Providers answer in words of the port; what they throw is a mistake of ours, after which nothing is certain.
      return { status: 'unknown', reason: error instanceof Error ? error.name : 'error' };
    }
  }

  async function sendOne(message: ClaimedMessage): Promise<void> {
    const { id, attempts } = message;
    const carrier = carriers.find(({ provider }) => provider.name === message.provider);
    const pinned = !fresh.has(id);
    // Whoever it was given to is not set up any more, and cannot be asked.
    if (!carrier) return note({ id, attempts, status: 'unknown', error: 'provider-gone' });
    const { provider, health, bucket } = carrier;
    const putOff = (afterMs: number): void =>
      note({ id, attempts, status: pinned ? 'again' : 'later', error: 'not-tried', afterMs });
    let marked = provider.idempotent;
    for (let pauses = 1; ; pauses++) {
      // A message before it has found out: this one is not worth a try.
      if (health.waitMs() > 0 && !(await waitedOut(carrier, pauses)))
        return putOff(pinned ? health.waitMs() : 0);
      try {
        await bucket.take(stopping);
      } catch {
        return putOff(0);
      }
      if (!marked && !(await deps.markSending(id, attempts))) return;
      marked = true;
      const result = await attempt(carrier, message);
      const away = health.note(result);
      if (result.status === 'later' && (await waitedOut(carrier, pauses))) continue;
      const another = away && carriers.some((one) => one !== carrier && one.health.waitMs() === 0);
      return note(outcomeOf({ id, attempts }, result, { idempotent: provider.idempotent, pinned, another }));
    }
  }

  const queues = Map.groupBy(claimed, ({ provider }) => provider);
  await Promise.all(
    [...queues].flatMap(([name, queue]) => {
      const { concurrency = 1 } = carriers.find(({ provider }) => provider.name === name)?.provider ?? {};
      const next = queue.values();
      // One iterator for all: each takes the next that nobody has.
      return Array.from({ length: Math.min(concurrency, queue.length) }, async () => {
        for (const message of next) {
          if (failed) return;
          try {
            await sendOne(message);
          } catch (error) {
            failed ??= { error };
          }
        }
      });
    }),
  );
  over.abort();
  const written = (writing ?? Promise.resolve()).then(() => {
    if (failed) throw failed.error;
  });
  // Whoever awaits it later hears of it then.
  written.catch(() => undefined);
  return { written };
}
