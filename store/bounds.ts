/** What the record takes from outside; every door holds what comes to it to the same. */

/** UTC epoch milliseconds: nothing is dated before. */
export const earliestInstant = Date.UTC(1900, 0, 1);
/** Nothing is dated from here on. */
export const latestInstant = Date.UTC(2200, 0, 1);

/** PostgreSQL stores no NUL, and half a surrogate pair is no text. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** @returns the text without what cannot be stored, cut to so many characters at most */
export const storable = (text: string, most = 2_000): string =>
  text.replaceAll('\u0000', '').toWellFormed().slice(0, most).toWellFormed();
