import type { Locale } from '../model/localized.ts';
import type { Channel } from '../model/message.ts';
import { builtInWordings } from './built-in.ts';
import { formatText, textParameters, variablesIn } from './format.ts';
import type { MessagingRules } from './rules.ts';
import type { TextValues } from './variables.ts';
import { wordingFor } from './wording-for.ts';
import type { FullWording } from './wording.ts';

/** One notice that goes into a message. */
export interface MessagePart {
  /** What it is about, `journey/step`: the rungs of one ladder are one matter. */
  readonly matter: string;
  readonly pathway: string;
  readonly template: string;
  readonly dueAt: number;
  readonly urgent: boolean;
  /** From `wordingFor`. */
  readonly wording: FullWording;
  readonly values: TextValues;
  /** Said after it in an email, as it stands. */
  readonly remark?: string;
}

export interface ComposedMessage {
  /** Empty for a text message. */
  readonly subject: string;
  readonly text: string;
  /** What a gateway of registered texts has to know: see `registrationFor`. */
  readonly template: {
    readonly name: string;
    readonly pathway: string;
    readonly parameters: Readonly<Record<string, string>>;
  };
}

/**
 * @returns one message to a resident out of one or more notices. Of several about the same matter the newest speaks; of
 *   several matters an email tells each, and a text message says how many there are and where to look or call.
 * @throws TemplateError when a variable has no value
 */
export function composeForResident(given: {
  readonly parts: readonly MessagePart[];
  readonly channel: Channel;
  readonly locale: Locale;
  readonly rules: Pick<MessagingRules, 'templates'>;
}): ComposedMessage {
  const { channel, locale, rules } = given;
  const [first, ...others] = matters(given.parts);
  if (!first) throw new TypeError('A message is made of at least one notice.');
  const all = [first, ...others];
  if (others.length === 0) return composed(first, channel, locale);
  const link = all.map(({ values }) => values.link).find((value) => value !== undefined);
  const template = link === undefined ? 'merged-resident-call' : 'merged-resident';
  const merged: MessagePart = {
    ...first,
    // Matters of different pathways: the common wording and registration.
    pathway: all.every(({ pathway }) => pathway === first.pathway) ? first.pathway : '*',
    template,
    wording: wordingFor(rules, { pathway: first.pathway, template, audience: 'resident' }),
    values: { ...first.values, count: all.length, ...(link !== undefined && { link }) },
  };
  const message = composed(merged, channel, locale);
  if (channel === 'sms') return message;
  const told = all.map(
    ({ wording, values }, index) => `${index + 1}. ${formatText(wording.body[locale], locale, values)}`,
  );
  return { ...message, text: [message.text, ...told].join('\n\n') };
}

/** The newest notice of each matter, what is urgent first, then by their due dates. */
function matters(parts: readonly MessagePart[]): MessagePart[] {
  const newest = new Map<string, MessagePart>();
  for (const part of parts) {
    const known = newest.get(part.matter);
    if (!known || part.dueAt > known.dueAt) newest.set(part.matter, part);
  }
  return [...newest.values()].sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.dueAt - b.dueAt);
}

function composed(part: MessagePart, channel: Channel, locale: Locale): ComposedMessage {
  const { wording, values, template: name, pathway } = answerable(part, channel, locale);
  const text = (channel === 'sms' ? wording.sms : wording.body)[locale];
  return {
    subject: channel === 'sms' ? '' : formatText(wording.subject[locale], locale, values),
    text: formatText(text, locale, values),
    template: { name, pathway, parameters: channel === 'sms' ? textParameters(text, locale, values) : {} },
  };
}

/** Words that lead to a link say nothing without one: then the plain reminder speaks. */
function answerable(part: MessagePart, channel: Channel, locale: Locale): MessagePart {
  const { wording, values } = part;
  const text = (channel === 'sms' ? wording.sms : wording.body)[locale];
  if (values.link !== undefined || !variablesIn(text, locale).includes('link')) return part;
  const template = 'reminder-resident';
  return { ...part, template, wording: builtInWordings[template] };
}
