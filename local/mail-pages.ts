import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { CaughtMessage } from './message-store.ts';

type Page = HtmlEscapedString | Promise<HtmlEscapedString>;

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
  button { font: inherit; padding: .4rem .8rem; }
`;

const page = (title: string, body: Page): Page =>
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

const both = (zh: string, en: string): Page => html`${zh} <span class="en" lang="en">${en}</span>`;

/** The district's, wherever the machine stands; messages and the journeys' deadlines are in it, too. */
const ZONE = 'Asia/Shanghai';

const timeHead = (): Page => both(`时间（${ZONE}）`, `Time (${ZONE})`);

const when = (atMs: number): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: ZONE }).format(atMs);

const PER_PAGE = 50;

function pager(current: number, last: number): Page {
  if (last === 1) return html``;
  const to = (number: number, zh: string, en: string): Page =>
    html`<a href="/?page=${number}">${both(zh, en)}</a>`;
  return html`<nav aria-label="分页 Pages">
    <p>
      ${current > 1 ? to(current - 1, '← 较新', 'Newer') : ''}
      ${both(`第 ${current} 页，共 ${last} 页`, `Page ${current} of ${last}`)}
      ${current < last ? to(current + 1, '较早 →', 'Older') : ''}
    </p>
  </nav>`;
}

/**
 * What was sent, newest first, fifty a page.
 * @param number from 1; another one shows the nearest page that there is
 */
export function listPage(messages: CaughtMessage[], number = 1): Page {
  const last = Math.max(1, Math.ceil(messages.length / PER_PAGE));
  const current = Math.min(Math.max(Math.trunc(number) || 1, 1), last);
  const rows = messages.slice((current - 1) * PER_PAGE, current * PER_PAGE).map(
    (message) =>
      html`<tr>
        <td>${when(message.receivedAtMs)}</td>
        <td class="wrap">${message.to.join(', ')}</td>
        <td class="wrap">
          <a href="/messages/${message.id}/view">${message.subject || '（无主题）(no subject)'}</a>
        </td>
      </tr>`,
  );
  const table = html`<table>
      <thead>
        <tr>
          <th scope="col">${timeHead()}</th>
          <th scope="col">${both('收件人', 'To')}</th>
          <th scope="col">${both('主题', 'Subject')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${pager(current, last)}
    <form method="post" action="/clear">
      <p><button type="submit">${both('清空', 'Clear')}</button></p>
    </form>`;
  const none = html`<p>${both('还没有发出任何邮件。', 'Nothing has been sent yet.')}</p>`;
  return page(
    '已发出的邮件 · Mail sent',
    html`<h1>${both('已发出的邮件', 'Mail sent')}</h1>
      <p>
        ${both(
          '本机演示用：邮件停在这里，不会送达任何人。',
          'For this machine only: mail stops here and reaches nobody.',
        )}
      </p>
      ${messages.length === 0 ? none : table}`,
  );
}

/** One message. Its HTML is shown in a frame that may run no script, load nothing and lead nowhere. */
export function messagePage(message: CaughtMessage): Page {
  const attachments = message.attachments.map(
    ({ name, type, bytes }) => html`<li class="wrap">${name} (${type}, ${bytes} B)</li>`,
  );
  return page(
    `${message.subject || 'Mail'}`,
    html`<p><a href="/">${both('返回列表', 'Back to the list')}</a></p>
      <h1 class="wrap">${message.subject || '（无主题）(no subject)'}</h1>
      <p class="wrap">
        ${timeHead()}: ${when(message.receivedAtMs)}<br />
        ${both('发件人', 'From')}: ${message.from}<br />
        ${both('收件人', 'To')}: ${message.to.join(', ')}
      </p>
      <h2>${both('文本', 'Text')}</h2>
      <pre>${message.text}</pre>
      ${
        message.html
          ? html`<h2>HTML</h2>
              <iframe sandbox="" title="HTML" src="/messages/${message.id}/html"></iframe>`
          : ''
      }
      ${
        attachments.length > 0
          ? html`<h2>${both('附件', 'Attachments')}</h2>
              <ul>
                ${attachments}
              </ul>`
          : ''
      }`,
  );
}

export const missingPage = (): Page =>
  page(
    '没有这封邮件 · No such mail',
    html`<h1>${both('没有这封邮件', 'No such mail')}</h1>
      <p><a href="/">${both('返回列表', 'Back to the list')}</a></p>`,
  );
