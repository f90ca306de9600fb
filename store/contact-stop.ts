import { rows, type Queryable } from './sql.ts';

/** `*` is every channel. */
export type StoppedChannel = 'email' | 'sms' | '*';

/**
 * Nothing more leaves on this channel, whatever was allowed in particular before.
 * @param resident id
 * @param by who said so, such as `resident`
 */
export async function stopContact(
  on: Queryable,
  resident: string,
  channel: StoppedChannel,
  by: string,
): Promise<void> {
  await rows(
    on,
    'stop-contact',
    `with particular as (
       update contact_preference set allowed = false, updated_by = $3, updated_at = clock_timestamp()
       where resident_id = $1 and allowed and (channel, purpose) <> ($2, '*') and (channel = $2 or $2 = '*'))
     insert into contact_preference (resident_id, channel, purpose, allowed, updated_by) values ($1, $2, '*', false, $3)
     on conflict (resident_id, channel, purpose) do update
       set allowed = false, updated_by = excluded.updated_by, updated_at = clock_timestamp()`,
    [resident, channel, by],
  );
}

/**
 * Takes a stop back. A channel or purpose that was stopped by itself stays so.
 * @param resident id
 */
export async function resumeContact(
  on: Queryable,
  resident: string,
  channel: StoppedChannel,
  by: string,
): Promise<void> {
  await rows(
    on,
    'resume-contact',
    `update contact_preference set allowed = true, updated_by = $3, updated_at = clock_timestamp()
     where resident_id = $1 and channel = $2 and purpose = '*' and not allowed`,
    [resident, channel, by],
  );
}
