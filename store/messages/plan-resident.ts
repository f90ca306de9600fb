import { randomUUID } from 'node:crypto';
import { isPublicHoliday } from '../../domain/calendar/public-holiday.ts';
import { planFor, type SentEarlier } from '../../domain/messaging/decency.ts';
import type { MessagingRules } from '../../domain/messaging/rules.ts';
import { parseDuration } from '../../domain/model/duration.ts';
import type { Channel } from '../../domain/model/message.ts';
import type { BadAddress } from './bad-addresses.ts';
import { addressOn, type PlanContext } from './plan-context.ts';
import type { ResidentNotice, WaitingMessage } from './plan-residents.ts';
import type { PlannedRows } from './planned-rows.ts';

/** What comes of it, and what a person is to be given because of it. */
interface Into extends PlannedRows {
  /** Why residents could not be told. */
  readonly unreachable: BadAddress[];
}

interface Given extends Pick<PlanContext, 'now' | 'calendar' | 'channels'> {
  readonly rules: MessagingRules;
  readonly notices: readonly ResidentNotice[];
}

const dayMs = 24 * 3_600_000;
const hoursOf: Readonly<Record<string, number>> = { h: 1, d: 24, w: 168 };
const lengthMs = (validFor: string): number => {
  const { amount, unit } = parseDuration(validFor);
  return amount * (hoursOf[unit] ?? 24) * 3_600_000;
};

/**
 * @returns when a notice without a validity of its own is too late; days on which what is routine waits do not count,
 *   or the longest holidays would leave nothing of it
 */
function expiryOf({ dueAt, urgent }: ResidentNotice, { rules, calendar }: Given): number {
  let end = dueAt + lengthMs(rules.validFor);
  if (urgent || rules.publicHolidays === 'send') return end;
  const { clock } = calendar;
  for (let day = clock.dayOf(dueAt); clock.instantOf(day, 0) < end; day++)
    if (isPublicHoliday(calendar, day)) end += dayMs;
  return end;
}

/** A notice that may leave, with the channels left for it in their order. */
interface Live extends ResidentNotice {
  readonly via: readonly Channel[];
}

/**
 * Decides what one resident is told now, in which message, on which channel. Usually that is one message; a second one
 * only for what is urgent and cannot go where the first one goes.
 */
export function planResident(
  given: Given,
  before: { readonly waiting: readonly WaitingMessage[]; readonly sent: readonly SentEarlier[] },
  into: Into,
): void {
  const { now } = given;
  const { sentNow, open } = standing(before.waiting, before.sent, now);
  let left = liveOf(given, into);
  for (;;) {
    const plan = planFor({ ...given, waiting: left, sentToday: sentNow });
    for (const key of plan.expired) into.changes.push({ key, to: 'expired' });
    const send = plan.send.flatMap((key) => left.filter((one) => one.key === key));
    const [lead] = send;
    if (!lead) {
      const due = new Map(left.filter(({ dueAt }) => dueAt <= now).map((one) => [one.key, one]));
      for (const { keys, until, reason } of plan.held)
        for (const key of keys) {
          const one = due.get(key);
          if (one) into.changes.push({ key, to: 'held', until, reason, expiresAt: one.expiresAt });
        }
      return;
    }
    const joined = open.find(
      (one) => lead.via.includes(one.channel) && addressOn(one.channel, lead) === one.address,
    );
    const channel = joined?.channel ?? lead.via[0];
    const along = send.filter(({ via }) => channel !== undefined && via.includes(channel));
    if (channel === undefined || along.length === 0) return;
    carry(given, { along, channel, joined }, into);
    // What waits and was not joined will leave as well: it counts as a message of today.
    for (const one of open) sentNow.push({ at: now, urgent: one.urgent });
    open.length = 0;
    if (!joined) sentNow.push(asSent(along, now));
    const gone = new Set([...along.map(({ key }) => key), ...plan.expired]);
    left = left.filter(({ key }) => !gone.has(key));
  }
}

/** What waits unwritten can be joined; what is written counts as sent, as it may have been. */
function standing(
  waiting: readonly WaitingMessage[],
  sent: readonly SentEarlier[],
  now: number,
): { sentNow: SentEarlier[]; open: WaitingMessage[] } {
  const written = waiting.filter(({ open }) => !open).map(({ urgent }) => ({ at: now, urgent }));
  return { sentNow: [...sent, ...written], open: waiting.filter(({ open }) => open) };
}

const asSent = (along: readonly Live[], now: number): SentEarlier => ({
  at: now,
  urgent: along.some(({ urgent }) => urgent),
  routine: along.some(({ urgent }) => !urgent),
});

/** @returns what may leave at all; the rest ends here: withdrawn as the resident wishes, or as work for a person */
function liveOf(given: Given, into: Into): Live[] {
  const { notices, rules, channels, now } = given;
  return notices.flatMap((notice): Live[] => {
    const { key, dueAt, allowed, tried, lookedAfter } = notice;
    const order = notice.channels && notice.channels.length > 0 ? notice.channels : rules.channels;
    const wanted = order.filter((channel) => allowed[channel]);
    if (!lookedAfter || wanted.length === 0) {
      into.changes.push({ key, to: 'suppressed' });
      return [];
    }
    const expiresAt = notice.expiresAt ?? expiryOf(notice, given);
    const via = wanted.filter(
      (channel) => channels.includes(channel) && !tried.includes(channel) && canReach(notice, channel),
    );
    if (via.length === 0 && dueAt <= now && expiresAt > now) {
      const { error, unreachable } = whyNowhere(notice, wanted);
      // What the last message failed with stands.
      into.changes.push({ key, to: 'failed', ...(tried.length === 0 && { error }) });
      into.unreachable.push(...unreachable);
      return [];
    }
    return [{ ...notice, expiresAt, via }];
  });
}

/** An address that a provider called bad is not tried again until somebody changes it. */
const isBad = (notice: ResidentNotice, on: Channel): boolean =>
  notice.bad.some(({ channel, address }) => channel === on && address === addressOn(on, notice));
const canReach = (notice: ResidentNotice, channel: Channel): boolean =>
  addressOn(channel, notice) !== null && !isBad(notice, channel);

/** @returns what the record lacks, for a person to correct; nothing where it is the installation that lacks a provider */
function whyNowhere(
  notice: ResidentNotice,
  wanted: readonly Channel[],
): { readonly error: string; readonly unreachable: BadAddress[] } {
  const { resident, key } = notice;
  const known = wanted.filter((channel) => addressOn(channel, notice) !== null);
  if (known.some((channel) => !isBad(notice, channel))) return { error: 'no-provider', unreachable: [] };
  const error = known.length > 0 ? 'bad-address' : 'no-address';
  return {
    error,
    unreachable: (known.length > 0 ? known : wanted.slice(0, 1)).map((channel) => ({
      ...{ resident, channel, reason: error, notice: key },
      address: addressOn(channel, notice) ?? '',
    })),
  };
}

function carry(
  { now }: Given,
  {
    along,
    channel,
    joined,
  }: { along: readonly Live[]; channel: Channel; joined: WaitingMessage | undefined },
  into: PlannedRows,
): void {
  const [first] = along;
  const address = first && addressOn(channel, first);
  if (!first || address === null || address === undefined) return;
  const urgent = along.some((one) => one.urgent);
  const notices = along.map(({ key }) => key);
  for (const { key, expiresAt } of along) into.changes.push({ key, to: 'planned', expiresAt });
  if (joined) {
    into.joined.push({ id: joined.id, channel, recipient: first.resident, urgent, notices });
    return;
  }
  into.messages.push({
    id: randomUUID(),
    key: null,
    channel,
    recipientKind: 'resident',
    recipient: first.resident,
    district: first.district,
    address,
    locale: first.locale,
    kind: 'notice',
    urgent,
    expiresAt: along.reduce((most, { expiresAt }) => Math.max(most, expiresAt ?? now), now),
    notices,
  });
}
