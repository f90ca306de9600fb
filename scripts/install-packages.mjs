import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWindows, root } from './find-binaries.mjs';
import { runQuietly } from './run-quietly.mjs';
import { PlainError, say, showProgress } from './say.mjs';

const modules = join(root, 'node_modules');
/** Inside node_modules on purpose: `npm ci` deletes it first, so an interrupted one leaves no stamp. */
const stampFile = join(modules, '.yilu-installed');
export const pinnedNode = join(modules, 'node', 'bin', isWindows ? 'node.exe' : 'node');

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** What npm noted at the end of a whole install agrees with the lock file, as after somebody's own `npm install`. */
function npmSaysInstalled() {
  const installed = readJson(join(modules, '.package-lock.json'))?.packages;
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      !path || (installed[path] ? installed[path].version === version : optional),
  );
}

export function isInstalled() {
  if (!existsSync(pinnedNode)) return false;
  const hash = lockHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return true;
  if (!npmSaysInstalled()) return false;
  writeFileSync(stampFile, hash);
  return true;
}

/** The pinned Node lives in the folder that npm is about to delete, so npm runs on the machine's own. */
function npm(args) {
  const all = [...args, '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const options = { timeoutMs: 1_800_000, cwd: root, env: { NODE_ENV: '' } };
  const { npm_node_execpath: node, npm_execpath: script } = process.env;
  if (node && script && existsSync(node) && !node.startsWith(modules))
    return runQuietly(node, [script, ...all], options);
  return runQuietly(isWindows ? 'npm.cmd' : 'npm', all, { ...options, shell: isWindows });
}

/** Runs `npm ci` unless what is installed agrees with package-lock.json. Returns whether it had to. */
export async function installPackages() {
  if (isInstalled()) return false;
  const count = () => {
    try {
      return `${readdirSync(modules).length} 个 / packages`;
    } catch {
      return '';
    }
  };
  const done = showProgress(
    '安装依赖（首次约 1 分钟）',
    'installing packages (about a minute the first time)',
    count,
  );
  let { ok, output } = await npm(['ci', '--loglevel=error']);
  // A lock file that npm finds incomplete (see complete-lock.mjs) still pins what it does list.
  if (!ok && output.includes('EUSAGE'))
    ({ ok, output } = await npm(['install', '--no-save', '--loglevel=error']));
  done();
  if (!ok || !existsSync(pinnedNode))
    throw new PlainError(
      '安装依赖失败（npm ci）。请检查网络与磁盘空间后重试；未完成的安装会自动重来。',
      `Installing packages failed (npm ci). Check network and disk space, then try again; a half-finished install heals itself.\n${output.trim().split('\n').slice(0, 20).join('\n')}`,
    );
  writeFileSync(stampFile, lockHash());
  say('✓ 依赖已安装', `packages installed, Node.js ${await versionOf(pinnedNode)}`);
  return true;
}

async function versionOf(node) {
  const { ok, output } = await runQuietly(node, ['--version'], { timeoutMs: 20_000 });
  if (!ok)
    throw new PlainError(
      `项目自带的 Node.js 无法运行（${node}）。请删除 node_modules 后重试。`,
      `The project's own Node.js does not run (${node}). Delete node_modules and try again.\n${output}`,
    );
  return output.trim();
}
