import type { MessageProvider } from '../../messaging/port.ts';
import type { Doubtful } from '../../store/messages/doubts.ts';
import type { Finished } from '../../store/messages/finish.ts';
import { outcomeOf } from './outcome-of.ts';

async function askOne(
  { id, attempts, to, sentAt }: Doubtful,
  provider: MessageProvider | undefined,
  signal: AbortSignal,
): Promise<Finished[]> {
  const told = await provider?.ask?.(id, signal, { to, sentAt }).catch(() => undefined);
  // "Not found" is no promise that it was not taken, and "later" none that it was.
  if (told === undefined || told === 'not-found') return [];
  if (told.status !== 'accepted' && told.status !== 'refused') return [];
  const finished = outcomeOf({ id, attempts }, told, { idempotent: false, pinned: true, another: false });
  return [finished.status === 'failed' ? { ...finished, asked: true } : finished];
}

/**
 * Asks the providers what became of messages of which nobody else knows, some at once.
 * @returns what they could say; a message that is not among it is as doubtful as before
 */
export async function askDoubtful(
  providers: readonly MessageProvider[],
  doubtful: readonly Doubtful[],
  signal: AbortSignal,
): Promise<Finished[]> {
  const told: Finished[] = [];
  for (const [name, all] of Map.groupBy(doubtful, ({ provider }) => provider)) {
    const provider = providers.find((one) => one.name === name);
    const atOnce = provider?.concurrency ?? all.length;
    for (let from = 0; from < all.length && !signal.aborted; from += atOnce) {
      const asked = all.slice(from, from + atOnce).map((one) => askOne(one, provider, signal));
      told.push(...(await Promise.all(asked)).flat());
    }
  }
  return told;
}
