import { civilText } from '../../domain/calendar/civil-day.ts';
import type { SentEarlier, WaitingNotice } from '../../domain/messaging/decency.ts';
import type { Locale } from '../../domain/model/localized.ts';
import type { Channel } from '../../domain/model/message.ts';
import { instant, rows } from '../sql.ts';
import { keepBadAddresses, type BadAddress } from './bad-addresses.ts';
import type { PlanContext } from './plan-context.ts';
import { planResident } from './plan-resident.ts';
import type { PlannedRows } from './planned-rows.ts';
import { isLookedAfter, mayBeTold } from './preferences.ts';

/** A notice to a resident that no message carries, with what decides whether and how it leaves. */
export interface ResidentNotice extends WaitingNotice {
  readonly resident: string;
  readonly district: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly locale: Locale;
  /** The resident's own order; null or empty: the district's. */
  readonly channels: readonly Channel[] | null;
  readonly lookedAfter: boolean;
  /** What the resident says of this purpose. */
  readonly allowed: Readonly<Record<Channel, boolean>>;
  /** On these it has failed. */
  readonly tried: readonly Channel[];
  /** Addresses that providers called bad. */
  readonly bad: readonly { readonly channel: Channel; readonly address: string }[];
}

/** A message to the resident that nobody has claimed. */
export interface WaitingMessage {
  readonly id: string;
  readonly resident: string;
  readonly channel: Channel;
  readonly address: string;
  readonly urgent: boolean;
  /** False once it is written: then it may have left before, and says what it says. */
  readonly open: boolean;
}

/** Each resident's by index, and `offset 0` keeps it so: the table grows faster than its statistics. */
const waitingMessages = `
  select m.id, m.recipient_id as resident, m.channel, m.address, m.urgent, m.text is null as open
  from message m
  where m.status = 'queued' and m.id = any(array(
    select one.id from unnest($1::uuid[]) as who(id), lateral (
      select w.id from message w
      where w.recipient_id = who.id and w.recipient_kind = 'resident' and w.kind = 'notice' and w.status = 'queued'
      offset 0) as one))
  order by m.id for update`;

const sentToday = `
  select m.resident, m.at, m.urgent,
    coalesce((select bool_or(not n.urgent) from message_notice mn join notice n on n.key = mn.notice_key
      where mn.message_id = m.id), true) as routine
  from unnest($1::uuid[]) as who(id), lateral (
    select s.id, s.recipient_id as resident, coalesce(s.sent_at, s.claimed_at) as at, s.urgent from message s
    where s.recipient_id = who.id and s.local_day = $2::date
      and s.status in ('claimed', 'sending', 'sent', 'delivered', 'unknown')
    offset 0) as m`;

/** One that is being withdrawn this moment is left alone: the next round sees what became of it. */
const waitingNotices = `
  select n.key, n.journey_id as journey, n.step, n.due_at as "dueAt", n.expires_at as "expiresAt", n.urgent, n.purpose,
    j.resident_id as resident, j.district_id as district, r.phone, r.email, r.locale, r.channels,
    ${isLookedAfter} as "lookedAfter",
    json_build_object('sms', ${mayBeTold(`'sms'`, 'n.purpose')}, 'email', ${mayBeTold(`'email'`, 'n.purpose')}) as allowed,
    array(select mn.channel from message_notice mn where mn.notice_key = n.key and mn.recipient_id = r.id) as tried,
    coalesce((select json_agg(json_build_object('channel', b.channel, 'address', b.address))
      from bad_address b where b.resident_id = r.id), '[]') as bad
  from notice n join journey j on j.id = n.journey_id join resident r on r.id = j.resident_id
  where j.resident_id = any($1::uuid[]) and n.recipient_kind = 'resident' and n.status in ('queued', 'held')
    and n.planned_at is null
  order by n.key for update of n skip locked`;

const byResident = <T extends { readonly resident: string }>(list: readonly T[]): Map<string, T[]> =>
  Map.groupBy(list, ({ resident }) => resident);

/** Plans everything that waits for some residents. */
export async function planResidents(
  context: PlanContext,
  residents: readonly string[],
  into: PlannedRows,
): Promise<void> {
  if (residents.length === 0) return;
  const { client, now, calendar } = context;
  // Messages before notices, as whoever claims does.
  const waiting = byResident(
    await rows<WaitingMessage>(client, 'plan-waiting-messages', waitingMessages, [residents]),
  );
  const notices = byResident(
    await rows<ResidentNotice>(client, 'plan-waiting-notices', waitingNotices, [residents]),
  );
  const today = civilText(calendar.clock.dayOf(now));
  const sent = byResident(
    await rows<SentEarlier & { resident: string }>(client, 'plan-sent-today', sentToday, [residents, today]),
  );
  const unreachable: BadAddress[] = [];
  for (const [resident, list] of notices) {
    const [first] = list;
    if (!first) continue;
    const rules = await context.rulesOf(first.district);
    const calendarThere = await context.calendarOf(first.district);
    planResident(
      { ...context, calendar: calendarThere, rules, notices: list },
      { waiting: waiting.get(resident) ?? [], sent: sent.get(resident) ?? [] },
      { ...into, unreachable },
    );
  }
  if (unreachable.length > 0) await keepBadAddresses(client, unreachable, instant(now));
}
