import { error, warning, type Problem } from '../checker/problem.ts';
import type { DefinitionSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import { locales, say, type Locale } from '../model/localized.ts';
import { audiencesOf } from './audiences.ts';
import { pathwaysOf, unknownProblems, type RulesCheck } from './rules-scope.ts';
import { parseText } from './parse-text.ts';
import { registeringProviders, type MessagingRules, type Registration } from './rules.ts';
import { registrationFor, wordingFor } from './wording-for.ts';

/** @returns what is wrong with the texts registered with gateways, and which are not registered and would have to be */
export function checkRegistrations(
  rules: MessagingRules,
  definitions: readonly DefinitionSource[],
  check: RulesCheck,
): Problem[] {
  const seen = new Set<string>();
  const problems = rules.registrations.flatMap((registration, index) => {
    const { provider, pathway = '*', template, locale } = registration;
    const path = ['registrations', index];
    const id = [provider, pathway, template, locale].join(' ');
    const isTwice = seen.has(id);
    seen.add(id);
    return [
      ...unknownProblems(
        definitions,
        { pathway, template },
        [...path, 'template'],
        [...path, 'pathway'],
        false,
      ),
      ...(isTwice ? [registeredTwice(registration, index)] : []),
      ...choices(rules, definitions, registration, index),
    ];
  });
  return [...problems, ...missing(rules, definitions, check)];
}

const registeredTwice = ({ provider, template, locale }: Registration, index: number): Problem =>
  error(
    'registered-twice',
    ['registrations', index],
    say(
      `模板“${template}”（${locale}）在 ${provider} 登记了两次。`,
      `The template "${template}" (${locale}) is registered with ${provider} twice.`,
    ),
    say('请只保留有效的一条。', 'Keep the one that is valid.'),
  );

/** A gateway that holds the text fills in values; it cannot choose between forms of a sentence. */
function choices(
  rules: MessagingRules,
  definitions: readonly DefinitionSource[],
  { provider, pathway = '*', template, locale }: Registration,
  index: number,
): Problem[] {
  const texts = pathwaysOf(definitions, pathway).map((source) => smsText(rules, source, template, locale));
  const chooses = texts.some((text) => {
    const parsed = parseText(text);
    return !('fault' in parsed) && parsed.uses.some(({ form }) => form === 'plural' || form === 'choice');
  });
  if (!chooses) return [];
  return [
    error(
      'choice-in-registered-text',
      ['registrations', index],
      say(
        `${provider} 按登记的文字发送，只能填入变量；短信“${template}”（${locale}）里的 plural 或 select 无法登记。`,
        `${provider} sends the registered text and only fills in variables; the plural or select in the text message "${template}" (${locale}) cannot be registered.`,
      ),
      say(
        '请在区的模板里改写成没有选择的一句话。',
        'Word it without a choice among the templates of the district.',
      ),
    ),
  ];
}

const smsText = (rules: MessagingRules, source: DefinitionSource, template: string, locale: Locale): string =>
  wordingFor(rules, {
    pathway: source.pathway,
    template,
    declared: own(source.templates, template),
    audience: 'resident',
  }).sms[locale];

/** One hint for each template, not for each language. */
function missing(
  rules: MessagingRules,
  definitions: readonly DefinitionSource[],
  { providers = rules.registrations.map(({ provider }) => provider) }: RulesCheck,
): Problem[] {
  if (!rules.channels.includes('sms')) return [];
  const needed = registeringProviders.filter((provider) => providers.includes(provider));
  return needed.flatMap((provider) =>
    definitions.flatMap((source) =>
      [...audiencesOf(source)]
        .filter(([, audiences]) => audiences.has('resident'))
        .flatMap(([template]) => {
          const { pathway } = source;
          const without = locales.filter(
            (locale) => !registrationFor(rules, { provider, pathway, template, locale }),
          );
          return without.length === 0 ? [] : [notRegistered(provider, pathway, template, without.join(', '))];
        }),
    ),
  );
}

const notRegistered = (provider: string, pathway: string, template: string, languages: string): Problem =>
  warning(
    'not-registered',
    ['registrations'],
    say(
      `路径“${pathway}”的短信“${template}”（${languages}）没有在 ${provider} 登记，无法由它发出。`,
      `The text message "${template}" (${languages}) of the pathway "${pathway}" is not registered with ${provider}, which cannot send it.`,
    ),
    say(
      '请在服务商处登记，并把模板代码和签名写入 registrations。',
      'Register it there, and put its code and signature under "registrations".',
    ),
  );
