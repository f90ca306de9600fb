import type { Channel } from '../../domain/model/message.ts';
import { rows, type Queryable } from '../sql.ts';

/** Where a resident cannot be reached. */
export interface BadAddress {
  readonly resident: string;
  readonly channel: Channel;
  /** As a message bears it; empty: there is none. */
  readonly address: string;
  readonly reason: string;
  /** Key of a notice that did not arrive. */
  readonly notice: string;
}

/**
 * One that is known already is not raised again, unless the journey whose task it was has ended since, or there was
 * none: a task that nobody can see is no task.
 */
const keep = (given: string): string => `
  insert into bad_address as known (resident_id, channel, address, reason, notice_key, learned_at, raise_at)
  select distinct on (resident, channel, address) resident, channel, address, reason, notice, $2::timestamptz, $2::timestamptz
  from (${given}) as given order by resident, channel, address, notice
  on conflict (resident_id, channel, address) do update
    set raise_at = excluded.raise_at, reason = excluded.reason, notice_key = excluded.notice_key
    where known.raise_at is null and (known.journey_id is null
      or exists (select 1 from journey j where j.id = known.journey_id and j.ended_at is not null))`;

const refused = keep(`
  select m.recipient_id as resident, m.channel, m.address, left(coalesce(m.error, ''), 200) as reason,
    coalesce((select min(mn.notice_key) from message_notice mn where mn.message_id = m.id), '') as notice
  from message m where m.id = any($1::uuid[]) and m.status = 'failed' and m.bad_address and m.recipient_kind = 'resident'`);

const given = keep(`
  select * from json_to_recordset($1::json) as g(resident uuid, channel text, address text, reason text, notice text)`);

/**
 * Remembers the addresses of residents that providers called bad, and that a person is to be given them: in the
 * transaction that learns of it, so that neither is ever without the other.
 * @param messages ids of those that were settled now
 */
export const keepRefusedAddresses = (
  client: Queryable,
  messages: readonly string[],
  at: string,
): Promise<object[]> => rows(client, 'keep-refused-addresses', refused, [messages, at]);

/** The same for what the planner finds: there is no address, or those that there are were bad before. */
export const keepBadAddresses = (
  client: Queryable,
  addresses: readonly BadAddress[],
  at: string,
): Promise<object[]> => rows(client, 'keep-bad-addresses', given, [JSON.stringify(addresses), at]);
