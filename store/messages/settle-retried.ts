import { rows, type Queryable } from '../sql.ts';

/**
 * A message that was given up as unknown has arrived after all, while what it carried waits to be sent again: it is
 * not. Only where the message carries nothing else any more, which is what tells the two apart without a search.
 */
export async function settleRetried(client: Queryable, message: string, at: string): Promise<void> {
  await rows(
    client,
    'settle-retried',
    `update notice n set status = 'delivered', held_until = null, hold_reason = null, error = null,
       finished_at = $2::timestamptz
     from notice_action a
     where $1::uuid = any(a.messages) and n.key = a.notice_key and n.status in ('queued', 'held')
       and not exists (select 1 from message_notice where message_id = $1::uuid)`,
    [message, at],
  );
}
