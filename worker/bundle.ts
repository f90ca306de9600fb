import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const root = fileURLToPath(new URL('..', import.meta.url));
const workflowsFolder = join(root, 'workflows');

/** Changes with the workflows' sources and with Temporal's release. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string;
  };
  hash.update(version);
  for (const file of readdirSync(workflowsFolder).toSorted())
    hash.update(file).update(readFileSync(join(workflowsFolder, file)));
  return hash.digest('hex').slice(0, 16);
}

/**
 * Bundles the workflows, which takes seconds, once for each version of them: kept in `.cache`, or made anew each time
 * where that cannot be written.
 * @returns the code for `workflowBundle`
 */
export async function workflowBundle(cacheFolder = join(root, '.cache')): Promise<{ code: string }> {
  const file = join(cacheFolder, `workflows-${fingerprint()}.js`);
  try {
    return { code: readFileSync(file, 'utf8') };
  } catch {
    // Not bundled yet.
  }
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(workflowsFolder, 'index.ts'),
    logger: { ...silent },
  });
  try {
    mkdirSync(cacheFolder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  } catch {
    // A read-only image: bundled at each start.
  }
  return { code };
}

const nothing = (): void => undefined;
const silent = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
