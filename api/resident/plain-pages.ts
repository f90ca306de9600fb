import { html } from 'hono/html';
import type { Locale } from '../../domain/model/localized.ts';
import { layout, telephone, type Html } from './layout.ts';
import { words } from './words.ts';

type Plain = 'expired' | 'incomplete' | 'tooMany' | 'unavailable' | 'notTaken';

/** @returns a page that says one thing, and whom to call where that may be said */
export function plainPage(what: Plain, locale: Locale, phone: string | null = null): Html {
  const say = words[locale];
  return layout({
    locale,
    heading: say[what],
    body: html`<p>${say[`${what}Body`]}</p>
      ${phone === null ? '' : html`<p>${say.call} ${telephone(phone)}</p>`}`,
  });
}
