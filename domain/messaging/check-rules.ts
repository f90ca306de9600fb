import { warning, type Problem, type ProblemPath } from '../checker/problem.ts';
import type { DefinitionSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { locales, say } from '../model/localized.ts';
import { audiencesOf } from './audiences.ts';
import { builtInWording } from './built-in.ts';
import { checkRegistrations } from './check-registrations.ts';
import { checkWording } from './check-wording.ts';
import { pathwaysOf, unknownProblems, type RulesCheck } from './rules-scope.ts';
import { parseText } from './parse-text.ts';
import type { MessagingRules } from './rules.ts';
import { wordingParts, type Audience, type Wording } from './wording.ts';

/**
 * @param definitions the newest published version of each pathway
 * @returns what is wrong with a district's rules for messages, beyond their shape: its own wordings and its registrations
 */
export function checkMessagingRules(
  rules: MessagingRules,
  definitions: readonly DefinitionSource[],
  check: RulesCheck = {},
): Problem[] {
  return [
    ...Object.entries(rules.templates).flatMap(([pathway, wordings]) =>
      Object.entries(wordings).flatMap(([template, wording]) =>
        overrideProblems(rules, definitions, { pathway, template, wording }),
      ),
    ),
    ...checkRegistrations(rules, definitions, check),
  ];
}

interface Override {
  readonly pathway: string;
  readonly template: string;
  readonly wording: Wording;
}

function overrideProblems(
  rules: MessagingRules,
  definitions: readonly DefinitionSource[],
  override: Override,
): Problem[] {
  const { pathway, template, wording } = override;
  const path = ['templates', pathway, template];
  const unknown = unknownProblems(definitions, override, path, ['templates', pathway], true);
  if (unknown.length > 0) return unknown;
  const meant = pathwaysOf(definitions, pathway);
  const audiences = new Set(
    meant.flatMap((source): Audience[] => [...(audiencesOf(source).get(template) ?? [])]),
  );
  const signature = rules.registrations.find((registration) => registration.template === template)?.signature;
  return [
    ...checkWording(wording, {
      template,
      path,
      audiences,
      facts: meant.flatMap(({ facts }) => Object.keys(facts)),
      clinicalWords: rules.clinicalWords,
      ...(signature !== undefined && { signature }),
    }),
    ...leftOut(override, meant, path),
  ];
}

/** What the pathway's own words tell or ask, and the district's leave out: often forgotten, sometimes meant. */
function leftOut(
  { template, wording }: Override,
  meant: readonly DefinitionSource[],
  path: ProblemPath,
): Problem[] {
  const replaced: Wording[] = meant.flatMap(({ templates }) => own(templates, template) ?? []);
  const builtIn = builtInWording(template);
  if (replaced.length === 0 && builtIn) replaced.push(builtIn);
  return wordingParts.flatMap((part) =>
    locales.flatMap((locale) => {
      const text = wording[part]?.[locale];
      if (text === undefined) return [];
      const kept = new Set(variablesOf(text));
      const before = new Set(replaced.flatMap((other) => variablesOf(other[part]?.[locale] ?? '')));
      return [...before]
        .filter((name) => !kept.has(name))
        .map((name) =>
          warning(
            'variable-left-out',
            [...path, part, locale],
            say(
              `路径的原文里有 {${name}}，区里的文字没有。`,
              `The pathway's own text has {${name}}, and the district's leaves it out.`,
            ),
            say(
              name === 'link' ? '没有它，居民无法答复：请补上。' : '请确认是有意省去。',
              name === 'link'
                ? 'Without it the resident cannot answer: put it back.'
                : 'See that this is meant.',
            ),
          ),
        );
    }),
  );
}

function variablesOf(text: string): string[] {
  const parsed = parseText(text);
  return 'fault' in parsed ? [] : parsed.uses.map(({ name }) => name);
}
