import type { Transporter } from 'nodemailer';
import type { Addressee, DueNotice } from '../store/notices.ts';
import { dueNotices, finishNotice, recordDelivery } from '../store/notices.ts';
import type { StoreDeps } from '../store/deps.ts';
import { codeOf } from '../activities/without-words.ts';
import { composeEmail } from './compose-email.ts';

export interface DispatchDeps {
  readonly store: StoreDeps;
  readonly mail: Pick<Transporter, 'sendMail'>;
  readonly from: string;
  readonly result: (result: 'sent' | 'again' | 'failed' | 'expired', count: number) => void;
  /** Ends the round after the notice in hand. */
  readonly signal?: AbortSignal;
}

const BATCH = 100;
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** A reminder to a resident that is older than this is not sent any more. */
const STALE_AFTER_MS = 24 * 3_600_000;
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

/** What became of a group of addressees. `nobody`: none of them can ever be reached. */
type Reached = 'some' | 'nobody' | { readonly later: string; readonly away?: unknown };

/** Tells everybody of a group who does not have it yet; one address that fails stops nobody else's. */
async function tell(deps: DispatchDeps, notice: DueNotice, group: readonly Addressee[]): Promise<Reached> {
  let some = false;
  let later: string | undefined;
  for (const to of group.filter(hasEmail)) {
    const before = notice.delivered[to.id];
    some ||= before === 'sent';
    if (before !== undefined) continue;
    try {
      await deps.mail.sendMail({ from: deps.from, ...composeEmail(notice, to) });
      await recordDelivery(deps.store, notice.key, to.id, { status: 'sent' });
      some = true;
    } catch (error) {
      const answer = answerOf(error);
      if (answer === undefined) return { later: codeOf(error), away: error };
      if (answer >= 500 || notice.attempts + 1 >= MOST_ATTEMPTS)
        await recordDelivery(deps.store, notice.key, to.id, { status: 'failed', error: codeOf(error) });
      else later = codeOf(error);
    }
  }
  if (later !== undefined) return { later };
  return some ? 'some' : 'nobody';
}

/** A reminder of yesterday says something that is no longer so; the next one is on its way. */
const isStale = ({ template, calledForAt }: DueNotice, now: number): boolean =>
  template === 'reminder-resident' && now - calledForAt > STALE_AFTER_MS;

/**
 * Tells whom the notice is addressed to; where nobody of them can be reached, whoever stands in for them, up to the
 * district.
 * @returns what became of it, and the error when the mail server is away, so that the others need not be tried
 */
async function send(
  deps: DispatchDeps,
  notice: DueNotice,
): Promise<{ readonly result: Result; readonly away?: unknown }> {
  if (isStale(notice, Date.now())) return { result: { status: 'expired' } };
  for (const group of [notice.to, ...notice.instead]) {
    const reached = await tell(deps, notice, group);
    if (reached === 'some') return { result: { status: 'sent' } };
    if (reached === 'nobody') continue;
    const { later: error, away } = reached;
    if (away !== undefined && notice.attempts + 1 >= MOST_ATTEMPTS)
      return { result: { status: 'failed', error } };
    const retryAfterMs = Math.min(FIRST_WAIT_MS * 2 ** notice.attempts, LONGEST_WAIT_MS);
    return { result: { status: 'failed', error, retryAfterMs }, ...(away !== undefined && { away }) };
  }
  const refused =
    Object.keys(notice.delivered).length > 0 || [notice.to, ...notice.instead].flat().some(hasEmail);
  return { result: { status: 'failed', error: refused ? 'refused' : 'no-address' } };
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
        result(what.status === 'failed' && what.retryAfterMs !== undefined ? 'again' : what.status, 1);
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
