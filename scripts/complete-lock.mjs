// `npm ci` refuses a lock file that lacks optional packages of other systems, and npm leaves them out when the
// registry or mirror it was given does not carry them. This adds what is missing (exact versions only, as the
// parents state them), so that one lock file serves every system. With --check it only tells.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './find-binaries.mjs';

const SYSTEMS = { windows: 'win32' };
for (const name of ['darwin', 'win32', 'freebsd', 'android', 'openharmony', 'linux']) SYSTEMS[name] = name;
const PROCESSORS = ['arm64', 'x64', 'ia32', 'riscv64', 'ppc64', 's390x', 'loong64', 'arm'];

const file = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const { packages } = lock;
const missing = [];
for (const [parent, { optionalDependencies, dev }] of Object.entries(packages))
  for (const [name, version] of Object.entries(optionalDependencies ?? {})) {
    if (packages[`node_modules/${name}`] || packages[`${parent}/node_modules/${name}`]) continue;
    const base = name.split('/').at(-1);
    const system = Object.keys(SYSTEMS).find((system) => base.includes(system));
    const processor = PROCESSORS.find((processor) => base.includes(processor));
    if (!system || !processor || !/^\d+\.\d+\.\d+[-\w.]*$/.test(version)) continue;
    missing.push(`${name}@${version}`);
    packages[`node_modules/${name}`] = {
      version,
      cpu: [processor],
      ...(dev && { dev }),
      ...(base.includes('musl') && { libc: ['musl'] }),
      ...(base.includes('-gnu') && { libc: ['glibc'] }),
      optional: true,
      os: [SYSTEMS[system]],
    };
  }

if (missing.length === 0) console.log('package-lock.json is complete for every system');
else if (process.argv.includes('--check')) {
  console.log(
    `package-lock.json lacks ${missing.length} packages of other systems; run: node scripts/complete-lock.mjs`,
  );
  console.log(missing.join('\n'));
  process.exitCode = 1;
} else {
  lock.packages = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`added ${missing.length} packages of other systems`);
}
