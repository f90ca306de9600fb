import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './find-binaries.mjs';
import { pinnedNode } from './install-packages.mjs';
import { runQuietly } from './run-quietly.mjs';
import { PlainError, say } from './say.mjs';

const schema = join(root, 'prisma/schema.prisma');
const stampFile = join(root, 'prisma/client/.schema-hash');

/** Generates prisma/client/ when the schema or Prisma's version changed. Returns whether it had to. */
export async function generatePrismaClient() {
  if (!existsSync(schema)) return false;
  const hash = createHash('sha256')
    .update(readFileSync(schema))
    .update(readFileSync(join(root, 'node_modules/prisma/package.json')))
    .digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === hash) return false;
  const { ok, output } = await runQuietly(
    pinnedNode,
    [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--schema', schema],
    {
      cwd: root,
      timeoutMs: 120_000,
      // Generating needs no engine, yet the command line would download one at every run unless it is told
      // that one is there; any existing file will do.
      env: {
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  );
  if (!ok)
    throw new PlainError(
      '生成数据库客户端失败（prisma generate）：prisma/schema.prisma 有误。',
      `Generating the database client failed (prisma generate); see prisma/schema.prisma.\n${output.trim()}`,
    );
  writeFileSync(stampFile, hash);
  say('✓ 数据库客户端已生成', 'database client generated (prisma/client)');
  return true;
}
