import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { Locale } from '../../domain/model/localized.ts';
import { htmlLang, words } from './words.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Large type, contrast of at least 7 : 1, targets of at least 48 pixels; nothing is wider than the screen. */
const style = `
:root { font: 1.25rem/1.6 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; color: #111; background: #fff; }
main, footer { max-width: 34rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: .5rem 0 1rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 1.5rem 0 .75rem; }
p { margin: .75rem 0; }
dl { margin: 1rem 0; padding: .25rem 1rem; border: 2px solid #8a8a8a; border-radius: .5rem; }
dt { margin-top: .5rem; color: #444; font-size: 1.05rem; }
dd { margin: 0 0 .5rem; font-weight: 600; }
a { color: #0b4a8f; text-underline-offset: .2em; }
a.tel { display: inline-block; min-height: 3rem; line-height: 3rem; }
form { margin: .75rem 0; }
button, a.button { display: flex; align-items: center; justify-content: center; width: 100%; min-height: 3.5rem; padding: .75rem 1rem; border: 2px solid #0b4a8f;
  border-radius: .5rem; background: #fff; color: #0b4a8f; font: inherit; font-weight: 600; line-height: 1.4;
  text-align: center; text-decoration: none; cursor: pointer; margin: .75rem 0; }
.first { background: #0b4a8f; color: #fff; }
a.button.quiet, button.quiet { border-color: #5a5a5a; color: #333; font-weight: 400; }
label { display: block; font-weight: 600; }
textarea { display: block; width: 100%; min-height: 6rem; margin-top: .5rem; padding: .75rem; border: 2px solid #5a5a5a;
  border-radius: .5rem; font: inherit; color: inherit; background: #fff; }
textarea[aria-invalid] { border-color: #a30000; }
.hint { margin: 0; color: #444; font-size: 1.05rem; font-weight: 400; }
.wrong { color: #a30000; font-weight: 600; }
.said { padding: .75rem 1rem; border: 2px solid #1a6b2d; border-left-width: .75rem; border-radius: .5rem; }
.said p { margin: .25rem 0; }
footer { border-top: 1px solid #8a8a8a; }
footer a { display: inline-block; min-height: 3rem; line-height: 3rem; }
:focus-visible { outline: 4px solid #b35900; outline-offset: 3px; }
`;

/** Nothing but this very style sheet, and forms that go back to where the page came from. */
export const contentSecurityPolicy = {
  defaultSrc: ["'none'"],
  styleSrc: [`'sha256-${createHash('sha256').update(style).digest('base64')}'`],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
};

export interface Shell {
  readonly locale: Locale;
  /** The page's own heading. */
  readonly heading: string;
  readonly body: Html;
  /** Part of the matter that is shown; the switch of language comes back to it. */
  readonly view?: string;
}

/** @returns the address of a part of this matter in a language; relative, so that a gateway may add a path before it */
export const here = (locale: Locale, view?: string): string =>
  view === undefined ? `?lang=${locale}` : `?view=${view}&lang=${locale}`;

/** @returns a whole page, that needs no script and loads nothing */
export function layout({ locale, heading, body, view }: Shell): Html {
  const other: Locale = locale === 'zh' ? 'en' : 'zh';
  return html`<!doctype html>
    <html lang="${htmlLang[locale]}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow, noarchive" />
        <meta name="format-detection" content="telephone=no" />
        <title>${heading} · ${words[locale].title}</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${heading}</h1>
          ${body}
        </main>
        <footer>
          <p class="hint">${words[locale].urgent}</p>
          <a href="${here(other, view)}" lang="${htmlLang[other]}" hreflang="${htmlLang[other]}"
            >${other === 'zh' ? '中文' : 'English'}</a
          >
        </footer>
      </body>
    </html>`;
}

/** @returns a number to press, which telephones dial; its signs that only people read are left out of the link */
export const telephone = (phone: string): Html =>
  html`<a class="tel" href="tel:${phone.replaceAll(/[^+0-9]/gu, '')}">${phone}</a>`;
