import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMailCatcher, type MailCatcher } from '../../local/mail-catcher.ts';
import type { CaughtMessage } from '../../local/message-store.ts';

describe('mail catcher', () => {
  let folder: string;
  let catcher: MailCatcher;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yilu-mail-'));
    catcher = await startMailCatcher({ folder });
  });
  afterEach(async () => {
    await catcher.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const send = (subject: string, html?: string) =>
    createTransport(catcher.smtpUrl).sendMail({
      from: '一路 <yilu@example.org>',
      to: ['resident@example.org', 'family@example.org'],
      subject,
      text: '请于周五前来社区卫生服务中心。',
      ...(html !== undefined && { html }),
      attachments: [{ filename: '须知.txt', content: 'abc' }],
    });
  const messages = async (): Promise<CaughtMessage[]> =>
    (await (await fetch(`${catcher.url}/messages`)).json()) as CaughtMessage[];

  it('keeps what nodemailer sends, Chinese intact, newest first', async () => {
    await send('复查提醒');
    await send('第二封', '<p>你好</p>');
    const [newest, oldest] = await messages();
    expect(newest).toMatchObject({ subject: '第二封', html: '<p>你好</p>' });
    expect(oldest).toMatchObject({
      subject: '复查提醒',
      from: '"一路" <yilu@example.org>',
      to: ['resident@example.org, family@example.org'],
      text: '请于周五前来社区卫生服务中心。',
      html: '',
      attachments: [{ name: '须知.txt', type: 'text/plain', bytes: 3 }],
    });
  });

  it('has acknowledged messages after a restart, on the same ports, also when its last write was cut off', async () => {
    await send('重启之前');
    const { smtpUrl, url } = catcher;
    await catcher.stop();
    await appendFile(join(folder, 'messages.jsonl'), '{"id":"cut off');
    catcher = await startMailCatcher({ folder });
    expect(catcher).toMatchObject({ smtpUrl, url });
    await send('重启之后');
    expect((await messages()).map(({ subject }) => subject)).toEqual(['重启之后', '重启之前']);
  });

  it('is cleared by DELETE', async () => {
    await send('要清除的');
    expect((await fetch(`${catcher.url}/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await messages()).toEqual([]);
    await catcher.stop();
    catcher = await startMailCatcher({ folder });
    expect(await messages()).toEqual([]);
  });

  it('shows fifty a page, with the way to the others, in the time of the district', async () => {
    const { url } = catcher;
    const lines = Array.from({ length: 51 }, (_, index) =>
      JSON.stringify({
        id: String(index),
        receivedAtMs: Date.UTC(2026, 0, 1, 20, index),
        from: '',
        to: [],
        subject: `第 ${index} 封`,
        text: '',
        html: '',
        attachments: [],
      }),
    );
    await catcher.stop();
    await appendFile(join(folder, 'messages.jsonl'), `${lines.join('\n')}\n`);
    catcher = await startMailCatcher({ folder });
    const page = async (query: string): Promise<string> => (await fetch(`${url}/${query}`)).text();
    const first = await page('');
    expect(first).toContain('Time (Asia/Shanghai)');
    expect(first).toContain('2026-01-02 04:50:00');
    expect(first).toContain('href="/?page=2"');
    expect(first).not.toContain('第 0 封');
    const second = await page('?page=2');
    expect(second).toContain('第 0 封');
    expect(second).not.toContain('第 1 封');
    expect(await page('?page=nonsense')).toBe(first);
    expect(await page('?page=99')).toBe(second);
  });

  it('escapes what senders write', async () => {
    await send('<script>alert(1)</script>', '<script>alert(2)</script>');
    const [message] = await messages();
    for (const page of ['/', `/messages/${message?.id}/view`])
      expect(await (await fetch(catcher.url + page)).text()).not.toContain('<script>');
    const html = await fetch(`${catcher.url}/messages/${message?.id}/html`);
    expect(html.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers 404 for a message that is not there', async () => {
    for (const path of ['/messages/none', '/messages/none/view', '/messages/none/html'])
      expect((await fetch(catcher.url + path)).status).toBe(404);
  });
});
