import { rows, type Queryable } from '../sql.ts';
import { placesOfStaff } from './digest-content.ts';
import { forAPerson } from './for-a-person.ts';

/** SQL: the journeys that an unread reply is about, which a person has to read. */
export const unreadReplies = `select i.position, n.journey_id from inbound_message i
    join message_notice mn on mn.message_id = i.message_id join notice n on n.key = mn.notice_key
    where i.read_at is null and ${forAPerson}`;

/** With whoever owns an open step there. */
const unread = `
  with unread as (${unreadReplies}),
  owned as (
    select u.position, o.owner_staff_id, o.owner_role, o.owner_organisation_id
    from unread u join open_step o on o.journey_id = u.journey_id where o.status = 'open'),
  mine as (select m.id, s.id::text as staff, s.role, s.organisation_id
    from message m join staff s on s.id = m.recipient_id where m.id = any($1::uuid[]) and m.kind = 'digest'),
  found as (
    select s.id, owned.position from mine s join owned on owned.owner_staff_id = s.staff
    union
    select s.id, owned.position from mine s, ${placesOfStaff} as at, owned
    where owned.owner_staff_id is null and owned.owner_role = s.role and owned.owner_organisation_id = at.place)
  select id as message, count(*) as count from found group by 1`;

/** @returns by digest, how many replies of residents its reader has not read: those about a journey with a step of theirs */
export async function unreadFor(
  client: Queryable,
  messages: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (messages.length === 0) return new Map();
  const found = await rows<{ message: string; count: number }>(client, 'unread-for', unread, [messages]);
  return new Map(found.map(({ message, count }) => [message, count]));
}
