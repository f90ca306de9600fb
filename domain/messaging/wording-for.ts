import { own } from '../definition/own.ts';
import { say, type Locale } from '../model/localized.ts';
import { builtInWording } from './built-in.ts';
import type { MessagingRules, Registration } from './rules.ts';
import { TemplateError } from './template-error.ts';
import type { Audience, FullWording, Wording } from './wording.ts';

interface Asked {
  readonly pathway: string;
  readonly template: string;
  /** As the definition that the journey is on words it. */
  readonly declared?: Wording | undefined;
}

/** Every wording of that name, the one in force first. */
const chainOf = (rules: Pick<MessagingRules, 'templates'>, asked: Asked): Wording[] =>
  [
    own(own(rules.templates, asked.pathway), asked.template),
    own(own(rules.templates, '*'), asked.template),
    asked.declared,
    builtInWording(asked.template),
  ].filter((wording) => wording !== undefined);

/**
 * @returns the wording in force: the district's for this pathway, the district's for all, the definition's, or what is
 *   built in. It always has a text message: its own, or else the next one's in that order, or the built-in sentence.
 *   A template that nobody words (its definition is of an older release) is worded as a plain reminder.
 */
export function wordingFor(
  rules: Pick<MessagingRules, 'templates'>,
  asked: Asked & { readonly audience: Audience },
): FullWording {
  const plain = asked.audience === 'resident' ? 'reminder-resident' : 'reminder-staff';
  const chain = [...chainOf(rules, asked), ...chainOf(rules, { pathway: asked.pathway, template: plain })];
  const [first] = chain;
  const sms = chain.find((wording) => wording.sms !== undefined)?.sms;
  if (!first || !sms)
    throw new TemplateError(
      'unknown-template',
      say(`没有名为“${asked.template}”的消息模板。`, `There is no template "${asked.template}".`),
    );
  return { ...first, sms };
}

/** @returns under which code the text is registered with the gateway, the pathway's own registration before a common one */
export function registrationFor(
  rules: Pick<MessagingRules, 'registrations'>,
  asked: {
    readonly provider: string;
    readonly pathway: string;
    readonly template: string;
    readonly locale: Locale;
  },
): Registration | undefined {
  const fitting = rules.registrations.filter(
    ({ provider, template, locale }) =>
      provider === asked.provider && template === asked.template && locale === asked.locale,
  );
  return (
    fitting.find(({ pathway }) => pathway === asked.pathway) ??
    fitting.find(({ pathway }) => pathway === undefined || pathway === '*')
  );
}
