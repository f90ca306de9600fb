import { chromium, type Browser } from 'playwright-core';
import { chromiumPath } from '../../local/binaries.ts';

/** A headless Chromium, as set-up found it. Close it when done. */
export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox', // Chromium refuses root otherwise
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
