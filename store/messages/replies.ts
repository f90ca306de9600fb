import type { JourneyId } from '../../domain/model/ids.ts';
import { maskedAddress } from '../../domain/messaging/masked-address.ts';
import { scopeColumn, type Caller } from '../caller.ts';
import { decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import type { StoreDeps } from '../deps.ts';
import { rows, type Queryable } from '../sql.ts';
import { forAPerson } from './for-a-person.ts';

/** What a resident wrote back. */
export interface Reply {
  /** Order of arrival, and what people name it by. */
  readonly id: number;
  /** Masked. */
  readonly from: string;
  /** In the resident's own words. */
  readonly text: string;
  /** UTC epoch milliseconds. */
  readonly receivedAt: number;
  /** `confirmed`, `another-time`, `stopped`; or why a person has to read it: `to-be-read`, `nothing-asked`, `refused: …`. */
  readonly outcome: string;
  /** No rule understood it: it is for a person to read. */
  readonly forAPerson: boolean;
  readonly readAt: number | null;
  /** Id of a member of staff, or a name given at the machine. */
  readonly readBy: string | null;
}

export interface ReplyItem extends Reply {
  readonly resident: { readonly id: string; readonly name: string };
  /** What the message before it was about. */
  readonly journeys: readonly JourneyId[];
}

const columns = `i.position as id, i.sender as "from", i.text, i.received_at as "receivedAt", i.outcome,
  ${forAPerson} as "forAPerson", i.read_at as "readAt", i.read_by as "readBy"`;

const masked = <T extends { readonly from: string }>(reply: T): T => ({
  ...reply,
  from: maskedAddress(reply.from),
});

/** @returns what was written back after each of these messages, the oldest first */
export async function repliesTo(
  on: Queryable,
  messages: readonly string[],
): Promise<ReadonlyMap<string, Reply[]>> {
  const found = await rows<Reply & { readonly message: string }>(
    on,
    'replies-to',
    `select i.message_id as message, ${columns} from inbound_message i
     where i.message_id = any($1::uuid[]) and i.outcome is not null order by i.position`,
    [messages],
  );
  const replies = new Map<string, Reply[]>();
  for (const { message, ...reply } of found)
    replies.set(message, [...(replies.get(message) ?? []), masked(reply)]);
  return replies;
}

/** SQL: the journeys that message `m` was about, then or after it was sent anew. */
const journeysOf = `select distinct j.id, j.resident_id, j.centre_id, j.hospital_id, j.district_id
  from (select notice_key from message_notice where message_id = m.id
    union select notice_key from notice_action where m.id = any(messages)) as carried
  join notice n on n.key = carried.notice_key join journey j on j.id = n.journey_id`;

export interface ReplyQuery {
  /** Only what a person has to read and nobody has. */
  readonly unread?: boolean;
  readonly resident?: string;
  readonly cursor?: string;
  /** Default 50, at most 500. */
  readonly limit?: number;
}

/**
 * @returns what residents within the caller's reach wrote back, the newest first; a number that nobody was written to
 *   is in nobody's reach
 * @throws CursorInvalid
 */
export async function replyList(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  query: ReplyQuery = {},
): Promise<Page<ReplyItem>> {
  const limit = Math.min(query.limit ?? 50, 500);
  const values: unknown[] = [caller.organisation];
  const where = ['i.outcome is not null'];
  if (query.unread === true) where.push(`i.read_at is null and ${forAPerson}`);
  if (query.resident !== undefined) where.push(`r.id = $${values.push(query.resident)}::uuid`);
  if (query.cursor !== undefined)
    where.push(`i.position < $${values.push(decodeCursor(query.cursor, 1)[0])}::bigint`);
  type Row = Omit<ReplyItem, 'resident'> & { readonly residentId: string; readonly residentName: string };
  const found = await rows<Row>(
    deps.pool,
    '',
    `select ${columns}, r.id as "residentId", r.name as "residentName", about.journeys
     from inbound_message i join message m on m.id = i.message_id join resident r on r.id = m.recipient_id,
       lateral (select array_agg(id order by id) as journeys from (${journeysOf}) as j where j.${scopeColumn(caller)} = $1::uuid) as about
     where ${where.join(' and ')} and about.journeys is not null
     order by i.position desc limit $${values.push(limit + 1)}`,
    values,
  );
  const items = found.slice(0, limit).map(({ residentId, residentName, ...reply }) => ({
    ...masked(reply),
    resident: { id: residentId, name: residentName },
  }));
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor([last.id]) : null };
}

/**
 * Says that somebody has read a reply; whoever did so first stays on record.
 * @returns false when there is no such reply within the caller's reach
 */
export async function markReplyRead(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  id: number,
  by: string,
): Promise<boolean> {
  const found = await rows(
    deps.pool,
    '',
    `update inbound_message i set read_at = coalesce(i.read_at, clock_timestamp()), read_by = coalesce(i.read_by, $3)
     from message m
     where i.position = $1::bigint and m.id = i.message_id and i.outcome is not null
       and exists (select 1 from (${journeysOf}) as j where j.${scopeColumn(caller)} = $2::uuid)
     returning i.position`,
    [id, caller.organisation, by],
  );
  return found.length > 0;
}
