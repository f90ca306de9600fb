import type pg from 'pg';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { civilText } from '../../domain/calendar/civil-day.ts';
import type { Facts } from '../../domain/model/fact.ts';
import type { JourneyId, StepRef } from '../../domain/model/ids.ts';
import type { Locale } from '../../domain/model/localized.ts';
import { awayOn } from '../absences/staff-cover.ts';
import type { StoreDeps } from '../deps.ts';
import { nothingLeaves } from '../outgoing.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { leaveUnsent } from './leave-unsent.ts';
import { isLookedAfter, mayBeTold } from './preferences.ts';

/** A notice that still has something to say. */
export interface LiveNotice {
  readonly key: string;
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly pathway: string;
  readonly version: number;
  readonly template: string;
  readonly parameters: Facts;
  readonly purpose: string;
  readonly asks: readonly string[];
}

export interface MessageToWrite {
  readonly id: string;
  readonly key: string | null;
  readonly channel: 'sms' | 'email';
  readonly recipientKind: 'resident' | 'staff';
  readonly recipient: string;
  readonly district: string;
  readonly address: string;
  readonly locale: Locale;
  readonly kind: 'notice' | 'digest';
  /** In the order in which they were called for. */
  readonly notices: readonly LiveNotice[];
}

/** What a message says: kept word by word, so that the same id is the same message for ever. */
export interface Written {
  readonly subject: string;
  readonly text: string;
  readonly segments: number | null;
  /** What else the provider is given with it, such as a registered template. */
  readonly extra: Readonly<Record<string, unknown>>;
}

export interface ClaimedMessage extends Omit<MessageToWrite, 'notices' | 'key'>, Written {
  /** Which attempt this is, from 1; given back with the result. */
  readonly attempts: number;
  /** Only this one may be given it: the message may have reached it before. */
  readonly provider: string;
}

export interface ClaimOptions {
  readonly channel: 'sms' | 'email';
  readonly limit: number;
  /** Who is to be given what nobody has been given yet. */
  readonly provider: string;
  /** Districts in whose quiet hours it is now: their residents are left to sleep. */
  readonly quietDistricts: readonly string[];
  /** Writes the messages, in the transaction of the claim. One that is left out has nothing to say, and ends. */
  readonly write: (
    client: pg.PoolClient,
    messages: readonly MessageToWrite[],
  ) => Promise<ReadonlyMap<string, Written>>;
}

type Row = Omit<MessageToWrite, 'notices'> & {
  readonly attempts: number;
  readonly provider: string | null;
  readonly subject: string | null;
  readonly text: string | null;
  readonly segments: number | null;
  readonly extra: Written['extra'] | null;
};
type Fate = 'live' | 'gone' | 'elsewhere' | 'away' | 'suppressed' | 'expired';
type NoticeRow = LiveNotice & { readonly message: string; readonly fate: Fate };

const claimable = `
  select m.id, m.key, m.channel, m.recipient_kind as "recipientKind", m.recipient_id as recipient,
    m.district_id as district, m.address, m.locale, m.kind, m.attempts, m.provider, m.subject, m.text, m.segments, m.extra
  from message m
  where m.channel = $1 and m.status = 'queued' and m.due_at <= $2::timestamptz
    and (m.recipient_kind = 'staff' or m.district_id <> all($4::uuid[])) and not ${nothingLeaves}
  order by m.urgent desc, m.due_at, m.id limit $3 for update of m skip locked`;

/** SQL: a provider has called the address bad since the message was made. */
const isKnownBad = `exists (select 1 from message m join bad_address b on b.resident_id = m.recipient_id
    and b.channel = m.channel and b.address = m.address where m.id = mn.message_id)`;

/** SQL: where somebody may still be told who wants nothing more on the channel of the message. */
const otherChannel = `case mn.channel when 'sms' then 'email' else 'sms' end`;

/** What became of the notices while they waited; the notices are locked, so that none is withdrawn meanwhile. */
const carried = `
  select mn.message_id as message, n.key, n.journey_id as journey, n.step, j.pathway, j.version, n.template,
    n.parameters, n.purpose, coalesce(n.asks, '{}') as asks,
    case when n.status not in ('queued', 'held') then 'gone'
      when n.expires_at <= $2::timestamptz then 'expired'
      when n.recipient_kind = 'staff' then 'live'
      when j.resident_id <> mn.recipient_id or ${isKnownBad} then 'elsewhere'
      when not ${isLookedAfter} then 'suppressed'
      when ${mayBeTold('mn.channel', 'n.purpose')} then 'live'
      when ${mayBeTold(otherChannel, 'n.purpose')} then 'elsewhere'
      else 'suppressed' end as fate
  from message_notice mn join notice n on n.key = mn.notice_key
  join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id
  where mn.message_id = any($1::uuid[])
  order by n.queued_at, n.key for update of n`;

/**
 * A notice that no message says any more: whatever it was, it is not a part of what leaves. What was for somebody who
 * has gone away meanwhile is planned anew, for whoever stands in, unless a colleague is told of it as well.
 */
const dropNotices = `
  with gone as (select * from json_to_recordset($1::json) as g(key text, message uuid, fate text)),
    dropped as (delete from message_notice mn using gone where mn.message_id = gone.message and mn.notice_key = gone.key
      returning mn.notice_key)
  update notice n set
    status = case when gone.fate in ('suppressed', 'expired') then gone.fate else n.status end,
    planned_at = case when gone.fate = 'elsewhere' or gone.fate = 'away' and not exists (
        select 1 from message_notice mn join message m on m.id = mn.message_id
        where mn.notice_key = n.key and m.status in ('queued', 'claimed', 'sending')
          and not exists (select 1 from gone other where other.key = mn.notice_key and other.message = mn.message_id)) then null
      else n.planned_at end,
    hold_reason = case gone.fate when 'away' then 'reader-away' else n.hold_reason end,
    finished_at = case when gone.fate in ('suppressed', 'expired') then $2::timestamptz else n.finished_at end
  from gone where n.key = gone.key and n.status in ('queued', 'held')`;

const endMessages = `
  update message m set status = e.status, finished_at = $2::timestamptz
  from json_to_recordset($1::json) as e(id uuid, status text) where m.id = e.id`;

const takeMessages = `
  with taken as (select * from json_to_recordset($1::json) as
      t(id uuid, subject text, text text, segments int, extra jsonb, provider text)),
    claimed as (update message m set status = 'claimed', attempts = m.attempts + 1, claimed_at = $2::timestamptz,
        subject = t.subject, text = t.text, segments = t.segments, extra = t.extra, provider = t.provider,
        local_day = $3::date, error = null
      from taken t where m.id = t.id returning m.id)
  update notice n set status = 'sending', hold_reason = null, held_until = null
  from claimed c join message_notice mn on mn.message_id = c.id where n.key = mn.notice_key`;

/** A message that carries nothing any more ends as most of what it carried did. */
const endOf = (notices: readonly NoticeRow[]): string =>
  (['suppressed', 'expired'] as const).find((fate) => notices.some((notice) => notice.fate === fate)) ??
  'superseded';

const byMessage = (notices: readonly NoticeRow[]): Map<string, NoticeRow[]> => {
  const found = new Map<string, NoticeRow[]>();
  for (const notice of notices) {
    const list = found.get(notice.message);
    if (list) list.push(notice);
    else found.set(notice.message, [notice]);
  }
  return found;
};

/**
 * Takes messages of one channel to be sent now, urgent ones first, then the oldest, and writes them from the notices
 * that still have something to say. What may have been handed over before keeps its words and its provider, and ends
 * as unknown where nobody is to be told any more.
 * @returns the messages, committed as claimed; none while everything that leaves is held
 */
export async function claimMessages(deps: StoreDeps, options: ClaimOptions): Promise<ClaimedMessage[]> {
  const { channel, limit, provider, quietDistricts, write } = options;
  return inTransaction(deps.pool, async (client) => {
    const now = await deps.clock.now(client);
    const at = instant(now);
    const found = await rows<Row>(client, 'claim-messages', claimable, [channel, at, limit, quietDistricts]);
    if (found.length === 0) return [];
    const unwritten = found.filter(({ text }) => text === null);
    const ids = unwritten.map(({ id }) => id);
    const carries = byMessage(await rows<NoticeRow>(client, 'claimed-notices', carried, [ids, at]));
    const day = civilText(compileCalendar(await deps.calendar(client)).clock.dayOf(now));
    const isToStaff = unwritten.some(({ recipientKind }) => recipientKind === 'staff');
    const away = isToStaff ? await awayOn(client, day) : new Set<string>();
    const gone: Pick<NoticeRow, 'key' | 'message' | 'fate'>[] = [];
    const ended: { id: string; status: string }[] = [];
    const toWrite: MessageToWrite[] = [];
    for (const message of unwritten) {
      const isAway = message.recipientKind === 'staff' && away.has(message.recipient);
      const notices = (carries.get(message.id) ?? []).map((notice) =>
        isAway && notice.fate === 'live' ? { ...notice, fate: 'away' as const } : notice,
      );
      const live = notices.filter(({ fate }) => fate === 'live');
      gone.push(...notices.filter(({ fate }) => fate !== 'live'));
      if (live.length > 0 || (message.kind === 'digest' && !isAway))
        toWrite.push({ ...message, notices: live });
      else ended.push({ id: message.id, status: endOf(notices) });
    }
    if (gone.length > 0) await rows(client, 'drop-notices', dropNotices, [JSON.stringify(gone), at]);
    const written = toWrite.length > 0 ? await write(client, toWrite) : new Map<string, Written>();
    for (const { id } of toWrite) if (!written.has(id)) ended.push({ id, status: 'superseded' });
    if (ended.length > 0) await rows(client, 'end-messages', endMessages, [JSON.stringify(ended), at]);
    const again = found.filter(
      ({ text, recipientKind, kind }) => text !== null && recipientKind === 'resident' && kind === 'notice',
    );
    const unsent = await leaveUnsent(
      client,
      again.map(({ id }) => id),
      now,
    );
    const claimed = found.flatMap((row): ClaimedMessage[] => {
      if (unsent.has(row.id)) return [];
      const words =
        row.text === null
          ? written.get(row.id)
          : { subject: row.subject ?? '', text: row.text, segments: row.segments, extra: row.extra ?? {} };
      if (!words) return [];
      return [{ ...row, ...words, attempts: row.attempts + 1, provider: row.provider ?? provider }];
    });
    if (claimed.length > 0)
      await rows(client, 'take-messages', takeMessages, [JSON.stringify(claimed), at, day]);
    return claimed;
  });
}
