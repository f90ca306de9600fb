import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';

/** One wish of a resident; `*` is any channel, or any purpose. */
export interface ContactPreference {
  readonly channel: 'sms' | 'email' | '*';
  readonly purpose: 'invitation' | 'reminder' | 'appointment' | 'answer' | 'work' | '*';
  readonly allowed: boolean;
}

/**
 * SQL: whether the resident `r` may be told of a purpose on a channel. The most particular wish counts, that of the
 * channel before that of the purpose; without any, they may.
 */
export const mayBeTold = (channel: string, purpose: string): string => `coalesce((
  select p.allowed from contact_preference p
  where p.resident_id = r.id and p.channel in (${channel}, '*') and p.purpose in (${purpose}, '*')
  order by (p.channel <> '*') desc, (p.purpose <> '*') desc limit 1), true)`;

/** SQL: whether the resident `r` is looked after on the pathway of journey `j`, and agrees to it. */
export const isLookedAfter = `(r.status = 'active' and coalesce(r.consent->>'care', '') <> 'false'
  and coalesce(r.consent->>j.pathway, '') <> 'false')`;

/** Writes down what a resident wants; a wish about the same channel and purpose is replaced. */
export async function setContactPreference(
  deps: Pick<StoreDeps, 'pool'>,
  resident: string,
  { channel, purpose, allowed }: ContactPreference,
  by: string,
): Promise<void> {
  await rows(
    deps.pool,
    'set-contact-preference',
    `insert into contact_preference (resident_id, channel, purpose, allowed, updated_by) values ($1, $2, $3, $4, $5)
     on conflict (resident_id, channel, purpose) do update
       set allowed = excluded.allowed, updated_by = excluded.updated_by, updated_at = clock_timestamp()`,
    [resident, channel, purpose, allowed, by],
  );
}

/** @returns what a resident has said, in the order of channel and purpose; empty: nothing, so anything may be sent */
export const contactPreferences = (
  deps: Pick<StoreDeps, 'pool'>,
  resident: string,
): Promise<ContactPreference[]> =>
  rows<ContactPreference>(
    deps.pool,
    'contact-preferences',
    `select channel, purpose, allowed from contact_preference where resident_id = $1 order by channel, purpose`,
    [resident],
  );
