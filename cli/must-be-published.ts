import { PlainError } from '../local/plain-error.ts';
import { listDefinitions } from '../store/definitions.ts';
import type { StoreDeps } from '../store/deps.ts';

/** @throws PlainError that lists the pathways there are, when this one is not published */
export async function mustBePublished(store: StoreDeps, pathway: string): Promise<void> {
  const published = new Set((await listDefinitions(store)).map((definition) => definition.pathway));
  if (published.has(pathway)) return;
  const list = [...published].join(', ') || '–';
  throw new PlainError(
    `路径“${pathway}”尚未发布，已发布的有：${list}。`,
    `The pathway "${pathway}" is not published; there are: ${list}.`,
  );
}
