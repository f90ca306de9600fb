import type { Channel } from '../../domain/model/message.ts';
import type { Ranked } from '../stand-ins.ts';
import { addressOn } from './plan-context.ts';

/** Somebody of the staff with where a message reaches them. */
export interface Reachable {
  readonly person: Ranked;
  readonly channel: Channel;
  readonly address: string;
}

/** Staff work at a desk: email, and where there is none, a text message. */
const staffChannels = ['email', 'sms'] as const satisfies readonly Channel[];

const lastRank = 4;

export function reachOf(person: Ranked, channels: readonly Channel[]): Reachable[] {
  for (const channel of staffChannels) {
    const address = channels.includes(channel) ? addressOn(channel, person) : null;
    if (address !== null) return [{ person, channel, address }];
  }
  return [];
}

/**
 * @param tried ids of those who have or had a message about it: nobody is told twice
 * @returns everybody of the first rank, from `from` on, of which anybody can be reached; undefined: nobody at all
 */
export function firstReachable(
  people: readonly Ranked[],
  {
    from,
    channels,
    tried,
  }: { readonly from: number; readonly channels: readonly Channel[]; readonly tried: readonly string[] },
): { readonly rank: number; readonly to: readonly Reachable[] } | undefined {
  for (let rank = from; rank <= lastRank; rank++) {
    const to = people
      .filter((one) => one.rank === rank && !tried.includes(one.id))
      .flatMap((one) => reachOf(one, channels));
    if (to.length > 0) return { rank, to };
  }
  return undefined;
}
