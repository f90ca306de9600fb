import { html } from 'hono/html';
import type { CaughtMessage } from './message-store.ts';
import { both, page, pageOf, pager, tabs, timeHead, when, type Page } from './page-frame.ts';

/**
 * What was sent, newest first, fifty a page.
 * @param number from 1; another one shows the nearest page that there is
 * @param withSms whether there is a list of SMS, too
 */
export function listPage(messages: CaughtMessage[], number = 1, withSms = false): Page {
  const { items, current, last } = pageOf(messages, number);
  const rows = items.map(
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
    ${pager('/', current, last)}
    <form method="post" action="/clear">
      <p><button type="submit">${both('清空', 'Clear')}</button></p>
    </form>`;
  const none = html`<p>${both('还没有发出任何邮件。', 'Nothing has been sent yet.')}</p>`;
  return page(
    '已发出的邮件 · Mail sent',
    html`${withSms ? tabs('mail') : ''}
      <h1>${both('已发出的邮件', 'Mail sent')}</h1>
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
