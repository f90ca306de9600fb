import type pg from 'pg';
import { civilText } from '../../domain/calendar/civil-day.ts';
import { type CompiledCalendar, compileCalendar } from '../../domain/calendar/working-calendar.ts';
import type { MessagingRules } from '../../domain/messaging/rules.ts';
import type { Channel } from '../../domain/model/message.ts';
import { e164Of } from '../../domain/resident/telephone.ts';
import { staffCoverOn, type StaffCover } from '../absences/staff-cover.ts';
import type { StoreDeps } from '../deps.ts';
import type { Queryable } from '../sql.ts';
import { messagingRules } from './rules.ts';

/** What is known in one round of planning. */
export interface PlanContext {
  readonly client: Queryable;
  /** UTC epoch milliseconds. */
  readonly now: number;
  readonly calendar: CompiledCalendar;
  /** Which days are worked in a district. */
  readonly calendarOf: (district: string) => Promise<CompiledCalendar>;
  /** On which channels anything can leave here. */
  readonly channels: readonly Channel[];
  readonly rulesOf: (district: string) => Promise<MessagingRules>;
  /** Who stands in for whom today; asked for when staff are to be told. */
  readonly cover: () => Promise<StaffCover>;
}

export async function planContext(
  deps: StoreDeps,
  client: pg.PoolClient,
  channels: readonly Channel[],
): Promise<PlanContext> {
  const known = new Map<string, MessagingRules>();
  const now = await deps.clock.now(client);
  const calendar = compileCalendar(await deps.calendar(client));
  let cover: Promise<StaffCover> | undefined;
  return {
    client,
    channels,
    now,
    calendar,
    cover: () => (cover ??= staffCoverOn(client, civilText(calendar.clock.dayOf(now)))),
    calendarOf: async (district) => compileCalendar(await deps.calendar(client, district)),
    async rulesOf(district) {
      const rules = known.get(district) ?? (await messagingRules(client, district)).rules;
      known.set(district, rules);
      return rules;
    },
  };
}

/** @returns where somebody is reached on a channel; null: nowhere */
export function addressOn(
  channel: Channel,
  { phone, email }: { readonly phone: string | null; readonly email: string | null },
): string | null {
  if (channel === 'email') return email === '' ? null : email;
  return phone === null || phone === '' ? null : e164Of(phone);
}
