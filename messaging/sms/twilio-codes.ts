import type { SendResult } from '../port.ts';

/**
 * What Twilio's error codes say about a message. Source: Twilio, Error and Warning Dictionary
 * (https://www.twilio.com/docs/api/errors).
 */
const badAddress: readonly number[] = [
  21211, // not a telephone number
  21614, // not a mobile number
  21217, // not a valid number
];
/** The same codes in receipts: no such handset, a land line. */
const badAddressInReceipts: readonly number[] = [...badAddress, 30005, 30006];

/** The account, its sender or a region that it may not send to: an operator's to put right. */
const account: readonly number[] = [
  20003, 20005, 21408, 21603, 21606, 21608, 21659, 21660, 21703, 30001, 30002,
];
const ACCOUNT_WAIT_MS = 15 * 60_000;

/** Queues that are full, and limits of the day. */
const busy: readonly number[] = [20429, 21611, 63038];

export const isBadAddress = (code: number): boolean => badAddressInReceipts.includes(code);

/** @param code Twilio's, or null where the answer held none */
export function twilioResult(code: number | null, httpStatus: number): SendResult {
  const reason = code === null ? `HTTP ${httpStatus}` : String(code);
  if (code === 21610) return { status: 'refused', reason: 'opted-out', badAddress: false };
  if (code !== null && badAddress.includes(code)) return { status: 'refused', reason, badAddress: true };
  if (httpStatus === 429 || (code !== null && busy.includes(code)))
    return { status: 'later', reason, retryAfterMs: code === 63038 ? 3_600_000 : 1_000 };
  if (httpStatus === 401 || httpStatus === 403 || (code !== null && account.includes(code)))
    return { status: 'later', reason, retryAfterMs: ACCOUNT_WAIT_MS };
  if (httpStatus === 503) return { status: 'later', reason };
  if (httpStatus >= 500 || httpStatus < 300) return { status: 'unknown', reason };
  return { status: 'refused', reason, badAddress: false };
}
