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

const when = (atMs: number): string =>
  new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium' }).format(atMs);

/** What was sent, newest first. */
export function listPage(messages: CaughtMessage[]): Page {
  const rows = messages.map(
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
          <th scope="col">${both('时间', 'Time')}</th>
          <th scope="col">${both('收件人', 'To')}</th>
          <th scope="col">${both('主题', 'Subject')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
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
        ${both('时间', 'Time')}: ${when(message.receivedAtMs)}<br />
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
