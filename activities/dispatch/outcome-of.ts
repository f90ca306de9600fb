import { assertNever } from '../../domain/model/assert-never.ts';
import type { SendResult } from '../../messaging/port.ts';
import type { Finished } from '../../store/messages/finish.ts';

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
/** After about a day of attempts it is settled: the next channel, or a person. */
const MOST_ATTEMPTS = 30;

export interface Attempted {
  readonly id: string;
  /** From 1. */
  readonly attempts: number;
}

/** @returns how long to wait after that many attempts, in milliseconds */
const backoffMs = (attempts: number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** Math.min(attempts - 1, 20), LONGEST_WAIT_MS);

/** Codes of providers are short; whatever else they say is cut. */
const short = (reason: string): string => reason.slice(0, 200);

/**
 * @param on `idempotent`: the provider knows the same message again; `pinned`: it was perhaps given this one before;
 *   `another`: another provider may take it at once, because this one is away or asks for a pause
 * @returns what is written down of an attempt. What a provider may have taken never goes to another one.
 */
export function outcomeOf(
  { id, attempts }: Attempted,
  result: SendResult,
  on: { readonly idempotent: boolean; readonly pinned: boolean; readonly another: boolean },
): Finished {
  const exhausted = attempts >= MOST_ATTEMPTS;
  switch (result.status) {
    case 'accepted':
      return {
        ...{ id, attempts, providerId: result.providerId },
        status: result.delivered ? 'delivered' : 'sent',
      };
    case 'refused':
      return { id, attempts, status: 'failed', error: short(result.reason), badAddress: result.badAddress };
    case 'later': {
      const error = short(result.reason);
      // Not this attempt, but one before it may have been taken.
      if (on.pinned)
        return exhausted
          ? { id, attempts, status: 'unknown', error }
          : { id, attempts, status: 'again', error, afterMs: result.retryAfterMs ?? backoffMs(attempts) };
      if (exhausted)
        return { id, attempts, status: 'failed', error: `exhausted ${error}`, badAddress: false };
      const afterMs = on.another ? 0 : Math.max(result.retryAfterMs ?? 0, backoffMs(attempts));
      return { id, attempts, status: 'later', error, afterMs };
    }
    case 'unknown':
      return on.idempotent && !exhausted
        ? { id, attempts, status: 'again', error: short(result.reason), afterMs: backoffMs(attempts) }
        : { id, attempts, status: 'unknown', error: short(result.reason) };
    default:
      return assertNever(result);
  }
}
