import type { DefinitionSource } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import type { Locale } from '../model/localized.ts';
import { audiencesOf } from './audiences.ts';
import { builtInWording } from './built-in.ts';
import { longestSms, signed } from './check-sms.ts';
import { formatText } from './format.ts';
import { registeringProviders, type MessagingRules } from './rules.ts';
import { smsLength, type SmsLength } from './sms-length.ts';
import { exampleValues } from './variables.ts';
import { registrationFor, wordingFor } from './wording-for.ts';
import type { Audience } from './wording.ts';

/** A template as a sample resident would read it. */
export interface TemplatePreview {
  readonly template: string;
  readonly locale: Locale;
  /** Empty: nothing in the pathway sends it. */
  readonly audiences: readonly Audience[];
  /** Whose words they are. */
  readonly wordedBy: 'district' | 'definition' | 'built-in';
  readonly subject: string;
  readonly body: string;
  /** With the registered signature in front, if there is one. */
  readonly sms: string;
  /** Of that text. */
  readonly length: SmsLength;
  /** With the longest values of practice and room for a signature. */
  readonly longest: SmsLength;
}

type Rules = Pick<MessagingRules, 'templates' | 'registrations'>;

/** @returns the names of the templates that a pathway may send: its own, then the built-in ones it does not word itself */
export const templatesOf = (source: DefinitionSource): string[] => [...audiencesOf(source).keys()];

/**
 * @returns the template in force under the district's rules, filled in with sample values; undefined when the pathway has
 *   none of that name @throws TemplateError when its text is not well formed
 */
export function previewOf(
  source: DefinitionSource,
  rules: Rules,
  template: string,
  locale: Locale,
): TemplatePreview | undefined {
  const audiences = audiencesOf(source).get(template);
  if (!audiences) return undefined;
  const { pathway } = source;
  const declared = own(source.templates, template);
  const audience = audiences.has('staff') && !audiences.has('resident') ? 'staff' : 'resident';
  const wording = wordingFor(rules, { pathway, template, declared, audience });
  const values = exampleValues(locale);
  const signature = registeringProviders
    .map((provider) => registrationFor(rules, { provider, pathway, template, locale })?.signature)
    .find((known) => known !== undefined);
  const sms = signed(formatText(wording.sms[locale], locale, values), signature);
  return {
    template,
    locale,
    audiences: [...audiences],
    wordedBy: wordedBy(rules, pathway, template, declared !== undefined),
    subject: formatText(wording.subject[locale], locale, values),
    body: formatText(wording.body[locale], locale, values),
    sms,
    length: smsLength(sms),
    longest: longestSms(wording.sms[locale], locale, signature),
  };
}

function wordedBy(
  { templates }: Rules,
  pathway: string,
  template: string,
  isDeclared: boolean,
): TemplatePreview['wordedBy'] {
  const isOverridden = [pathway, '*'].some((key) => own(own(templates, key), template) !== undefined);
  if (isOverridden) return 'district';
  return isDeclared || !builtInWording(template) ? 'definition' : 'built-in';
}
