import type { Caller } from './caller.ts';
import type { StoreDeps } from './deps.ts';
import { NotFound } from './errors.ts';
import { residentScope } from './resident-scope.ts';
import { rows } from './sql.ts';

/** Where a resident is reached; what is left out stays, null means that there is none. */
export interface ContactCorrection {
  readonly phone?: string | null | undefined;
  readonly email?: string | null | undefined;
}

/**
 * Corrects number and mailbox of a resident. One that changes is tried with the next message, whatever was known of
 * the one before.
 * @throws NotFound when there is no such resident within the caller's reach
 */
export async function correctContact(
  deps: Pick<StoreDeps, 'pool'>,
  caller: Caller,
  resident: string,
  { phone, email }: ContactCorrection,
): Promise<void> {
  const corrected = await rows(
    deps.pool,
    '',
    `update resident r set phone = case when $3 then $4 else r.phone end,
       email = case when $5 then $6 else r.email end, updated_at = clock_timestamp()
     where r.id = $1 and ${residentScope(caller, '$2')} returning r.id`,
    [resident, caller.organisation, phone !== undefined, phone ?? null, email !== undefined, email ?? null],
  );
  if (corrected.length === 0) throw new NotFound('resident', resident);
}
