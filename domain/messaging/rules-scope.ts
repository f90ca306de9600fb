import { suggestion } from '../checker/near-match.ts';
import { error, type Problem, type ProblemPath } from '../checker/problem.ts';
import type { DefinitionSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { say } from '../model/localized.ts';
import { builtInWording, builtInWordings } from './built-in.ts';

/** What rules are checked against, beside the definitions. */
export interface RulesCheck {
  /** Gateways that the installation sends by; default: those that the rules hold registrations for. */
  readonly providers?: readonly string[];
}

/** @returns the pathways that a key of the rules speaks of: `*` is all of them */
export const pathwaysOf = (definitions: readonly DefinitionSource[], key: string): DefinitionSource[] =>
  definitions.filter(({ pathway }) => key === '*' || key === pathway);

/** @returns a problem when there is no such pathway, or it has no such template, built-in ones counted */
export function unknownProblems(
  definitions: readonly DefinitionSource[],
  asked: { readonly pathway: string; readonly template: string },
  path: ProblemPath,
  pathwayPath: ProblemPath,
  /** The names are keys of the rules there, not values. */
  areKeys: boolean,
): Problem[] {
  const extra = areKeys ? { atKey: true as const } : {};
  const { pathway, template } = asked;
  const meant = pathwaysOf(definitions, pathway);
  if (pathway !== '*' && meant.length === 0)
    return [
      error(
        'unknown-pathway',
        pathwayPath,
        say(`没有名为“${pathway}”的路径。`, `There is no pathway "${pathway}".`),
        suggestion(pathway, ['*', ...definitions.map((definition) => definition.pathway)]),
        extra,
      ),
    ];
  if (builtInWording(template) || meant.some(({ templates }) => own(templates, template))) return [];
  const known = [
    ...meant.flatMap(({ templates }) => Object.keys(templates)),
    ...Object.keys(builtInWordings),
  ];
  return [
    error(
      'unknown-template',
      path,
      pathway === '*'
        ? say(`没有一条路径有模板“${template}”。`, `No pathway has a template "${template}".`)
        : say(
            `路径“${pathway}”没有模板“${template}”。`,
            `The pathway "${pathway}" has no template "${template}".`,
          ),
      suggestion(template, [...new Set(known)]),
      extra,
    ),
  ];
}
