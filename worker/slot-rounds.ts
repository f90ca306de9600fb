import type { Logger } from 'pino';
import type { ExpandedPool } from '../store/slots/expand-pools.ts';

const BATCH = 200;

export interface SlotRounds {
  /** Gives back holds and offers that are over, and offers whatever is free to those who wait. */
  readonly holds: () => Promise<'more' | 'done'>;
  /** Makes the slots of the days that have come near enough to be booked. */
  readonly expansion: () => Promise<'done'>;
}

interface Options {
  /** Ids of what ended. */
  readonly expireHolds: (limit: number) => Promise<readonly string[]>;
  readonly offer: () => Promise<unknown>;
  readonly expand: () => Promise<readonly ExpandedPool[]>;
  readonly log: Logger;
}

/** @returns the rounds of the loops that keep the pools of slots; several workers may run them at once */
export function createSlotRounds({ expireHolds, offer, expand, log }: Options): SlotRounds {
  return {
    async holds() {
      const over = await expireHolds(BATCH);
      // What a release or a larger capacity has opened; what expired was offered as it was given back.
      await offer();
      return over.length === BATCH ? 'more' : 'done';
    },
    async expansion() {
      for (const { code, crowded, ...counts } of await expand()) {
        log.info({ pool: code, ...counts }, 'slots of the coming days were made');
        if (crowded.length > 0)
          log.warn(
            { pool: code, slots: crowded.length, first: crowded[0]?.startsAt },
            'residents have places where the pool is closed now; move them',
          );
      }
      return 'done';
    },
  };
}
