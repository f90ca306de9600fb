import { readFileSync } from 'node:fs';
import { readDefinition } from '../../authoring/read-definition.ts';
import type { DefinitionSource } from '../../domain/definition/source.ts';

/** @returns a definition that ships, such as `lung.yaml` */
export function readDefinitionFile(name: string): DefinitionSource {
  const file = new URL(`../../definitions/${name}`, import.meta.url);
  const { source, problems } = readDefinition(readFileSync(file, 'utf8'), { file: name });
  if (!source) throw new Error(JSON.stringify(problems[0]));
  return source;
}
