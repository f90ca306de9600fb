import { randomUUID } from 'node:crypto';
import { levelsOfRoles, rankedStaff, type Ranked } from '../stand-ins.ts';
import { rows } from '../sql.ts';
import { digestDay, nextDigestAt } from './digest-time.ts';
import type { PlanContext } from './plan-context.ts';
import type { PlannedRows } from './planned-rows.ts';
import { firstReachable } from './reachable.ts';
import { withCover } from './with-cover.ts';

/** A notice to staff that cannot wait for a digest. */
export interface AtOnce {
  readonly key: string;
  readonly urgent: boolean;
  readonly rank: number;
  readonly district: string;
  /** With those who stand in for whoever is away. */
  readonly people: readonly Ranked[];
  /** Ids of those who have or had a message about it. */
  readonly tried: readonly string[];
}

type Row = AtOnce & {
  readonly expired: boolean;
  /** It was in the digest of somebody who went away before that left. */
  readonly withdrawn: boolean;
};

/** SQL: ids of the staff to whom the notice `n` went or is to go. */
export const triedStaff = `array(select mn.recipient_id::text from message_notice mn where mn.notice_key = n.key order by 1)`;

/** Whom it reaches is asked only where it leaves at once. */
const waiting = `
  select n.key, n.urgent, n.rank, j.district_id as district, coalesce(n.expires_at <= $3::timestamptz, false) as expired,
    coalesce(n.hold_reason = 'reader-away', false) as withdrawn,
    case when n.urgent or n.rank > 0 or n.hold_reason = 'reader-away' then ${rankedStaff} else '[]'::json end as people, ${triedStaff} as tried
  from notice n join journey j on j.id = n.journey_id
  where n.key = any($1) and n.status in ('queued', 'held') and n.planned_at is null
  order by n.key for update of n skip locked`;

/** Plans notices to staff: what is urgent, or failed to reach somebody, leaves now; the rest waits for a digest. */
export async function planStaff(
  context: PlanContext,
  keys: readonly string[],
  into: PlannedRows,
): Promise<void> {
  if (keys.length === 0) return;
  const { client, now } = context;
  const tellNow = async (notice: Row): Promise<void> =>
    tellAtOnce(context, { ...notice, people: withCover(notice.people, await context.cover()) }, into);
  const found = await rows<Row>(client, 'plan-staff', waiting, [
    keys,
    levelsOfRoles,
    new Date(now).toISOString(),
  ]);
  for (const notice of found) {
    const { key, district } = notice;
    if (notice.expired) into.changes.push({ key, to: 'expired' });
    else if (notice.urgent || notice.rank > 0) await tellNow(notice);
    else {
      const [calendar, rules] = [await context.calendarOf(district), await context.rulesOf(district)];
      // The digests of this morning are out, and it belonged in one of them.
      if (notice.withdrawn && digestDay(calendar, rules, now) !== undefined) await tellNow(notice);
      else
        into.changes.push({ key, to: 'held', until: nextDigestAt(calendar, rules, now), reason: 'digest' });
    }
  }
}

/** A message to each person of the first rank of which anybody has an address; flagged when that is a stand-in. */
export function tellAtOnce(
  { channels }: Pick<PlanContext, 'channels'>,
  { key, rank, urgent, district, people, tried }: AtOnce,
  into: PlannedRows,
): void {
  const found = firstReachable(people, { from: rank, channels, tried });
  if (!found) {
    into.changes.push({ key, to: 'failed', flag: 'nobody-reachable', error: 'nobody-reachable' });
    return;
  }
  const flag = found.rank > 0 ? { flag: 'nobody-reachable' as const } : {};
  into.changes.push({ key, to: 'planned', rank: found.rank, ...flag });
  for (const { person, channel, address } of found.to)
    into.messages.push({
      id: randomUUID(),
      key: null,
      channel,
      recipientKind: 'staff',
      recipient: person.id,
      district,
      address,
      locale: person.locale,
      kind: 'notice',
      urgent,
      expiresAt: null,
      notices: [key],
    });
}
