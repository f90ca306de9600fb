import { Hono } from 'hono';
import { html } from 'hono/html';
import type { CaughtMessage, MessageStore } from './message-store.ts';
import { both, page, pageOf, pager, tabs, timeHead, when, type Page } from './page-frame.ts';

/** What the local gateway keeps, and how to answer as a resident. */
export interface CaughtSms {
  readonly store: MessageStore;
  readonly reply: (from: string, text: string) => Promise<void>;
}

const isReply = ({ from }: CaughtMessage): boolean => from.startsWith('+');
const telephone = (message: CaughtMessage): string =>
  isReply(message) ? message.from : (message.to[0] ?? '');

/** Addresses in a text lead where they say, as on a telephone. */
const linked = (text: string): (string | Page)[] =>
  text
    .split(/(https?:\/\/[^\s，。；、）)]+)/u)
    .map((part, index) => (index % 2 === 1 ? html`<a href="${part}">${part}</a>` : part));

function listPage(messages: CaughtMessage[], number: number): Page {
  const { items, current, last } = pageOf(messages, number);
  const rows = items.map(
    (message) =>
      html`<tr>
        <td>${when(message.receivedAtMs)}</td>
        <td>
          ${isReply(message) ? both('来自', 'from') : both('发给', 'to')}
          <a href="/sms/${message.id}">${telephone(message)}</a>
        </td>
        <td class="wrap">${linked(message.text)}</td>
      </tr>`,
  );
  const table = html`<table>
      <thead>
        <tr>
          <th scope="col">${timeHead()}</th>
          <th scope="col">${both('手机号', 'Telephone')}</th>
          <th scope="col">${both('内容', 'Text')}</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${pager('/sms', current, last)}
    <form method="post" action="/sms/clear">
      <p><button type="submit">${both('清空', 'Clear')}</button></p>
    </form>`;
  return page(
    '短信 · SMS',
    html`${tabs('sms')}
      <h1>${both('短信', 'SMS')}</h1>
      <p>
        ${both(
          '本机演示用：短信停在这里，不会送达任何人。点手机号可以居民身份回复。',
          'For this machine only: SMS stop here and reach nobody. Choose a number to answer as its resident.',
        )}
      </p>
      ${messages.length === 0 ? html`<p>${both('还没有短信。', 'No SMS yet.')}</p>` : table}`,
  );
}

/** One message, and what a resident might answer. */
function messagePage(message: CaughtMessage): Page {
  const number = telephone(message);
  const quick = (text: string, zh: string, en: string): Page =>
    html`<button type="submit" name="quick" value="${text}">${both(zh, en)}</button>`;
  return page(
    `短信 ${number} · SMS`,
    html`${tabs('sms')}
      <h1>${isReply(message) ? both(`来自 ${number}`, 'from') : both(`发给 ${number}`, 'to')}</h1>
      <p>${timeHead()}: ${when(message.receivedAtMs)}</p>
      <pre>${linked(message.text)}</pre>
      <h2>${both('以居民身份回复', 'Answer as the resident')}</h2>
      <form method="post" action="/sms/${message.id}/reply">
        <p>
          ${quick('1', '1 确认', 'confirm')} ${quick('2', '2 改约', 'another time')}
          ${quick('退订', '退订', 'stop')}
        </p>
        <p>
          <label>${both('其他内容', 'Other words')} <input name="text" maxlength="500" /></label>
          <button type="submit">${both('发送', 'Send')}</button>
        </p>
      </form>`,
  );
}

const missing = (): Page =>
  page(
    '没有这条短信 · No such SMS',
    html`${tabs('sms')}
      <h1>${both('没有这条短信', 'No such SMS')}</h1>`,
  );

/** The pages under `/sms`; `/sms/messages` is the same as JSON. */
export function smsRoutes({ store, reply }: CaughtSms): Hono {
  const app = new Hono();
  app.get('/', (c) => c.html(listPage(store.list(), Number(c.req.query('page')))));
  app.get('/messages', (c) => c.json(store.list()));
  app.post('/clear', async (c) => {
    await store.clear();
    return c.redirect('/sms', 303);
  });
  app.get('/:id', (c) => {
    const message = store.find(c.req.param('id'));
    return message ? c.html(messagePage(message)) : c.html(missing(), 404);
  });
  app.post('/:id/reply', async (c) => {
    const message = store.find(c.req.param('id'));
    if (!message) return c.html(missing(), 404);
    const { quick, text } = await c.req.parseBody();
    const words = [quick, text].find((part) => typeof part === 'string' && part.trim() !== '');
    if (typeof words === 'string') await reply(telephone(message), words.slice(0, 500));
    return c.redirect('/sms', 303);
  });
  return app;
}
