import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailCatcher, type MailCatcher } from '../../local/mail-catcher.ts';
import { startSmsCatcher, type SmsCatcher } from '../../local/sms-catcher.ts';
import { createSmsWebhookProvider } from '../../messaging/sms/webhook-provider.ts';
import { launchBrowser } from '../support/browser.ts';
import { startHttpServer } from '../support/http-server.ts';

describe('the SMS of the local gateway, on the catcher’s page', () => {
  let folder: string;
  let sms: SmsCatcher;
  let catcher: MailCatcher;
  let api: Awaited<ReturnType<typeof startHttpServer>>;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yilu-sms-'));
    api = await startHttpServer((_asked, response) => response.writeHead(200).end());
    sms = await startSmsCatcher(join(folder, 'sms'), api.url);
    catcher = await startMailCatcher({ folder: join(folder, 'mail'), sms });
    browser = await launchBrowser();
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await catcher?.stop();
    await sms?.gateway.stop();
    await api?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const accessibilityProblems = async (): Promise<string[]> =>
    (await new AxeBuilder({ page }).analyze()).violations.map(({ id, help }) => `${id}: ${help}`);
  const replies = (): unknown[] =>
    api.asked
      .filter(({ url }) => url.pathname === '/webhooks/messages/webhook/inbound')
      .map(({ body }) => JSON.parse(body) as unknown);

  it('has a tab of its own, Chinese first', async () => {
    await page.goto(catcher.url);
    await page.getByRole('link', { name: '短信' }).click();
    expect(await page.textContent('main')).toMatch(/还没有短信。.*No SMS yet\./s);
    expect(await accessibilityProblems()).toEqual([]);
  });

  it('shows what was sent, with its link, and lets somebody answer as the resident', async () => {
    const { YILU_SMS_WEBHOOK_URL: url, YILU_SMS_WEBHOOK_SECRET: secret } = sms.environment;
    const provider = createSmsWebhookProvider({
      url,
      secret,
      idempotent: true,
      perSecond: 1,
      concurrency: 1,
    });
    const text = '您好：请在 3月9日 前完成预约：http://localhost:8080/r/abc。<b>回 1 确认</b>';
    await provider.send(
      { id: 'm-1', channel: 'sms', to: '+8616110000001', locale: 'zh', subject: '', text },
      new AbortController().signal,
    );
    await page.goto(`${catcher.url}/sms`);
    expect(await page.textContent('tbody')).toContain('<b>回 1 确认</b>');
    expect(await page.getByRole('link', { name: '/r/abc' }).getAttribute('href')).toBe(
      'http://localhost:8080/r/abc',
    );
    await page.getByRole('link', { name: '+8616110000001' }).click();
    expect(await accessibilityProblems()).toEqual([]);
    await page.getByRole('button', { name: '退订' }).click();
    await page.getByText('来自').waitFor();
    await page.getByRole('link', { name: '+8616110000001' }).last().click();
    await page.getByLabel('其他内容').fill('我下周再来');
    await page.getByRole('button', { name: '发送' }).click();
    await page.getByText('我下周再来').waitFor();
    await sms.gateway.idle();
    expect(replies()).toMatchObject([
      { from: '+8616110000001', text: '退订' },
      { from: '+8616110000001', text: '我下周再来' },
    ]);
    expect(await accessibilityProblems()).toEqual([]);
  });

  it('takes no form that another site has sent', async () => {
    const answer = await fetch(`${catcher.url}/sms/clear`, {
      method: 'POST',
      headers: { Origin: 'https://elsewhere.example', 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(answer.status).toBe(403);
    expect(sms.store.list().length).toBeGreaterThan(0);
  });
});
