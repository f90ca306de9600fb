import { createHmac, timingSafeEqual } from 'node:crypto';

export const timestampHeader = 'X-Yilu-Timestamp';
export const signatureHeader = 'X-Yilu-Signature';

/** Longer ago, or ahead, than clocks differ and networks delay: a copy that somebody kept. */
const MOST_SECONDS_OFF = 300;

/**
 * @param seconds UTC epoch seconds
 * @returns HMAC-SHA256 of `seconds.body` in hexadecimal digits
 */
export const signatureOf = (secret: string, seconds: string, body: string): string =>
  createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');

/** @returns the headers that say who sends this body, and when */
export function signedHeaders(secret: string, body: string, now = Date.now()): Record<string, string> {
  const seconds = String(Math.floor(now / 1000));
  return { [timestampHeader]: seconds, [signatureHeader]: signatureOf(secret, seconds, body) };
}

/** Whether two texts are the same, in a time that does not tell how much of them is. */
export function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** @returns what is wrong with a signed body, or undefined when nothing is */
export function signatureProblem(
  secret: string,
  request: {
    readonly timestamp: string | undefined;
    readonly signature: string | undefined;
    readonly body: string;
  },
  now = Date.now(),
): 'bad-signature' | 'old-timestamp' | undefined {
  const { timestamp, signature, body } = request;
  if (!timestamp || !/^\d{1,12}$/u.test(timestamp) || !signature) return 'bad-signature';
  // The signature first: only a sender who has the secret learns that the clocks differ.
  if (!sameText(signature.toLowerCase(), signatureOf(secret, timestamp, body))) return 'bad-signature';
  return Math.abs(now / 1000 - Number(timestamp)) > MOST_SECONDS_OFF ? 'old-timestamp' : undefined;
}
