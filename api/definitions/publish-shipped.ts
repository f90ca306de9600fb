import { readdir, readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { readAndCheck } from '../../authoring/read-definition.ts';
import { passes } from '../../domain/checker/problem.ts';
import { listDefinitions, publishDefinition } from '../../store/definitions.ts';
import type { StoreDeps } from '../../store/deps.ts';

const folder = new URL('../../definitions/', import.meta.url);

/**
 * Publishes each definition that the program ships and whose pathway has no version yet. A later release's file is
 * not published by itself: what a district has published is the district's.
 */
export async function publishShipped(store: StoreDeps, logger: Logger): Promise<void> {
  const known = new Set((await listDefinitions(store)).map(({ pathway }) => pathway));
  for (const file of (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted()) {
    if (known.has(file.replace(/\.yaml$/u, ''))) continue;
    const { source, problems } = readAndCheck(await readFile(new URL(file, folder), 'utf8'), { file });
    if (!source || !passes(problems)) {
      const first = problems.find(({ severity }) => severity === 'error');
      logger.error({ file, line: first?.line, problem: first?.message }, 'shipped definition not published');
      continue;
    }
    if (known.has(source.pathway)) continue;
    const { version } = await publishDefinition(store, source, `release/${store.release}`);
    logger.info({ pathway: source.pathway, version }, 'definition published');
  }
}
