import { mkdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { createAdaptorServer } from '@hono/node-server';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiFixture, type ApiFixture } from '../support/api-fixture.ts';
import { launchBrowser } from '../support/browser.ts';
import {
  answersOf,
  closeStep,
  linkedResident,
  prepareAnswers,
  type LinkedInput,
  type LinkedResident,
} from '../support/linked-resident.ts';
import { fixtureStart } from '../support/store-fixture.ts';

const screens = [
  { width: 390, height: 844 },
  { width: 360, height: 640 },
];
/** Where the pictures of the documentation go; without it none are taken. */
const pictures = process.env['YILU_PICTURES'];

let f: ApiFixture;
let server: Server;
let url: string;
let browser: Browser;
beforeAll(async () => {
  f = await apiFixture();
  await prepareAnswers(f);
  server = createAdaptorServer({ fetch: f.app.fetch }) as Server;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await f?.close();
});
beforeEach(() => {
  f.clock.at = fixtureStart;
});

/** Each state of the page, and how to come to it. */
const states: readonly (readonly [
  name: string,
  heading: string,
  reach: (page: Page, input: LinkedInput) => Promise<LinkedResident>,
])[] = [
  ['question', '欧阳女士，您好', reached(async () => undefined, { booked: true })],
  ['questionnaire', '欧阳女士，您好', reached(async () => undefined)],
  ['another-time', '您想换个时间', reached((page) => press(page, '想换个时间'))],
  [
    'too-long',
    '请改正：您想换个时间',
    reached(async (page) => {
      await press(page, '想换个时间');
      await page.locator('textarea').evaluate((field) => field.removeAttribute('maxlength'));
      await page.getByLabel('什么时间方便？').fill('周三下午'.repeat(51));
      await press(page, '发送');
    }),
  ],
  ['done-elsewhere', '您已在别处做过', reached((page) => press(page, '已在别处做过'))],
  ['stop', '真的不要再联系您吗？', reached((page) => press(page, '请不要再联系我'))],
  ['answered', '欧阳女士，您好', reached((page) => press(page, '我会来'), { booked: true })],
  [
    'stopped',
    '欧阳女士，您好',
    reached(async (page) => {
      await press(page, '请不要再联系我');
      await press(page, '是的，不要再联系我');
    }),
  ],
  [
    'settled',
    '这件事已经办结',
    reached(async (page, one) => {
      await closeStep(f, one);
      await page.reload();
    }),
  ],
  [
    'expired',
    '这个链接已经过期',
    reached(async (page, one) => {
      f.clock.at = one.expiresAt;
      await page.reload();
    }),
  ],
  ['incomplete', '这个链接不完整', reached((page, one) => page.goto(`${url}/r/${one.token.slice(0, -1)}`))],
  ['unsubscribe', '不再接收邮件', reached((page, one) => page.goto(`${url}/r/${one.token}/unsubscribe`))],
  [
    'unsubscribed',
    '不再接收邮件',
    reached(async (page, one) => {
      await page.goto(`${url}/r/${one.token}/unsubscribe`);
      await press(page, '不再给我发邮件');
    }),
  ],
];

function reached(
  walk: (page: Page, one: LinkedResident) => Promise<unknown>,
  given: LinkedInput = {},
): (page: Page, input: LinkedInput) => Promise<LinkedResident> {
  return async (page, input) => {
    const one = await linkedResident(f, { ...given, ...input });
    await page.goto(`${url}/r/${one.token}`);
    await walk(page, one);
    return one;
  };
}

async function press(page: Page, name: string): Promise<void> {
  await page
    .getByRole('button', { name, exact: true })
    .or(page.getByRole('link', { name, exact: true }))
    .click();
}

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function problemsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(wcag).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

const wider = (page: Page): Promise<number> =>
  page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth);

/** What a thumb has to hit. */
const smallTargets = async (page: Page): Promise<string[]> => {
  const small: string[] = [];
  for (const target of await page.locator('a, button, textarea').all()) {
    const box = await target.boundingBox();
    if (!box || box.height < 48) small.push(await target.innerText());
  }
  return small;
};

describe.each(screens)('on a screen of $width by $height', (viewport) => {
  let context: BrowserContext;
  let page: Page;
  const refused: string[] = [];
  beforeAll(async () => {
    context = await browser.newContext({ viewport, locale: 'zh-CN', deviceScaleFactor: 1, isMobile: true });
    page = await context.newPage();
    page.on('console', (message) => {
      if (/content security policy/iu.test(message.text())) refused.push(message.text());
    });
  });
  afterAll(() => context?.close());

  it.each(states)(
    '%s: readable by everybody, nothing wider than the screen',
    async (name, heading, reach) => {
      await reach(page, {});
      expect(await page.textContent('h1')).toBe(heading);
      expect(await problemsOf(page)).toEqual([]);
      expect(await wider(page)).toBe(0);
      expect(await smallTargets(page)).toEqual([]);
      if (pictures !== undefined && viewport.width === 390) {
        await mkdir(pictures, { recursive: true });
        await page.screenshot({
          path: join(pictures, `resident-${name}.png`),
          fullPage: name !== 'incomplete',
        });
      }
      await page.getByRole('link', { name: 'English' }).click();
      expect(await page.getAttribute('html', 'lang')).toBe('en');
      expect(await page.locator('main').innerText()).not.toMatch(/[请您]/u);
      expect(await problemsOf(page)).toEqual([]);
      expect(await wider(page)).toBe(0);
      expect(refused).toEqual([]);
    },
  );

  it('is large: at least 20 pixels, and as large again where the reader asks for it', async () => {
    await reached(async () => undefined, { booked: true })(page, {});
    const size = async (selector: string): Promise<number> => {
      const read = page.locator(selector).first();
      return parseFloat(
        await read.evaluate(
          (element) => element.ownerDocument.defaultView.getComputedStyle(element).fontSize,
        ),
      );
    };
    expect(await size('main p')).toBeGreaterThanOrEqual(20);
    expect(await size('button')).toBeGreaterThanOrEqual(20);
    await page.locator('html').evaluate((root) => (root.style.fontSize = '200%'));
    expect(await wider(page)).toBe(0);
  });
});

describe('without JavaScript, with the keyboard alone', () => {
  it('a resident asks for another time, changes it, and wants no more messages', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: screens[1] ?? null });
    const page = await context.newPage();
    const one = await linkedResident(f, { booked: true });
    await page.goto(`${url}/r/${one.token}`);
    await page.getByRole('link', { name: '想换个时间' }).press('Enter');
    await page.getByLabel('什么时间方便？').pressSequentially('周三下午');
    await page.getByRole('button', { name: '发送' }).press('Enter');
    await page.getByText('答复：想换个时间。').waitFor();
    await page.getByRole('button', { name: '我会来' }).press('Enter');
    await page.getByText('答复：我会来。').waitFor();
    await page.getByRole('link', { name: '请不要再联系我' }).press('Enter');
    await page.getByRole('link', { name: '返回' }).press('Enter');
    expect(await answersOf(f, one.journey)).toHaveLength(2);
    await page.getByRole('link', { name: '请不要再联系我' }).press('Enter');
    await page.getByRole('button', { name: '是的，不要再联系我' }).press('Enter');
    await page.getByText('我们不再给您发消息。您的医生已经知道。').waitFor();
    expect((await answersOf(f, one.journey)).map(({ answer, note }) => [answer, note])).toEqual([
      ['another-time', '周三下午'],
      ['confirmed', null],
      ['do-not-contact', null],
    ]);
    await context.close();
  });

  it('stays in the language that was chosen', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const { token } = await linkedResident(f);
    await page.goto(`${url}/r/${token}`);
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('link', { name: 'I have had it done elsewhere' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('“I have had it done elsewhere”').waitFor();
    await context.close();
  });
});
