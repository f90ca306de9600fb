import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, 'Noto Sans CJK SC', sans-serif; }
  body { margin: 0 auto; max-width: 72rem; padding: 1rem; }
  table { border-collapse: collapse; width: 100%; }
  th, td { text-align: start; padding: .5rem; border-bottom: 1px solid #8886; vertical-align: top; }
  :focus-visible { outline: 3px solid; outline-offset: 2px; }
  iframe { width: 100%; height: 24rem; border: 1px solid #888; background: #fff; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; border: 1px solid #8886; padding: 1rem; }
  .wrap { overflow-wrap: anywhere; }
  .en { opacity: .85; }
  button, input { font: inherit; padding: .4rem .8rem; }
  nav.tabs a { display: inline-block; padding: .4rem .8rem; }
  nav.tabs [aria-current] { font-weight: bold; border-bottom: 3px solid; }
`;

export const page = (title: string, body: Page): Page =>
  html`<!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`;

export const both = (zh: string, en: string): Page => html`${zh} <span class="en" lang="en">${en}</span>`;

/** The district's, wherever the machine stands; messages and the journeys' deadlines are in it, too. */
const ZONE = 'Asia/Shanghai';

export const timeHead = (): Page => both(`时间（${ZONE}）`, `Time (${ZONE})`);

export const when = (atMs: number): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: ZONE }).format(atMs);

const PER_PAGE = 50;

/** @param at the list's own path */
export function pager(at: string, current: number, last: number): Page {
  if (last === 1) return html``;
  const to = (number: number, zh: string, en: string): Page =>
    html`<a href="${at}?page=${number}">${both(zh, en)}</a>`;
  return html`<nav aria-label="分页 Pages">
    <p>
      ${current > 1 ? to(current - 1, '← 较新', 'Newer') : ''}
      ${both(`第 ${current} 页，共 ${last} 页`, `Page ${current} of ${last}`)}
      ${current < last ? to(current + 1, '较早 →', 'Older') : ''}
    </p>
  </nav>`;
}

/** Which of the lists is shown, and the way to the other one. */
export const tabs = (current: 'sms' | 'mail'): Page =>
  html`<nav class="tabs" aria-label="列表 Lists">
    <a href="/" ${current === 'mail' ? raw('aria-current="page"') : ''}>${both('邮件', 'Mail')}</a>
    <a href="/sms" ${current === 'sms' ? raw('aria-current="page"') : ''}>${both('短信', 'SMS')}</a>
  </nav>`;

/** @returns the page of that number, else the nearest there is, and how many there are */
export function pageOf<T>(all: readonly T[], number: number): { items: T[]; current: number; last: number } {
  const last = Math.max(1, Math.ceil(all.length / PER_PAGE));
  const current = Math.min(Math.max(Math.trunc(number) || 1, 1), last);
  return { items: all.slice((current - 1) * PER_PAGE, current * PER_PAGE), current, last };
}
