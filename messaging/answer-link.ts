import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a token claims; believed only once its signature has been compared. */
export interface ReadToken {
  /** Of the row in `answer_link`. */
  readonly id: string;
  readonly signature: string;
}

/** `tampered`: the signature is not ours for this link and this expiry. */
export type TokenState = 'valid' | 'expired' | 'tampered';

export interface LinkSigner {
  /** @returns the address that goes into a message; `expiresAt` in UTC epoch milliseconds, as the row has it */
  url(id: string, expiresAt: number): string;
  /** @returns the address for the header List-Unsubscribe of an email, and for whoever follows it by hand */
  unsubscribeUrl(id: string, expiresAt: number): string;
  /** @returns the parts of a token; null when it cannot be one (cut off, or something else), which asks no database */
  read(token: string): ReadToken | null;
  /** Compares in constant time. A token that was tampered with never counts as expired. */
  check(token: ReadToken, expiresAt: number, now: number): TokenState;
}

const idLength = 11;
/** Sixty bits: with 64 more of the id, nobody guesses a link within its life. */
const signatureLength = 10;
const form = new RegExp(`^[A-Za-z0-9_-]{${idLength}}[A-Za-z0-9]{${signatureLength}}$`, 'u');

/** Shorter ones could be found by trying. */
export const shortestSecret = 32;

/**
 * @param secret at least {@link shortestSecret} characters
 * @param baseUrl where residents reach the API, without a slash at the end
 * @param secretBefore links signed with it are still read; those signed with any other are unreadable
 */
export function createLinkSigner(secret: string, baseUrl: string, secretBefore?: string): LinkSigner {
  const sign = (id: string, expiresAt: number, key = secret): string =>
    createHmac('sha256', key)
      // The name keeps it apart from whatever else may be signed with the same secret one day.
      .update(`yilu answer link 1\n${id}\n${expiresAt}`)
      .digest('base64url')
      .slice(0, signatureLength)
      // Telephones end a link in a text before a hyphen that nothing follows.
      .replaceAll('-', 'a')
      .replaceAll('_', 'b');
  const url = (id: string, expiresAt: number): string => `${baseUrl}/r/${id}${sign(id, expiresAt)}`;
  return {
    url,
    unsubscribeUrl: (id, expiresAt) => `${url(id, expiresAt)}/unsubscribe`,
    read: (token) =>
      form.test(token) ? { id: token.slice(0, idLength), signature: token.slice(idLength) } : null,
    check({ id, signature }, expiresAt, now) {
      const isOf = (key: string): boolean =>
        timingSafeEqual(Buffer.from(signature), Buffer.from(sign(id, expiresAt, key)));
      if (!isOf(secret) && !(secretBefore && isOf(secretBefore))) return 'tampered';
      return now < expiresAt ? 'valid' : 'expired';
    },
  };
}
