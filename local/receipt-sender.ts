import { setTimeout as sleep } from 'node:timers/promises';
import { postSigned } from './sms-protocol.ts';

const AT_ONCE = 8;
const TRIES = 5;
const FIRST_PAUSE_MS = 500;

export interface ReceiptSender {
  /** Queues a callback; it is repeated, with growing pauses, until it is acknowledged or given up. */
  post(url: string, content: unknown, delayMs?: number): void;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
  stop(): void;
}

/** Delivers receipts and replies to whoever uses the gateway. */
export function createReceiptSender(secret: string): ReceiptSender {
  const stopping = new AbortController();
  const queue: { readonly url: string; readonly content: unknown; readonly dueAt: number }[] = [];
  const runners = new Set<Promise<void>>();

  async function deliver(url: string, content: unknown): Promise<void> {
    for (let tried = 0; tried < TRIES && !stopping.signal.aborted; tried++) {
      if (tried > 0)
        await sleep(FIRST_PAUSE_MS * 2 ** tried, undefined, { signal: stopping.signal, ref: false }).catch(
          () => 0,
        );
      const status = await postSigned(secret, url, content);
      if (status !== undefined && status < 300) return;
    }
  }

  async function run(): Promise<void> {
    for (let next = queue.shift(); next && !stopping.signal.aborted; next = queue.shift()) {
      const wait = next.dueAt - Date.now();
      if (wait > 0) await sleep(wait, undefined, { signal: stopping.signal, ref: false }).catch(() => 0);
      await deliver(next.url, next.content);
    }
  }

  return {
    post(url, content, delayMs = 0) {
      queue.push({ url, content, dueAt: Date.now() + delayMs });
      if (runners.size >= AT_ONCE) return;
      const runner: Promise<void> = run().finally(() => runners.delete(runner));
      runners.add(runner);
    },
    async idle() {
      while (runners.size > 0) await Promise.all(runners);
    },
    stop: () => stopping.abort(),
  };
}
