// Runs on the machine's own Node.js, before any package is installed: only Node's built-ins here.
// Called by `prestart` (--for start) and `pretest` (--for test); does nothing when all is in place.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `需要 Node.js 20.19 或更高版本，当前为 ${process.version}。请从 https://nodejs.org 安装新版本后重试。\n` +
      `Node.js 20.19 or newer is needed, this is ${process.version}. Install a newer one from https://nodejs.org and try again.`,
  );
  process.exit(1);
}

const { existsSync, mkdirSync, symlinkSync, chmodSync, writeFileSync } = await import('node:fs');
const paths = await import('node:path');
const { findChromium, findTemporal, findTestServer, isWindows, root } = await import('./find-binaries.mjs');
const { takeLock } = await import('./lock.mjs');
const { installPackages } = await import('./install-packages.mjs');
const { provideTemporalBinary, temporalCli, testServer } = await import('./provide-temporal.mjs');
const { provideChromium } = await import('./provide-chromium.mjs');
const { PlainError, say } = await import('./say.mjs');

const purpose = process.argv.includes('test') ? 'test' : 'start';

/** So that `npx yilu` finds the command in its own repository; npm links only the packages' commands. */
function linkCommand() {
  const link = paths.join(root, 'node_modules/.bin', isWindows ? 'yilu.cmd' : 'yilu');
  if (existsSync(link)) return;
  mkdirSync(paths.join(root, 'node_modules/.bin'), { recursive: true });
  chmodSync(paths.join(root, 'cli/yilu.mjs'), 0o755);
  if (isWindows) writeFileSync(link, '@node "%~dp0\\..\\..\\cli\\yilu.mjs" %*\r\n');
  else symlinkSync('../../cli/yilu.mjs', link);
}

async function lockedSetUp() {
  // Not in YILU_CACHE: that may be shared by several clones, and the set-up of one does not concern another.
  const path = paths.join(root, '.cache/setup.lock');
  let told = false;
  for (;;) {
    const lock = takeLock(path);
    if (lock.release) return lock;
    if (!told)
      say(`另一个安装正在进行（进程 ${lock.holder.pid}），等待中 …`, 'another set-up is running, waiting …');
    told = true;
    await new Promise((go) => setTimeout(go, 500));
  }
}

async function setUp() {
  const lock = await lockedSetUp();
  try {
    await installPackages();
    linkCommand();
    const jobs = [];
    const needsTemporal = purpose === 'test' || !process.env.TEMPORAL_ADDRESS;
    if (needsTemporal && !findTemporal()) jobs.push(provideTemporalBinary(temporalCli));
    if (purpose === 'test' && !findTestServer()) jobs.push(provideTemporalBinary(testServer));
    if (purpose === 'test' && !findChromium()) jobs.push(provideChromium());
    const failed = (await Promise.allSettled(jobs)).filter((job) => job.status === 'rejected');
    if (failed.length > 0) throw failed[0].reason;
  } finally {
    lock.release();
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
try {
  await setUp();
} catch (error) {
  const full = error.code === 'ENOSPC';
  if (full)
    console.error(
      '磁盘已满：请腾出至少 2 GB 空间后重试。\nThe disk is full: free at least 2 GB and try again.',
    );
  else console.error(error instanceof PlainError ? error.message : error);
  process.exitCode = 1;
}
