import type { Locale } from '../model/localized.ts';

/** Somebody of the staff in whose place another is told. */
export interface StoodInFor {
  readonly name: string;
  /** The last day of the absence, YYYY-MM-DD. */
  readonly until: string;
}

/** @returns a remark that says in whose place the reader is told */
export const standsInText = ({ name, until }: StoodInFor, locale: Locale): string =>
  locale === 'zh' ? `代${name}（缺勤至 ${until}）` : `for ${name} (away until ${until})`;
