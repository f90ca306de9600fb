import type { NoticeStatus } from '../../domain/messaging/fate.ts';
import type { Channel, NoticePurpose } from '../../domain/model/message.ts';
import { scopeColumn, type Caller } from '../caller.ts';
import { decodeCursor, encodeCursor, type Page } from '../cursor.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { noticeColumns, noticeViews, type NoticeRow, type NoticeView } from './notice-view.ts';

export interface NoticeQuery {
  readonly journey?: string;
  readonly resident?: string;
  readonly status?: NoticeStatus;
  /** Only what a message on this channel carries. */
  readonly channel?: Channel;
  readonly purpose?: NoticePurpose;
  /** Due from this instant on, UTC epoch milliseconds. */
  readonly from?: number;
  /** Due before this instant. */
  readonly to?: number;
  readonly cursor?: string;
  /** Default 50, at most 500. */
  readonly limit?: number;
}

const select = `select ${noticeColumns}
  from notice n join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id`;

function conditions(caller: Caller, query: NoticeQuery): { where: string; values: unknown[] } {
  const values: unknown[] = [caller.organisation];
  const where = [`j.${scopeColumn(caller)} = $1::uuid`];
  const add = (value: unknown, condition: string): void => {
    if (value !== undefined) where.push(condition.replace('?', `$${values.push(value)}`));
  };
  add(query.journey, 'n.journey_id = ?::uuid');
  add(query.resident, 'j.resident_id = ?::uuid');
  add(query.status, 'n.status = ?');
  add(query.purpose, 'n.purpose = ?');
  add(
    query.channel,
    'exists (select 1 from message_notice mn where mn.notice_key = n.key and mn.channel = ?)',
  );
  if (query.from !== undefined) add(instant(query.from), 'n.due_at >= ?::timestamptz');
  if (query.to !== undefined) add(instant(query.to), 'n.due_at < ?::timestamptz');
  if (query.cursor !== undefined) {
    const [dueAt, key] = decodeCursor(query.cursor, 2);
    const due = `$${values.push(instant(Number(dueAt)))}::timestamptz`;
    where.push(`(n.due_at, n.key) < (${due}, $${values.push(key)})`);
  }
  return { where: where.join(' and '), values };
}

/**
 * Notices within the caller's reach with what became of them, the one due last first. Paged by key: a page is not
 * moved by what comes meanwhile.
 * @throws CursorInvalid
 */
export async function noticeList(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  query: NoticeQuery = {},
): Promise<Page<NoticeView>> {
  const limit = Math.min(query.limit ?? 50, 500);
  const { where, values } = conditions(caller, query);
  const found = await rows<NoticeRow>(
    deps.pool,
    '',
    `${select} where ${where} order by n.due_at desc, n.key desc limit $${values.push(limit + 1)}`,
    values,
  );
  const items = await noticeViews(deps.pool, found.slice(0, limit));
  const last = items.at(-1);
  return { items, next: found.length > limit && last ? encodeCursor([last.dueAt, last.key]) : null };
}

/** @returns those of the notices that the caller may see, by key */
export async function noticesByKey(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  keys: readonly string[],
): Promise<ReadonlyMap<string, NoticeView>> {
  if (keys.length === 0) return new Map();
  const found = await rows<NoticeRow>(
    deps.pool,
    `notices-by-key-${caller.level}`,
    `${select} where n.key = any($1) and j.${scopeColumn(caller)} = $2::uuid`,
    [keys, caller.organisation],
  );
  return new Map((await noticeViews(deps.pool, found)).map((notice) => [notice.key, notice]));
}
