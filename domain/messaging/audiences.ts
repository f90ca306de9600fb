import type { DefinitionSource } from '../definition/source.ts';
import { builtInForResidents, builtInWordings } from './built-in.ts';
import type { Audience } from './wording.ts';

type Told = Pick<DefinitionSource, 'ladders' | 'stages' | 'templates'>;

/** @returns whom each template of a pathway is sent to, its own and the built-in ones; an empty set for one not used */
export function audiencesOf({
  ladders,
  stages,
  templates,
}: Told): ReadonlyMap<string, ReadonlySet<Audience>> {
  const residents: readonly string[] = builtInForResidents;
  const found = new Map<string, Set<Audience>>([
    ...Object.keys(templates).map((name): [string, Set<Audience>] => [name, new Set()]),
    ...Object.keys(builtInWordings).map((name): [string, Set<Audience>] => [
      name,
      new Set([residents.includes(name) ? 'resident' : 'staff']),
    ]),
  ]);
  const told = (template: string | undefined, tell: string): void => {
    if (template === undefined) return;
    found.get(template)?.add(tell === 'resident' ? 'resident' : 'staff');
  };
  for (const { rungs } of Object.values(ladders))
    for (const { tell, template } of rungs) told(template, tell);
  for (const { steps } of Object.values(stages))
    for (const { tell, template } of Object.values(steps)) told(template, tell ?? 'resident');
  return found;
}
