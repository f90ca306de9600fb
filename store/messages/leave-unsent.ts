import { instant, rows, type Queryable } from '../sql.ts';
import { isLookedAfter, mayBeTold } from './preferences.ts';
import { settleNotices } from './settle-notices.ts';

/**
 * Written earlier and perhaps left, and nothing in them is to be said now. Their notices are past being withdrawn, so
 * it is asked anew what would have withdrawn them. What is too late but still wanted is a doubt like any other; of the
 * rest, nobody is to be asked whether it arrived.
 */
const leave = `
  with now_said as (
    select mn.message_id as id, n.expires_at <= $2::timestamptz as late,
      ${isLookedAfter} and ${mayBeTold('mn.channel', 'n.purpose')} and (j.ended_at is null or j.ended_at < m.claimed_at)
        and (coalesce(cardinality(n.asks), 0) = 0
          or exists (select 1 from open_step o where o.journey_id = n.journey_id and o.step = n.step)) as wanted
    from message_notice mn join message m on m.id = mn.message_id join notice n on n.key = mn.notice_key
    join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id
    where mn.message_id = any($1::uuid[])),
  unsaid as (
    select id, bool_or(wanted) as wanted from now_said group by id
    having not bool_or(wanted and not coalesce(late, false)))
  update message m set status = 'unknown', finished_at = $2::timestamptz,
    error = case when u.wanted then 'too-late' else 'not-wanted' end,
    doubt_raised_at = case when u.wanted then m.doubt_raised_at else $2::timestamptz end
  from unsaid u where m.id = u.id returning m.id`;

/**
 * A message that its provider may have is given to it again only while somebody is to be told: not to who has died,
 * has asked not to be written to, or has answered meanwhile, nor when it is too late. What became of it is unknown.
 * @param messages ids of written messages to residents, which the caller has locked
 * @returns the ids of those that are not sent again
 */
export async function leaveUnsent(
  client: Queryable,
  messages: readonly string[],
  now: number,
): Promise<ReadonlySet<string>> {
  if (messages.length === 0) return new Set();
  const left = await rows<{ id: string }>(client, 'leave-unsent', leave, [messages, instant(now)]);
  const ids = left.map(({ id }) => id);
  await settleNotices(client, ids);
  return new Set(ids);
}
