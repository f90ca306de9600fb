import type { Receipt } from '../../domain/model/message.ts';
import { storable } from '../bounds.ts';
import type { StoreDeps } from '../deps.ts';
import { instant, rows, type Queryable } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { keepRefusedAddresses } from './bad-addresses.ts';
import { settleNotices } from './settle-notices.ts';
import { settleRetried } from './settle-retried.ts';

/** Whatever comes in which order: arrived is arrived, and a failure counts only for what was not said to have arrived. */
export const applyKept = `
  update message m set
    status = case when m.status = 'delivered' or r.status = 'delivered' then 'delivered' else 'failed' end,
    sent_at = coalesce(m.sent_at, $2::timestamptz),
    delivered_at = case r.status when 'delivered' then coalesce(m.delivered_at, $2::timestamptz) else m.delivered_at end,
    finished_at = $2::timestamptz, error = case r.status when 'failed' then r.reason end,
    bad_address = r.status = 'failed' and r.bad_address
  from (select distinct on (message_id) * from message_receipt where message_id = any($1::uuid[])
    order by message_id, (status = 'delivered') desc, received_at) r
  where m.id = r.message_id and m.provider is not null
    and m.status in ('queued', 'claimed', 'sending', 'sent', 'unknown')
  returning m.id`;

/** Receipts that were there before the answer that names the provider's id. */
const match = `
  update message_receipt r set message_id = m.id from message m
  where m.id = any($1::uuid[]) and m.provider_id is not null and r.message_id is null
    and r.provider = m.provider and r.provider_id = m.provider_id`;

/** Lets what receipts say count for some messages. */
export async function applyReceipts(
  client: Queryable,
  messages: readonly string[],
  at: string,
): Promise<void> {
  await rows(client, 'match-receipts', match, [messages]);
  await rows(client, 'apply-receipts', applyKept, [messages, at]);
}

/** By our id, else by the provider's; each by its index, as receipts come by the hundred thousand. */
export const keepReceipt = `
  insert into message_receipt (provider, receipt_id, provider_id, status, reason, bad_address, message_id)
  values ($1, $2, $3, $4, $5, $6, coalesce(
    (select m.id from message m where m.id = $7::uuid and m.provider = $1),
    (select m.id from message m where m.provider = $1 and m.provider_id = $3 limit 1)))
  on conflict (provider, receipt_id) do nothing returning message_id as message`;

/** Providers give our id back as they like, and what is none names nothing of ours. */
const uuidOf = (text = ''): string | null =>
  /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu.test(text) ? text : null;

/**
 * Takes a receipt, once. One that names a message which nobody knows is kept: the answer that tells the provider's id
 * may come later than the receipt.
 */
export async function recordReceipt(
  deps: StoreDeps,
  { provider, receiptId, messageId, providerId, status, reason, badAddress = false }: Receipt,
): Promise<'new' | 'known' | 'unmatched'> {
  // One that could not be kept would be repeated for ever, and whatever comes behind it with it.
  const kept = (text: string | undefined): string | null => (text === undefined ? null : storable(text));
  return inTransaction(deps.pool, async (client) => {
    const [receipt] = await rows<{ message: string | null }>(client, 'keep-receipt', keepReceipt, [
      provider,
      kept(receiptId),
      kept(providerId),
      status,
      kept(reason),
      badAddress,
      uuidOf(messageId),
    ]);
    if (!receipt) return 'known';
    if (receipt.message === null) return 'unmatched';
    const at = instant(await deps.clock.now(client));
    await applyReceipts(client, [receipt.message], at);
    await settleNotices(client, [receipt.message]);
    if (status === 'delivered') await settleRetried(client, receipt.message, at);
    await keepRefusedAddresses(client, [receipt.message], at);
    return 'new';
  });
}
