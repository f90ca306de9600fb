import { findChromium, findTemporal, findTestServer } from '../scripts/find-binaries.mjs';

function required(path: string | undefined, name: string, setUp: string): string {
  if (path) return path;
  throw new Error(
    `找不到 ${name}；请先运行 node scripts/setup.mjs ${setUp}\n${name} is not set up; run node scripts/setup.mjs ${setUp}`,
  );
}

/** Path of the `temporal` command line that set-up found. Throws with the remedy when it has not run. */
export const temporalPath = (): string => required(findTemporal(), 'temporal', '--for start');

/** Path of Temporal's time-skipping test server. Throws with the remedy when set-up for tests has not run. */
export const testServerPath = (): string => required(findTestServer(), 'temporal-test-server', '--for test');

/** Path of Chromium for browser tests. Throws with the remedy when set-up for tests has not run. */
export const chromiumPath = (): string => required(findChromium(), 'Chromium', '--for test');
