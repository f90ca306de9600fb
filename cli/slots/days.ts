import { civilDay, type CivilDay } from '../../domain/calendar/civil-day.ts';
import { zoneClock, type ZoneClock } from '../../domain/calendar/zone-clock.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { withClient } from '../../store/transaction.ts';

/** @throws PlainError for what is no day */
export function dayOf(text: string): CivilDay {
  try {
    return civilDay(text);
  } catch {
    throw new PlainError(
      `没有“${text}”这一天；请写 2026-08-12 这样的日期。`,
      `There is no day "${text}"; write it like 2026-08-12.`,
    );
  }
}

export interface Here {
  readonly clock: ZoneClock;
  readonly now: number;
  readonly today: CivilDay;
}

/** @returns the district's clock and what it shows now */
export async function here(store: StoreDeps): Promise<Here> {
  const clock = zoneClock((await store.calendar()).zone);
  const now = await withClient(store.pool, (client) => store.clock.now(client));
  return { clock, now, today: clock.dayOf(now) };
}
