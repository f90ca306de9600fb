import { stringify } from 'yaml';
import { civilText } from '../../domain/calendar/civil-day.ts';
import { localMinute } from '../../domain/calendar/local-minute.ts';
import { PlainError } from '../../local/plain-error.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { slotsOfPool } from '../../store/slots/slots-of-pool.ts';
import { alignedTable } from '../table.ts';
import { here } from './days.ts';
import { findPool } from './find-pool.ts';

/** Shows a pool as its file, and behind `#` how full its next days are: what is printed can be edited and set. */
export async function showPool(
  store: StoreDeps,
  code: string,
  { days: given }: { readonly days: string },
): Promise<void> {
  const days = Number(given);
  if (!Number.isInteger(days) || days < 1 || days > 90)
    throw new PlainError('--days 应为 1 到 90 的整数。', '--days should be a whole number from 1 to 90.');
  const pool = await findPool(store, code);
  const { clock, today } = await here(store);
  const since = `${localMinute(clock, pool.updatedAt)} · ${pool.updatedBy}`;
  console.log(`# ${pool.code} · ${since}\n${stringify({ pools: [pool.rules] }, { lineWidth: 110 })}`);
  const slots = await slotsOfPool(store, pool.id, {
    from: clock.instantOf(today, 0),
    to: clock.instantOf(today + days, 0),
  });
  const byDay = [...Map.groupBy(slots, ({ startsAt }) => clock.dayOf(startsAt))];
  const rows = byDay.map(([day, of]) => {
    const sum = (key: 'capacity' | 'taken' | 'held'): string =>
      String(of.reduce((total, slot) => total + slot[key], 0));
    return [civilText(day), String(of.length), sum('capacity'), sum('taken'), sum('held')];
  });
  const heads = ['日期/day', '号/slots', '名额/places', '已约/taken', '待确认/held'];
  for (const line of alignedTable([heads, ...rows]).split('\n')) console.log(`#${line}`);
}
