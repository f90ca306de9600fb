import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const isWindows = process.platform === 'win32';

/** Where downloads are kept: outside node_modules, so that they outlive `npm ci`. */
export function cacheFolder() {
  return process.env.YILU_CACHE ? resolve(process.env.YILU_CACHE) : join(root, '.cache');
}

export function onPath(...names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!folder) continue;
    for (const name of names) {
      const path = join(folder, isWindows ? `${name}.exe` : name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

const recordFile = () => join(cacheFolder(), 'binaries.json');

export function readRecord() {
  try {
    return JSON.parse(readFileSync(recordFile(), 'utf8'));
  } catch {
    return {};
  }
}

/** Remembers a binary that was found and tried. Its size tells a cut-off or replaced file next time. */
export function record(name, path, from) {
  const all = { ...readRecord(), [name]: { path, from, size: statSync(path).size } };
  mkdirSync(cacheFolder(), { recursive: true });
  const draft = `${recordFile()}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(all, null, 2)}\n`);
  renameSync(draft, recordFile());
}

function recorded(name) {
  const entry = readRecord()[name];
  return entry && existsSync(entry.path) && statSync(entry.path).size === entry.size ? entry.path : undefined;
}

/** Path of the Temporal command line that set-up found, or undefined: then set-up has not run for it yet. */
export const findTemporal = () => recorded('temporal');
/** Path of Temporal's time-skipping test server, found by set-up for tests. */
export const findTestServer = () => recorded('temporal-test-server');
/** Path of the Chromium that browser tests use, found by set-up for tests. */
export const findChromium = () => recorded('chromium');
