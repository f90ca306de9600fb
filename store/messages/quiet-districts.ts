import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { quietUntil } from '../../domain/messaging/allowed-times.ts';
import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';
import { withClient } from '../transaction.ts';
import { messagingRules } from './rules.ts';

/** @returns ids of the districts for which messages wait on the channel and whose residents sleep now */
export async function quietDistricts(deps: StoreDeps, channel: 'sms' | 'email'): Promise<string[]> {
  const waiting = await rows<{ id: string }>(
    deps.pool,
    'waiting-districts',
    `select o.id from organisation o where o.level = 'district' and exists (
       select 1 from message m where m.district_id = o.id and m.channel = $1 and m.status = 'queued')`,
    [channel],
  );
  if (waiting.length === 0) return [];
  const quiet: string[] = [];
  const calendar = compileCalendar(await deps.calendar());
  const now = await withClient(deps.pool, (client) => deps.clock.now(client));
  for (const { id } of waiting) {
    const { rules } = await messagingRules(deps.pool, id);
    if (quietUntil(calendar, rules.quietHours, now) !== undefined) quiet.push(id);
  }
  return quiet;
}
