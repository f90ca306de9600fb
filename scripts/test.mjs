// What `npm test` runs: every check and every test; the last line is `N passed, N failed`.
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { cacheFolder, root } from './find-binaries.mjs';
import { runQuietly } from './run-quietly.mjs';

const bin = (path) => join(root, 'node_modules', path);
const checks = [
  ['格式', 'format', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']],
  ['类型', 'types', [bin('typescript/bin/tsc'), '--noEmit']],
  ['规范', 'lint', [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings']],
  ['导入规则', 'imports', ['--disable-warning=ExperimentalWarning', join(root, 'scripts/check-imports.mjs')]],
  ['无用代码', 'dead code', [bin('knip/bin/knip.js'), '--no-progress']],
  ['工作流打包', 'workflow bundle', [join(root, 'scripts/build-workflow-bundle.ts')]],
  ['锁文件', 'lock file', [join(root, 'scripts/complete-lock.mjs'), '--check']],
];

async function runChecks() {
  const waiting = [...checks];
  const failed = [];
  const next = async () => {
    for (let check; (check = waiting.shift());) {
      const [zh, en, args] = check;
      const from = Date.now();
      const { ok, output } = await runQuietly(process.execPath, args, { cwd: root, timeoutMs: 600_000 });
      console.log(`${ok ? '✓' : '✗'} ${zh} / ${en} (${((Date.now() - from) / 1000).toFixed(1)} s)`);
      if (!ok) failed.push({ zh, en, output });
    }
  };
  await Promise.all([next(), next()]);
  for (const { zh, en, output } of failed) console.log(`\n✗ ${zh} / ${en}\n${output.trim()}`);
  return checks.map(([zh, en]) => ({ zh, en, passed: failed.some((check) => check.en === en) ? 0 : 1 }));
}

/** Runs vitest with its own report on the console; its counts come from its JSON report. */
async function runTests(args) {
  mkdirSync(cacheFolder(), { recursive: true });
  const report = join(cacheFolder(), `tests.${process.pid}.json`);
  const child = spawn(
    process.execPath,
    [
      bin('vitest/vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...args,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  const code = await new Promise((done) => child.on('exit', done));
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that could not even be loaded has no tests to fail.
    const brokenFiles = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && !assertionResults.some((assertion) => assertion.status === 'failed'),
    ).length;
    const failed = numFailedTests + brokenFiles;
    // Errors outside of any test count as one more.
    return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(report, { force: true });
  }
}

/** The server's own time zone must decide nothing: the unit tests again, where days begin elsewhere. */
const zones = ['UTC', 'Asia/Shanghai', 'Pacific/Auckland', 'America/New_York'];

async function runInOtherZones() {
  const rows = [];
  const here = process.env.TZ ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const zone of zones.filter((name) => name !== here)) {
    const { ok, output } = await runQuietly(
      process.execPath,
      [bin('vitest/vitest.mjs'), 'run', '--project', 'unit', '--reporter=dot'],
      { cwd: root, timeoutMs: 600_000, env: { TZ: zone } },
    );
    if (!ok) console.log(`\n✗ TZ=${zone}\n${output.trim()}`);
    rows.push({ zh: `时区 ${zone}`, en: `unit tests in ${zone}`, passed: ok ? 1 : 0, failed: ok ? 0 : 1 });
  }
  return rows;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
const args = process.argv.slice(2);
const flags = ['--checks-only', '--tests-only'];
const rows = [];
if (!args.includes('--tests-only'))
  rows.push(...(await runChecks()).map((row) => ({ ...row, failed: 1 - row.passed })));
if (!args.includes('--checks-only'))
  rows.push({ zh: '测试', en: 'tests', ...(await runTests(args.filter((arg) => !flags.includes(arg)))) });
// A whole run only: whoever names files wants those.
if (args.length === 0) rows.push(...(await runInOtherZones()));

console.log('');
for (const { zh, en, passed, failed } of rows)
  console.log(
    `${failed > 0 ? '✗' : '✓'} ${zh} / ${en}: ${failed > 0 ? `${failed} failed, ` : ''}${passed} passed`,
  );
const passed = rows.reduce((sum, row) => sum + row.passed, 0);
const failed = rows.reduce((sum, row) => sum + row.failed, 0);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`\n${passed} passed, ${failed} failed`);
