import { randomBytes } from 'node:crypto';
import type { JourneyId, StepRef } from '../domain/model/ids.ts';
import type { ResidentAsk } from '../domain/model/message.ts';
import { instant, rows, type Queryable } from './sql.ts';

/** One notice that asks one resident for something. */
export interface LinkItem {
  readonly noticeKey: string;
  readonly journey: JourneyId;
  readonly step: StepRef;
  /** Id of the resident. */
  readonly resident: string;
  readonly asks: readonly ResidentAsk[];
  /** UTC epoch milliseconds. */
  readonly expiresAt: number;
  /** Id of the message that carries it. */
  readonly message?: string;
}

export interface IssuedLink {
  readonly id: string;
  /** UTC epoch milliseconds; of a link issued before, as it was then. */
  readonly expiresAt: number;
}

/** @returns 64 random bits as letters and digits: telephones cut a link at other signs now and then */
export function newLinkId(): string {
  for (;;) {
    const id = randomBytes(8).toString('base64url');
    if (/^[A-Za-z0-9]+$/u.test(id)) return id;
  }
}

/**
 * Issues the links of a batch in one statement. A notice that has one keeps it, so that a message composed again
 * after a crash says the same.
 * @param client of the transaction that writes the messages
 * @returns the link of each notice, by its key
 */
export async function issueLinks(
  client: Queryable,
  items: readonly LinkItem[],
): Promise<ReadonlyMap<string, IssuedLink>> {
  if (items.length === 0) return new Map();
  // In one order, so that two batches which meet wait for each other once.
  const once = [...new Map(items.map((item) => [item.noticeKey, item])).values()].toSorted((a, b) =>
    a.noticeKey < b.noticeKey ? -1 : 1,
  );
  const wanted = once.map(({ noticeKey, journey, step, resident, asks, expiresAt, message }) => ({
    id: newLinkId(),
    notice_key: noticeKey,
    message_id: message ?? null,
    resident_id: resident,
    journey_id: journey,
    step,
    asks,
    expires_at: instant(expiresAt),
  }));
  const issued = await rows<IssuedLink & { noticeKey: string }>(
    client,
    'issue-links',
    // An update that changes nothing: an insert alone would not return the row that was there already.
    `insert into answer_link as l (id, notice_key, message_id, resident_id, journey_id, step, asks, expires_at)
     select w.id, w.notice_key, w.message_id, w.resident_id, w.journey_id, w.step,
       array(select json_array_elements_text(w.asks)), w.expires_at
     from json_to_recordset($1::json) as w(id text, notice_key text, message_id uuid, resident_id uuid,
       journey_id uuid, step text, asks json, expires_at timestamptz)
     on conflict (notice_key, resident_id) do update set message_id = coalesce(l.message_id, excluded.message_id)
     returning l.notice_key as "noticeKey", l.id, l.expires_at as "expiresAt"`,
    [JSON.stringify(wanted)],
  );
  return new Map(issued.map(({ noticeKey, ...link }) => [noticeKey, link]));
}
