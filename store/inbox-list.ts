import type { JourneyId } from '../domain/model/ids.ts';
import { scopeColumn, type Caller } from './caller.ts';
import { decodeCursor, encodeCursor, type Page } from './cursor.ts';
import type { StoreDeps } from './deps.ts';
import type { InboxRefusal } from './inbox-refusal.ts';
import { rows } from './sql.ts';

export type InboxStatus = 'received' | 'done' | 'refused';

/** A fact from another system, as it came and what became of it. */
export interface InboxItem {
  readonly source: string;
  readonly id: string;
  readonly journey: JourneyId;
  readonly status: InboxStatus;
  /** As it was received; of a message that could not be read, whatever came. */
  readonly fact: unknown;
  readonly refusal: InboxRefusal | null;
  readonly receivedAt: number;
  readonly handledAt: number | null;
}

interface Row extends InboxItem {
  readonly position: number;
}

/** @returns facts about the caller's journeys, the newest first @throws CursorInvalid */
export async function inboxList(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  query: { readonly status?: InboxStatus; readonly cursor?: string; readonly limit?: number } = {},
): Promise<Page<InboxItem>> {
  const limit = Math.min(query.limit ?? 50, 500);
  const values: unknown[] = [caller.organisation];
  const where = [`j.${scopeColumn(caller)} = $1::uuid`];
  if (query.status !== undefined) where.push(`i.status = $${values.push(query.status)}`);
  if (query.cursor !== undefined)
    where.push(`i.position < $${values.push(decodeCursor(query.cursor, 1)[0])}::bigint`);
  const found = await rows<Row>(
    deps.pool,
    '',
    `select i.position, i.source, i.id, i.journey_id as journey, i.status, i.body as fact, i.refusal,
       i.received_at as "receivedAt", i.handled_at as "handledAt"
     from inbox i join journey j on j.id = i.journey_id
     where ${where.join(' and ')} order by i.position desc limit $${values.push(limit + 1)}`,
    values,
  );
  const last = found.slice(0, limit).at(-1);
  return {
    items: found.slice(0, limit).map(({ position: _position, ...item }) => item),
    next: found.length > limit && last ? encodeCursor([last.position]) : null,
  };
}
