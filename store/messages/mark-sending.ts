import type { StoreDeps } from '../deps.ts';
import { rows } from '../sql.ts';

/**
 * Committed just before a message is handed to a provider that cannot tell the same one twice: whoever comes after a
 * crash knows that it may have left.
 * @returns false when it is not claimed any more, and must not be sent
 */
export async function markSending(
  deps: Pick<StoreDeps, 'pool'>,
  id: string,
  attempts: number,
): Promise<boolean> {
  const marked = await rows(
    deps.pool,
    'mark-sending',
    `update message set status = 'sending' where id = $1 and attempts = $2 and status = 'claimed' returning id`,
    [id, attempts],
  );
  return marked.length > 0;
}
