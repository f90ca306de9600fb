import { storable } from '../bounds.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { keepRefusedAddresses } from './bad-addresses.ts';
import { applyReceipts } from './record-receipt.ts';
import { settleNotices } from './settle-notices.ts';

/** What became of one attempt at a message. */
export type Finished = { readonly id: string; readonly attempts: number } & (
  | { readonly status: 'sent' | 'delivered'; readonly providerId: string | null }
  /** Never again like this. `asked`: the provider was asked afterwards, and it says so of what was unknown, too. */
  | {
      readonly status: 'failed';
      readonly error: string;
      readonly badAddress: boolean;
      readonly asked?: true;
    }
  /** Surely not taken: it is written anew when its time comes, perhaps for another provider. */
  | { readonly status: 'later'; readonly error: string; readonly afterMs: number }
  /** Perhaps taken by a provider that knows the same one again: the same words go there once more. */
  | { readonly status: 'again'; readonly error: string; readonly afterMs: number }
  /** Perhaps taken, and nobody can say: a person's task, and not a second message. */
  | { readonly status: 'unknown'; readonly error: string }
);

const finish = `
  with f as (select * from json_to_recordset($1::json) as
      f(id uuid, attempts int, status text, "providerId" text, error text, "badAddress" boolean, "afterMs" float8, asked boolean))
  update message m set
    status = case when f.status in ('later', 'again') then 'queued'
      when m.status = 'delivered' then 'delivered' else f.status end,
    text = case f.status when 'later' then null else m.text end,
    subject = case f.status when 'later' then null else m.subject end,
    provider = case f.status when 'later' then null else m.provider end,
    due_at = case when f.status in ('later', 'again') then $2::timestamptz + f."afterMs" * interval '1 millisecond' else m.due_at end,
    provider_id = coalesce(f."providerId", m.provider_id),
    sent_at = case when f.status in ('sent', 'delivered') then coalesce(m.sent_at, $2::timestamptz) else m.sent_at end,
    delivered_at = case f.status when 'delivered' then coalesce(m.delivered_at, $2::timestamptz) else m.delivered_at end,
    finished_at = case when f.status in ('later', 'again') then null else $2::timestamptz end,
    error = f.error, bad_address = coalesce(f."badAddress", false)
  from f where m.id = f.id
    -- Taken is taken, whoever learned of it; anything else only from the attempt that stands.
    and (f.status in ('sent', 'delivered') and m.status in ('queued', 'claimed', 'sending', 'unknown')
      or m.attempts = f.attempts and (m.status in ('claimed', 'sending') or f.asked and m.status = 'unknown'))
  returning m.id`;

/**
 * Writes down what became of a batch, and brings its notices along. An answer that comes late, when the message was
 * given to somebody else meanwhile, counts only if it says that the message was taken.
 * @returns the ids that took it
 */
export async function finishMessages(deps: StoreDeps, results: readonly Finished[]): Promise<string[]> {
  if (results.length === 0) return [];
  return inTransaction(deps.pool, async (client) => {
    const at = instant(await deps.clock.now(client));
    // Always in the same order: two that finish at once must not wait for each other.
    const ordered = results.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    // What a provider says must not keep a whole batch from being written down.
    const told = JSON.stringify(ordered, (_name, value: unknown) =>
      typeof value === 'string' ? storable(value) : value,
    );
    const done = await rows<{ id: string }>(client, 'finish-messages', finish, [told, at]);
    const ids = done.map(({ id }) => id);
    await applyReceipts(client, ids, at);
    await settleNotices(client, ids);
    await keepRefusedAddresses(client, ids, at);
    return ids;
  });
}
