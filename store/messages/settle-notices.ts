import { rows, type Queryable } from '../sql.ts';

/**
 * Brings the notices of some messages to what their messages say: a notice has arrived, or left, if any of its
 * messages did. One that all its messages failed for is to be planned anew: for the resident's next channel, or for
 * whoever stands in for the staff that could not be told.
 */
export async function settleNotices(client: Queryable, messages: readonly string[]): Promise<void> {
  if (messages.length === 0) return;
  await rows(
    client,
    'settle-notices',
    `with standing as (
       select mn.notice_key,
         case when bool_or(m.status = 'delivered') then 'delivered'
           when bool_or(m.status = 'sent') then 'sent'
           -- Written, and perhaps gone: it can be taken back no more.
           when bool_or(m.status in ('claimed', 'sending') or (m.status = 'queued' and m.text is not null)) then 'sending'
           when bool_or(m.status = 'queued') then 'queued'
           when bool_or(m.status = 'unknown') then 'unknown'
           when bool_or(m.status = 'failed') then 'failed' end as status,
         (array_agg(m.error order by m.finished_at desc nulls last))[1] as error,
         max(m.finished_at) as finished_at
       from message_notice mn join message m on m.id = mn.message_id
       where mn.notice_key in (select notice_key from message_notice where message_id = any($1::uuid[]))
       group by mn.notice_key)
     update notice n set
       status = case s.status when 'failed' then 'queued' else s.status end,
       planned_at = case s.status when 'failed' then null else n.planned_at end,
       held_until = case s.status when 'failed' then null else n.held_until end,
       hold_reason = null,
       rank = n.rank + (s.status = 'failed' and n.recipient_kind = 'staff')::int,
       error = s.error,
       finished_at = case when s.status in ('sent', 'delivered', 'unknown') then s.finished_at end
     from standing s
     where n.key = s.notice_key and s.status is not null and n.status in ('queued', 'held', 'sending', 'sent', 'unknown')`,
    [messages],
  );
}
