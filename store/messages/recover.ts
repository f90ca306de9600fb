import type { StoreDeps } from '../deps.ts';
import { instant, rows } from '../sql.ts';
import { inTransaction } from '../transaction.ts';
import { settleNotices } from './settle-notices.ts';

/**
 * Looks after what a dispatcher of this channel left behind that died. Only who holds the channel's lock may call it,
 * when the providers that can say what they were given have been asked. What a provider that knows the same message
 * again may have, is to be given to it again, word by word. Of what another one may have, nobody knows: it becomes a
 * person's task. What was claimed for such a one and not yet marked as being sent has surely not left.
 * @param idempotent names of the providers that know the same message again
 */
export async function recoverAfterCrash(
  deps: StoreDeps,
  channel: 'sms' | 'email',
  idempotent: readonly string[],
): Promise<{ readonly queued: number; readonly unknown: number }> {
  return inTransaction(deps.pool, async (client) => {
    const at = instant(await deps.clock.now(client));
    const found = await rows<{ id: string; status: string }>(
      client,
      'recover-messages',
      `update message m set
         status = case when m.status = 'sending' and m.provider <> all($2::text[]) then 'unknown' else 'queued' end,
         text = case when m.status = 'claimed' and m.provider <> all($2::text[]) then null else m.text end,
         provider = case when m.status = 'claimed' and m.provider <> all($2::text[]) then null else m.provider end,
         error = case when m.status = 'sending' and m.provider <> all($2::text[]) then 'dispatcher-died' end,
         finished_at = case when m.status = 'sending' and m.provider <> all($2::text[]) then $3::timestamptz end
       where m.channel = $1 and m.status in ('claimed', 'sending') returning m.id, m.status`,
      [channel, idempotent, at],
    );
    await settleNotices(
      client,
      found.map(({ id }) => id),
    );
    const unknown = found.filter(({ status }) => status === 'unknown').length;
    return { queued: found.length - unknown, unknown };
  });
}
