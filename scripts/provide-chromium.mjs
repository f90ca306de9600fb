import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, isExecutable, isWindows, onPath, record, root } from './find-binaries.mjs';
import { runQuietly } from './run-quietly.mjs';
import { PlainError, say, showProgress } from './say.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const USUAL_PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** Missing system libraries show only when it runs. Windows builds print no version: there, being present must do. */
async function runs(path) {
  return isWindows || (await runQuietly(path, ['--version'], { timeoutMs: 30_000 })).ok;
}

function findUnder(folder, names, depth = 5) {
  if (depth === 0 || !existsSync(folder)) return undefined;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      const found = findUnder(path, names, depth - 1);
      if (found) return found;
    } else if (names.includes(entry.name) && isExecutable(path)) return path;
  }
  return undefined;
}

async function playwrightDownload() {
  const browsers = join(cacheFolder(), 'browsers');
  const { ok, output } = await runQuietly(
    process.execPath,
    [join(root, 'node_modules/playwright-core/cli.js'), 'install', 'chromium-headless-shell'],
    {
      timeoutMs: 600_000,
      env: { PLAYWRIGHT_BROWSERS_PATH: browsers, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '8000' },
    },
  );
  if (!ok) throw new Error(/Error: .*/.exec(output)?.[0] ?? 'failed');
  return findUnder(browsers, ['headless_shell', 'chrome-headless-shell', 'chrome-headless-shell.exe']);
}

async function debianPackage() {
  if (process.getuid?.() !== 0 || !onPath('apt-get')) throw new Error('needs root on Debian or Ubuntu');
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await runQuietly('apt-get', ['update', '-qq'], { timeoutMs: 180_000, env });
  const packages = ['chromium', 'fonts-noto-cjk'];
  const { ok, output } = await runQuietly(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    {
      timeoutMs: 900_000,
      env,
    },
  );
  if (!ok) throw new Error(output.trim().split('\n').at(-1));
  return onPath('chromium');
}

/** Finds a Chromium for browser tests: PATH, Playwright's download, Debian's package. Says in one line which it was. */
export async function provideChromium() {
  const use = (path, zh, en) => {
    record('chromium', path, en);
    say(`✓ Chromium：${zh}`, `Chromium: ${en} (${path})`);
  };
  for (const path of [onPath(...NAMES), ...USUAL_PLACES])
    if (path && isExecutable(path) && (await runs(path)))
      return use(path, '本机已有', 'found on this machine');

  const reasons = [];
  const rungs = [
    ['Playwright 下载', 'Playwright download', playwrightDownload],
    ['Debian 软件包', 'Debian package chromium', debianPackage],
  ];
  for (const [rungZh, rungEn, fetchIt] of rungs) {
    const done = showProgress(`获取 Chromium（${rungZh}）`, `fetching Chromium (${rungEn})`);
    try {
      const path = await fetchIt();
      if (!path || !(await runs(path))) throw new Error('what was fetched does not run here');
      done();
      return use(path, rungZh, rungEn);
    } catch (error) {
      done();
      reasons.push(`  ${rungEn}: ${error.message}`);
    }
  }
  throw new PlainError(
    '无法取得浏览器测试所需的 Chromium。请安装 Chromium 或 Chrome 并放到 PATH 上，再运行 npm test。',
    `Could not get Chromium for the browser tests. Install Chromium or Chrome, put it on PATH, and run npm test again.\n${reasons.join('\n')}`,
  );
}
