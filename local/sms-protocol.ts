import { createHmac, timingSafeEqual } from 'node:crypto';

// The gateway's side of the signed protocol, written apart from the product's: a mistake in one shows in the other.

const MOST_SECONDS_OFF = 300;
const digest = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest();

/** Whether these are the headers of somebody who has the secret, of the last five minutes. */
export function isSigned(
  secret: string,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): boolean {
  const [seconds, signature] = [headers['x-yilu-timestamp'], headers['x-yilu-signature']];
  if (typeof seconds !== 'string' || typeof signature !== 'string') return false;
  const given = Buffer.from(signature, 'hex');
  const right = digest(secret, `${seconds}.${body}`);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
  return Math.abs(Date.now() / 1000 - Number(seconds)) <= MOST_SECONDS_OFF;
}

/** @returns the status, or undefined when nobody answered */
export async function postSigned(secret: string, url: string, content: unknown): Promise<number | undefined> {
  const body = JSON.stringify(content);
  const seconds = String(Math.floor(Date.now() / 1000));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Yilu-Timestamp': seconds,
        'X-Yilu-Signature': digest(secret, `${seconds}.${body}`).toString('hex'),
      },
      body,
      signal: AbortSignal.timeout(10_000),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return undefined;
  }
}
