import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { quietUntil } from '../../domain/messaging/allowed-times.ts';
import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';
import { withClient } from '../transaction.ts';
import { messagingRules } from './rules.ts';

/** What is claimed now may leave so much later: batches are short, and the next one is claimed ahead. */
const AHEAD_MS = 15_000;

/** @returns ids of the districts for which messages wait on the channel and whose residents sleep now, or are about to */
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
    const sleeps = [now, now + AHEAD_MS].some(
      (at) => quietUntil(calendar, rules.quietHours, at) !== undefined,
    );
    if (sleeps) quiet.push(id);
  }
  return quiet;
}
