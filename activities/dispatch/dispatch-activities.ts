import { setTimeout as sleep } from 'node:timers/promises';
import { channels, type Channel } from '../../domain/model/message.ts';
import type { MessageProvider } from '../../messaging/port.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { claimMessages, type ClaimOptions } from '../../store/messages/claim.ts';
import { dueDoubts, leftSending, raiseDoubts } from '../../store/messages/doubts.ts';
import { finishMessages, type Finished } from '../../store/messages/finish.ts';
import { markSending } from '../../store/messages/mark-sending.ts';
import { planMessages } from '../../store/messages/plan-messages.ts';
import { quietDistricts } from '../../store/messages/quiet-districts.ts';
import { raiseBadAddresses } from '../../store/messages/raise-bad-addresses.ts';
import { recoverAfterCrash } from '../../store/messages/recover.ts';
import type { DispatchActivities } from './answers.ts';
import { askDoubtful } from './ask-doubtful.ts';
import { lockChannel, type ChannelLock } from './channel-lock.ts';
import { createHealth } from './provider-health.ts';
import { sendBatch, type Batch, type Carrier, type SendDeps, type Sent } from './send-batch.ts';
import { createTokenBucket } from './token-bucket.ts';

export interface DispatchDeps {
  readonly store: StoreDeps;
  /** By channel, the primary first; a channel without any keeps its messages waiting. */
  readonly providers: Readonly<Record<Channel, readonly MessageProvider[]>>;
  readonly write: ClaimOptions['write'];
  readonly result: (channel: Channel, status: Finished['status'], count: number) => void;
  /** Ends the round in hand: the process is to stop. */
  readonly signal: AbortSignal;
  /** Says that the activity is under way, and hands over the signal that breaks it off. */
  readonly underWay: <T>(work: (cancelled: AbortSignal) => Promise<T>) => Promise<T>;
  /** How long an activity works before its workflow begins the next. */
  readonly forMs?: number;
}

const FOR_MS = 5 * 60_000;
const IDLE_MS = 1_000;
/** A batch lasts about a second, and the next is ready: what is urgent and comes later waits for two at the most. */
const BATCH_SECONDS = 1;
const LARGEST_BATCH = 500;
/** Doubtful messages that a round sees to: asking about them must not hold up those that are to leave. */
const DOUBTS = 20;

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** Sends with one process for each channel at a time, whatever dies when: see store/messages/. */
export function createDispatchActivities(deps: DispatchDeps): DispatchActivities {
  const { store, write, result } = deps;
  const carriersOf = (providers: readonly MessageProvider[]): readonly Carrier[] =>
    providers.map((provider) => ({
      provider,
      health: createHealth(),
      bucket: createTokenBucket(provider.perSecond),
    }));
  // They outlive an activity: the next one must not be faster, nor forget who is away.
  const carriers: Readonly<Record<Channel, readonly Carrier[]>> = {
    sms: carriersOf(deps.providers.sms),
    email: carriersOf(deps.providers.email),
  };

  /** Where somebody carries messages: those whom only another channel reaches wait for it. */
  const open = channels.filter((channel) => carriers[channel].length > 0);

  async function finish(channel: Channel, results: readonly Finished[]): Promise<void> {
    await finishMessages(store, results);
    for (const [status, list] of Map.groupBy(results, (one) => one.status))
      result(channel, status, list.length);
  }

  /** What did not arrive becomes the task of a person; a doubtful message only if its provider cannot say either. */
  async function handOver(channel: Channel, signal: AbortSignal): Promise<void> {
    await raiseBadAddresses(store);
    const doubts = await dueDoubts(store, channel, DOUBTS);
    if (doubts.length === 0) return;
    const told = await askDoubtful(deps.providers[channel], doubts, signal);
    await finish(channel, told);
    // One that was settled is not unknown any more, and raised by nobody.
    if (!signal.aborted)
      await raiseDoubts(
        store,
        doubts.map(({ id }) => id),
      );
  }

  /** A dispatcher died in the middle of its work: who can say what it had handed over, says so before it is doubtful. */
  async function recover(channel: Channel, lock: ChannelLock, signal: AbortSignal): Promise<void> {
    const names = (which: (provider: MessageProvider) => boolean): string[] =>
      deps.providers[channel].filter(which).map(({ name }) => name);
    const idempotent = names((one) => one.idempotent);
    const asked = names((one) => !one.idempotent && one.ask !== undefined);
    const left = await leftSending(store, channel, asked);
    if (left.length > 0) await finish(channel, await askDoubtful(deps.providers[channel], left, signal));
    // Asking may have taken long: what another process is sending by now is not ours to give up.
    await lock.confirm();
    await recoverAfterCrash(store, channel, idempotent);
  }

  /** @returns what is to be sent next, committed as claimed; or how long there is nothing to do, in milliseconds */
  async function prepare(channel: Channel, breakOff: AbortSignal): Promise<Batch | number> {
    await handOver(channel, breakOff);
    const planned = await planMessages(store, { channels: open });
    const idleMs = planned === 'more' ? 0 : IDLE_MS;
    const all = carriers[channel];
    const ready = all.find(({ health }) => health.waitMs() === 0);
    if (!ready) {
      const shortest = Math.min(...all.map(({ health }) => health.waitMs()), IDLE_MS);
      return Math.min(shortest, idleMs);
    }
    const { provider, health } = ready;
    const limit = health.isOnTrial
      ? 1
      : Math.min(LARGEST_BATCH, Math.ceil(provider.perSecond * BATCH_SECONDS));
    const fresh = new Set<string>();
    const claimed = await claimMessages(store, {
      ...{ channel, limit, provider: provider.name },
      quietDistricts: await quietDistricts(store, channel),
      write(client, messages) {
        for (const { id } of messages) fresh.add(id);
        return write(client, messages);
      },
    });
    return claimed.length === 0 ? idleMs : { claimed, fresh };
  }

  const send = (
    channel: Channel,
    batch: Batch,
    { before, ...signals }: Pick<SendDeps, 'stopping' | 'breakOff'> & { readonly before: Sent | undefined },
  ): Promise<Sent> =>
    sendBatch(
      {
        ...{ carriers: carriers[channel], ...signals },
        markSending: (id, attempts) => markSending(store, id, attempts),
        async finish(results) {
          // One after the other: two that write about one notice could wait for each other.
          await before?.written;
          await finish(channel, results);
        },
      },
      batch,
    );

  async function work(
    channel: Channel,
    lock: ChannelLock,
    cancelled: AbortSignal,
    until: number,
  ): Promise<void> {
    const breakOff = AbortSignal.any([cancelled, lock.lost]);
    const stopping = AbortSignal.any([deps.signal, breakOff]);
    await recover(channel, lock, breakOff);
    let next: Batch | number = 0;
    let before: Sent | undefined;
    while (!stopping.aborted && performance.now() < until) {
      await lock.confirm();
      if (typeof next === 'number') {
        await before?.written;
        next = await prepare(channel, breakOff);
        if (typeof next === 'number' && next > 0)
          await pause(Math.max(0, Math.min(next, until - performance.now())), stopping);
        continue;
      }
      // What comes after is claimed and written while this is sent: a provider is not to wait for PostgreSQL.
      const [sent, prepared] = await Promise.allSettled([
        send(channel, next, { stopping, breakOff, before }),
        prepare(channel, breakOff),
      ]);
      await before?.written;
      if (sent.status === 'rejected') throw sent.reason;
      before = sent.value;
      if (prepared.status === 'rejected') throw prepared.reason;
      next = prepared.value;
    }
    await before?.written;
    // Claimed by now: it leaves, unless the process is to stop; then it is given back as it was.
    if (typeof next !== 'number') await (await send(channel, next, { stopping, breakOff, before })).written;
    // Repeated: whoever has the channel now looks after what this one left.
    lock.lost.throwIfAborted();
  }

  return {
    dispatch: (channel) =>
      deps.underWay(async (cancelled) => {
        const until = performance.now() + (deps.forMs ?? FOR_MS);
        const stopping = AbortSignal.any([deps.signal, cancelled]);
        while (!stopping.aborted && performance.now() < until) {
          const lock = await lockChannel(store.pool, channel);
          if (!lock) {
            // Its predecessor still holds it, perhaps without knowing that it was given up.
            await pause(IDLE_MS, stopping);
            continue;
          }
          try {
            return await work(channel, lock, cancelled, until);
          } finally {
            await lock.release();
          }
        }
      }),
  };
}
