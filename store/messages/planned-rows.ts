import type { Locale } from '../../domain/model/localized.ts';
import type { Channel } from '../../domain/model/message.ts';
import { instant, instantOrNull, rows, type Queryable } from '../sql.ts';

/** A message that is to be, with the notices that it carries. */
export interface PlannedMessage {
  readonly id: string;
  /** One for ever; null where its notices say that already. */
  readonly key: string | null;
  readonly channel: Channel;
  readonly recipientKind: 'resident' | 'staff';
  readonly recipient: string;
  readonly district: string;
  readonly address: string;
  readonly locale: Locale;
  readonly kind: 'notice' | 'digest';
  readonly urgent: boolean;
  /** UTC epoch milliseconds. */
  readonly expiresAt: number | null;
  readonly notices: readonly string[];
}

/** Notices that go along with a message that waits already. */
export type JoinedMessage = Pick<PlannedMessage, 'id' | 'channel' | 'recipient' | 'urgent' | 'notices'>;

/** What becomes of a notice. */
export interface NoticeChange {
  readonly key: string;
  /** `planned`: a message carries it from now on. */
  readonly to: 'planned' | 'held' | 'failed' | 'expired' | 'suppressed';
  /** When a held one is looked at again; null: when whatever holds it ends. */
  readonly until?: number | null;
  readonly reason?: string;
  readonly expiresAt?: number | null;
  readonly flag?: 'nobody-reachable';
  /** Who of those who stand in is told. */
  readonly rank?: number;
  readonly error?: string;
}

/** What a round of planning comes to. */
export interface PlannedRows {
  readonly messages: PlannedMessage[];
  readonly joined: JoinedMessage[];
  readonly changes: NoticeChange[];
}

export const nothingPlanned = (): PlannedRows => ({ messages: [], joined: [], changes: [] });

const insertMessages = `
  insert into message (id, key, channel, recipient_kind, recipient_id, district_id, address, locale, kind, urgent,
    due_at, expires_at)
  select id, key, channel, "recipientKind", recipient, district, address, locale, kind, urgent, $2::timestamptz, "expiresAt"
  from json_to_recordset($1::json) as m(id uuid, key text, channel text, "recipientKind" text, recipient uuid,
    district uuid, address text, locale text, kind text, urgent boolean, "expiresAt" timestamptz)`;

const insertCarried = `
  insert into message_notice (message_id, notice_key, channel, recipient_id)
  select m.id, notice.key, m.channel, m.recipient
  from json_to_recordset($1::json) as m(id uuid, channel text, recipient uuid, notices json),
    json_array_elements_text(m.notices) as notice(key)`;

const hurryJoined = `
  update message m set urgent = true
  from json_to_recordset($1::json) as w(id uuid, urgent boolean) where m.id = w.id and w.urgent and not m.urgent`;

const changeNotices = `
  update notice n set
    status = case c."to" when 'planned' then 'queued' else c."to" end,
    planned_at = case c."to" when 'planned' then $2::timestamptz end,
    held_until = c.until, hold_reason = c.reason, flag = coalesce(c.flag, n.flag), rank = coalesce(c.rank, n.rank),
    expires_at = coalesce(n.expires_at, c."expiresAt"), error = coalesce(c.error, n.error),
    finished_at = case when c."to" not in ('planned', 'held') then $2::timestamptz end
  from json_to_recordset($1::json) as c(key text, "to" text, until timestamptz, reason text, flag text, rank int,
    "expiresAt" timestamptz, error text)
  where n.key = c.key`;

/** Writes a round of planning, whose notices and joined messages the caller has locked. */
export async function writePlanned(client: Queryable, planned: PlannedRows, now: number): Promise<void> {
  const at = instant(now);
  const { joined } = planned;
  const messages = planned.messages.map((one) => ({ ...one, expiresAt: instantOrNull(one.expiresAt) }));
  const changes = planned.changes.map((one) => ({
    ...one,
    until: instantOrNull(one.until),
    expiresAt: instantOrNull(one.expiresAt),
  }));
  if (messages.length > 0)
    await rows(client, 'plan-messages', insertMessages, [JSON.stringify(messages), at]);
  if (messages.length + joined.length > 0)
    await rows(client, 'plan-carried', insertCarried, [JSON.stringify([...messages, ...joined])]);
  if (joined.length > 0) await rows(client, 'plan-joined', hurryJoined, [JSON.stringify(joined)]);
  if (changes.length > 0) await rows(client, 'plan-notices', changeNotices, [JSON.stringify(changes), at]);
}
