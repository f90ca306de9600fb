// Records the histories that tests/replay replays, under the release that package.json names. Earlier ones stay.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './find-binaries.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'tests/replay/record-histories.test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, YILU_RECORD_HISTORIES: version },
});
process.exitCode = status ?? 1;
