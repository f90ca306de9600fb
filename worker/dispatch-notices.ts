import type { Transporter } from 'nodemailer';
import type { Addressee, DueNotice } from '../store/notices.ts';
import { dueNotices, finishNotice } from '../store/notices.ts';
import type { StoreDeps } from '../store/deps.ts';
import { codeOf } from '../activities/without-words.ts';
import { composeEmail } from './compose-email.ts';

export interface DispatchDeps {
  readonly store: StoreDeps;
  readonly mail: Pick<Transporter, 'sendMail'>;
  readonly from: string;
  readonly result: (result: 'sent' | 'again' | 'failed', count: number) => void;
  /** Ends the round after the notice in hand. */
  readonly signal?: AbortSignal;
}

const BATCH = 100;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** After a day of failures a person has to look. */
const MOST_ATTEMPTS = 30;
/** One process sends at a time. Any number will do, as long as every release takes the same: "MAIL" in ASCII. */
const lockKey = 0x4d41494c;

const hasEmail = (to: Addressee): to is Addressee & { email: string } => to.email !== null;

type Result = Parameters<typeof finishNotice>[2];

/** The mail server's answer: 5yz refuses for good, 4yz for now. Undefined: it gave none, so it is away. */
const answerOf = (error: unknown): number | undefined => {
  const code = (error as { responseCode?: unknown }).responseCode;
  return typeof code === 'number' ? code : undefined;
};

/** @returns what became of it, and the error when the mail server is away, so that the others need not be tried */
async function send(
  deps: DispatchDeps,
  notice: DueNotice,
): Promise<{ readonly result: Result; readonly away?: unknown }> {
  const reached = notice.to.filter(hasEmail);
  if (reached.length === 0) return { result: { status: 'failed', error: 'no-address' } };
  try {
    for (const to of reached) await deps.mail.sendMail({ from: deps.from, ...composeEmail(notice, to) });
    return { result: { status: 'sent' } };
  } catch (error) {
    const failed = { status: 'failed', error: codeOf(error) } as const;
    const answer = answerOf(error);
    if ((answer ?? 0) >= 500 || notice.attempts + 1 >= MOST_ATTEMPTS) return { result: failed };
    const retryAfterMs = Math.min(FIRST_WAIT_MS * 2 ** notice.attempts, LONGEST_WAIT_MS);
    return { result: { ...failed, retryAfterMs }, ...(answer === undefined ? { away: error } : {}) };
  }
}

/**
 * Sends the notices that are due by email, oldest first. Sent once unless this process dies between the mail server's
 * yes and the commit; then the second copy has the same Message-ID.
 * @returns a round
 */
export function createDispatcher(deps: DispatchDeps) {
  const { store, result, signal } = deps;
  return async function dispatchRound(): Promise<'more' | 'done'> {
    const client = await store.pool.connect();
    let broken: Error | undefined;
    try {
      const lock = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
        lockKey,
      ]);
      if (!lock.rows[0]?.mine) return 'done';
      const notices = await dueNotices(store, BATCH);
      for (const notice of notices) {
        if (signal?.aborted) break;
        const { result: what, away } = await send(deps, notice);
        await finishNotice(store, notice.key, what);
        result(what.status === 'sent' ? 'sent' : what.retryAfterMs === undefined ? 'failed' : 'again', 1);
        if (away) throw away;
      }
      await client.query('select pg_advisory_unlock($1)', [lockKey]);
      return notices.length === BATCH ? 'more' : 'done';
    } catch (error) {
      broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      client.release(broken); // a broken connection is closed, and its lock with it
    }
  };
}
