import type { SendResult } from '../port.ts';

/**
 * What the codes of Aliyun's SendSms say about a message.
 * Source: Alibaba Cloud, Short Message Service, API error codes
 * (https://help.aliyun.com/document_detail/101346.html), read together with the remarks of SendSms in its SDK 4.6.0.
 */
const badAddress: readonly string[] = ['isv.MOBILE_NUMBER_ILLEGAL', 'isv.MOBILE_COUNT_OVER_LIMIT'];

/** What operators report of a number that nobody has (state report codes of SmsReport and QuerySendDetails). */
const nobodyThere = /^(?:MK:000[01]|UNKNOWN_NUMBER|isv\.MOBILE_NUMBER_ILLEGAL|IS_CLOSED_NUMBER|DB:0104)$/u;

/** @returns whether a failure that was reported later says that the number is at fault */
export const reportsBadAddress = (code: string): boolean => nobodyThere.test(code);

/** The template or signature is not registered, or not approved yet, for this account. */
const notRegistered: readonly string[] = [
  'isv.SMS_TEMPLATE_ILLEGAL',
  'isv.SMS_SIGNATURE_ILLEGAL',
  'isv.SMS_SIGN_ILLEGAL',
  'isv.SMS_SIGNATURE_SCENE_ILLEGAL',
];

/** About the account and not the message: once an operator has put it right, the same message leaves. */
const account =
  /^(?:isv\.(?:OUT_OF_SERVICE|AMOUNT_NOT_ENOUGH|ACCOUNT_.*|PRODUCT_UN_?SUBSCRI.*|DAY_LIMIT_CONTROL|MONTH_LIMIT_CONTROL)|isp\.RAM_PERMISSION_DENY|InvalidAccessKeyId.*|SignatureDoesNotMatch|SignatureNonceUsed|InvalidTimeStamp.*|Forbidden.*|NoPermission.*)$/u;
const ACCOUNT_WAIT_MS = 15 * 60_000;

/** One number may get so many a minute, an hour, a day; the words of the answer say which was reached. */
function limitWaitMs(words: string): number {
  if (/天级|day/iu.test(words)) return 6 * 3_600_000;
  if (/小时级|hour/iu.test(words)) return 3_600_000;
  return 60_000;
}

/**
 * @param code as in the answer's `Code`; `OK` is none of this function's business
 * @param words the answer's `Message`; only read for the kind of limit, since it quotes telephone numbers
 */
export function aliyunResult(code: string, words: string, httpStatus: number): SendResult {
  if (badAddress.includes(code)) return { status: 'refused', reason: code, badAddress: true };
  if (notRegistered.includes(code))
    return { status: 'refused', reason: 'template-not-registered', badAddress: false };
  if (code === 'isv.BUSINESS_LIMIT_CONTROL')
    return { status: 'later', reason: code, retryAfterMs: limitWaitMs(words) };
  if (code.startsWith('Throttling') || httpStatus === 429)
    return { status: 'later', reason: code, retryAfterMs: 1_000 };
  if (account.test(code)) return { status: 'later', reason: code, retryAfterMs: ACCOUNT_WAIT_MS };
  // "Call again", says the list; a fault inside of Aliyun in any other shape says nothing about the message.
  if (code === 'isp.SYSTEM_ERROR' || code === 'ServiceUnavailable') return { status: 'later', reason: code };
  if (httpStatus >= 500) return { status: 'unknown', reason: code };
  return { status: 'refused', reason: code, badAddress: false };
}
