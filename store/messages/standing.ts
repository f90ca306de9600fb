import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { awakeSince } from '../../domain/messaging/allowed-times.ts';
import type { StoreDeps } from '../deps.ts';
import { nothingLeaves } from '../outgoing.ts';
import { instant, rows, type Queryable } from '../sql.ts';
import { withClient } from '../transaction.ts';
import { messagingRules } from './rules.ts';
import { forAPerson } from './for-a-person.ts';

/** How many notices and messages stand where, but for those with which all is well: they are too many to count. */
export interface MessageStanding {
  /** `reason` of those that are held, else empty. */
  readonly notices: readonly { readonly status: string; readonly reason: string; readonly count: number }[];
  readonly messages: readonly { readonly channel: string; readonly status: string; readonly count: number }[];
  /** How long the oldest has been free to leave and has not, in seconds; 0: none. */
  readonly oldestSeconds: { readonly resident: number; readonly staff: number };
  /** Replies that a person has to read and nobody has. */
  readonly unreadReplies: number;
}

/** Each part by the partial index that holds nothing else. */
const notices = `
  select status, coalesce(hold_reason, '') as reason, count(*) as count from notice
  where status in ('queued', 'held', 'sending') group by 1, 2
  union all select status, '', count(*) from notice where status = 'failed' group by 1
  union all select status, '', count(*) from notice where status = 'unknown' group by 1`;

const messages = `
  select channel, status, count(*) as count from message where status = 'queued' group by 1, 2
  union all select channel, status, count(*) from message where status in ('claimed', 'sending') group by 1, 2
  union all select channel, status, count(*) from message where status in ('failed', 'unknown') group by 1, 2`;

const unread = `
  select count(*) as count from inbound_message i where i.read_at is null and ${forAPerson}`;

/** So many of the oldest are looked at: those that wait out a night are left aside, and what is behind them is younger. */
const looked = 2000;

/** What was free to leave by `$2`, by district: what is held is so until its hour, and then no more. */
const oldest = `
  select j.district_id as district, min(n.since) as since
  from (select journey_id, coalesce(planned_at, held_until, due_at) as since from notice
    where recipient_kind = $1 and status in ('queued', 'held', 'sending')
      and coalesce(planned_at, held_until, due_at) <= $2::timestamptz and not ${nothingLeaves}
    order by coalesce(planned_at, held_until, due_at) limit ${looked}) n
  join journey j on j.id = n.journey_id group by 1`;

/** Of those that nobody's quiet hours keep. */
async function oldestOf(
  deps: Pick<StoreDeps, 'calendar'>,
  on: Queryable,
  kind: 'resident' | 'staff',
  now: number,
): Promise<number> {
  const found = await rows<{ district: string; since: number }>(on, 'oldest-not-gone', oldest, [
    kind,
    instant(now),
  ]);
  const calendar = compileCalendar(await deps.calendar(on));
  let seconds = 0;
  for (const { district, since } of found) {
    const free =
      kind === 'staff'
        ? since
        : Math.max(since, awakeSince(calendar, (await messagingRules(on, district)).rules.quietHours, now));
    seconds = Math.max(seconds, (now - free) / 1000);
  }
  return seconds;
}

/** @returns how messages stand, asked by index: in milliseconds however many have left */
export function messageStanding(
  deps: Pick<StoreDeps, 'pool' | 'clock' | 'calendar'>,
): Promise<MessageStanding> {
  return withClient(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const [replies] = await rows<{ count: number }>(client, 'unread-replies', unread);
    return {
      notices: await rows(client, 'notice-standing', notices),
      messages: await rows(client, 'message-standing', messages),
      oldestSeconds: {
        resident: await oldestOf(deps, client, 'resident', now),
        staff: await oldestOf(deps, client, 'staff', now),
      },
      unreadReplies: replies?.count ?? 0,
    };
  });
}
