import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { createTransport } from 'nodemailer';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startMailCatcher, type MailCatcher } from '../../local/mail-catcher.ts';
import { launchBrowser } from '../support/browser.ts';

describe('the page of the mail catcher', () => {
  let folder: string;
  let catcher: MailCatcher;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yilu-mail-'));
    catcher = await startMailCatcher({ folder });
    browser = await launchBrowser();
    page = await (await browser.newContext()).newPage();
  });
  afterAll(async () => {
    await browser?.close();
    await catcher?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const accessibilityProblems = async (): Promise<string[]> =>
    (await new AxeBuilder({ page }).analyze()).violations.map(({ id, help }) => `${id}: ${help}`);

  it('says in both languages that nothing was sent yet', async () => {
    await page.goto(catcher.url);
    expect(await page.textContent('main')).toMatch(/还没有发出任何邮件。.*Nothing has been sent yet\./s);
    expect(await accessibilityProblems()).toEqual([]);
  });

  it('is read with the keyboard alone, runs nothing of what was sent, and can be cleared', async () => {
    await createTransport(catcher.smtpUrl).sendMail({
      from: 'yilu@example.org',
      to: 'resident@example.org',
      subject: '预约提醒',
      text: '周五上午九时',
      html: '<h1>周五上午九时</h1><script>parent.document.title = "taken over"</script>',
    });
    await page.goto(catcher.url);
    expect(await accessibilityProblems()).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/view');
    expect(await page.textContent('h1')).toBe('预约提醒');
    expect(await page.textContent('pre')).toBe('周五上午九时');
    expect(await page.title()).toBe('预约提醒');
    const frame = page.locator('iframe');
    expect(await frame.getAttribute('sandbox')).toBe('');
    expect(await frame.getAttribute('title')).toBe('HTML');
    // axe would wait for ever on a frame in which no script may run, its own included.
    await frame.evaluate((element) => element.remove());
    expect(await accessibilityProblems()).toEqual([]);

    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '清空' }).press('Enter');
    await page.getByText('还没有发出任何邮件。').waitFor();
  });
});
