import { localMinute } from '../../domain/calendar/local-minute.ts';
import type { ZoneClock } from '../../domain/calendar/zone-clock.ts';
import { say, type Localized } from '../../domain/model/localized.ts';

/** A slot with more places taken than its pool's week leaves it. Instants are UTC epoch milliseconds. */
export interface CrowdedSlot {
  readonly startsAt: number;
  readonly capacity: number;
  readonly taken: number;
}

/** How many of them the message names; the rest are counted. */
const named = 5;

/** A pool's new week would leave residents without the place that they have. */
export class PlacesTaken extends Error {
  override readonly name = 'PlacesTaken';
  readonly localized: Localized;
  /** Code of the pool. */
  readonly pool: string;
  readonly slots: readonly CrowdedSlot[];
  constructor(pool: string, slots: readonly CrowdedSlot[], clock: ZoneClock) {
    const some = slots.slice(0, named).map((slot) => ({ ...slot, at: localMinute(clock, slot.startsAt) }));
    const zh = some.map(({ at, taken, capacity }) => `${at} 已约 ${taken}，新容量 ${capacity}`);
    const en = some.map(({ at, taken, capacity }) => `${at}: ${taken} taken, ${capacity} left`);
    const more = slots.length > named;
    const localized = say(
      `号池 ${pool} 有 ${slots.length} 个号已约出的名额多于新的容量（${zh.join('；')}${more ? '……' : ''}）；请先改约或增加容量。`,
      `${slots.length} slots of pool ${pool} have more places taken than would be left (${en.join('; ')}${more ? '; …' : ''}); move those appointments first, or leave more places.`,
    );
    super(`${localized.zh}\n${localized.en}`);
    this.localized = localized;
    this.pool = pool;
    this.slots = slots;
  }
}
