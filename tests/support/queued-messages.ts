import type { StoreFixture } from './store-fixture.ts';

/**
 * Invitations of new residents in messages, as the planner leaves them: one notice in each.
 * @returns the ids of the messages
 */
export async function queuedMessages(
  f: StoreFixture,
  channel: 'sms' | 'email',
  count: number,
  {
    address,
    recipientKind = 'resident',
    dueAt = '2026-01-01',
  }: { readonly address?: string; readonly recipientKind?: string; readonly dueAt?: string } = {},
): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < count; made++) {
    const journey = await f.journey();
    const to = address ?? (channel === 'sms' ? '+8619900000001' : 'resident@example.org');
    const { rows } = await f.store.pool.query<{ id: string }>(
      `with n as (update notice n set planned_at = now() from journey j
         where j.id = $1 and n.journey_id = j.id and n.status = 'queued' and n.template = 'welcome'
         returning n.key, j.resident_id, j.district_id),
       m as (insert into message (channel, recipient_kind, recipient_id, district_id, address, locale, kind, due_at)
         select $2, $4, n.resident_id, n.district_id, $3, 'zh', 'notice', $5 from n returning id)
       insert into message_notice (message_id, notice_key, channel, recipient_id)
       select m.id, n.key, $2, n.resident_id from m, n returning message_id as id`,
      [journey, channel, to, recipientKind, dueAt],
    );
    ids.push(rows[0]!.id);
  }
  return ids;
}
