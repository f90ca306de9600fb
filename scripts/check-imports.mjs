// Checks the import rule with dependency-cruiser. It reads TypeScript through swc, which does not tell `import type`
// from `import`; so the sources are checked once as they are, and once in a copy whose types Node has stripped.
import { globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './find-binaries.mjs';
import { runQuietly } from './run-quietly.mjs';

const SKIPPED = new Set(['node_modules', 'docs', 'dist']);
const folders = globSync('*/', { cwd: root })
  .map((folder) => folder.replace(/[\\/]$/, ''))
  .filter((folder) => !SKIPPED.has(folder) && !folder.startsWith('.'))
  .filter((folder) => globSync(`${folder}/**/*.{ts,mjs}`, { cwd: root }).length > 0);

const stripped = join(root, '.cache', `stripped.${process.pid}`);
rmSync(stripped, { recursive: true, force: true });
for (const file of globSync(`{${folders.join(',')}}/**/*.{ts,mjs,json}`, { cwd: root })) {
  const target = join(stripped, file);
  mkdirSync(dirname(target), { recursive: true });
  if (/(?<!\.d)\.ts$/.test(file))
    writeFileSync(target, stripTypeScriptTypes(readFileSync(join(root, file), 'utf8')));
  else copyFileSync(join(root, file), target);
}
symlinkSync(join(root, 'node_modules'), join(stripped, 'node_modules'), 'junction');
copyFileSync(join(root, 'package.json'), join(stripped, 'package.json'));

const cruise = (cwd, env) =>
  runQuietly(
    process.execPath,
    [
      join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      ...['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'err-long', ...folders],
    ],
    { cwd, env, timeoutMs: 180_000 },
  );
const results = await Promise.all([cruise(root, {}), cruise(stripped, { YILU_IMPORTS: 'values' })]);
rmSync(stripped, { recursive: true, force: true });
for (const { output } of results) console.log(output.trim());
if (results.some(({ ok }) => !ok)) process.exitCode = 1;
