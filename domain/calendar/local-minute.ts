import { civilText } from './civil-day.ts';
import type { ZoneClock } from './zone-clock.ts';

const two = (n: number): string => String(n).padStart(2, '0');

/** @returns an instant as a person reads it on the district's clock, `2026-03-02 08:30` */
export function localMinute(clock: Pick<ZoneClock, 'dayOf' | 'timeOf'>, at: number): string {
  const minutes = Math.floor(clock.timeOf(at) / 60_000);
  return `${civilText(clock.dayOf(at))} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
