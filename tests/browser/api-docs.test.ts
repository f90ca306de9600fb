import { AxeBuilder } from '@axe-core/playwright';
import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { apiFixture, type ApiFixture } from '../support/api-fixture.ts';
import { launchBrowser } from '../support/browser.ts';

let api: ApiFixture;
let server: Server;
let browser: Browser;
let page: Page;
const asked: string[] = [];
const complaints: string[] = [];
beforeAll(async () => {
  api = await apiFixture();
  server = serve({ fetch: api.app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  if (!server.listening) await new Promise((done) => server.once('listening', done));
  browser = await launchBrowser();
  page = await (await browser.newContext()).newPage();
  page.on('request', (request) => asked.push(new URL(request.url()).host));
  page.on('console', (message) => complaints.push(message.text()));
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await api.close();
});

it('the page of the interface reads without a network: every operation, in both languages, nothing from outside', async () => {
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  await page.goto(`http://${host}/`);
  expect(page.url()).toBe(`http://${host}/api/docs`);
  const document = (await (await fetch(`http://${host}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { operationId: string; summary: string }>>;
  };
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  expect(operations.length).toBeGreaterThan(15);
  for (const { operationId, summary } of operations)
    expect(await page.locator(`section#${operationId} h2`).textContent()).toBe(summary);
  await page.getByRole('link', { name: 'Where a journey stands' }).click();
  expect(page.url()).toContain('#showJourney');
  const schema = page.locator('details#schema-Problem');
  await schema.locator('summary').click();
  expect(await schema.locator('pre').isVisible()).toBe(true);
  expect(new Set(asked)).toEqual(new Set([host]));
  expect(complaints.filter((text) => !text.includes('favicon'))).toEqual([]);
});

it('the page can be read by everybody', async () => {
  const { violations } = await new AxeBuilder({ page })
    .include('nav')
    .include('#command')
    .include('#schemas')
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
});
