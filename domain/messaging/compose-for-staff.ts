import type { Locale } from '../model/localized.ts';
import type { Channel } from '../model/message.ts';
import type { ComposedMessage, MessagePart } from './compose-message.ts';
import { formatText, textParameters } from './format.ts';
import type { MessagingRules } from './rules.ts';
import { wordingFor } from './wording-for.ts';

const template = 'digest-staff';

/**
 * @returns one message to a member of staff out of one or more notices: of several an email tells each, and a text
 *   message says how many there are
 * @throws TemplateError when a variable has no value
 */
export function composeForStaff(given: {
  readonly parts: readonly MessagePart[];
  readonly channel: Channel;
  readonly locale: Locale;
  readonly rules: Pick<MessagingRules, 'templates'>;
}): ComposedMessage {
  const { parts, channel, locale, rules } = given;
  const [first, ...others] = parts;
  if (!first) throw new TypeError('A message is made of at least one notice.');
  const isOne = others.length === 0;
  const lead = isOne
    ? first
    : {
        ...{ template, pathway: '*', values: { count: parts.length } },
        wording: wordingFor(rules, { pathway: '*', template, audience: 'staff' }),
      };
  const { wording, values } = lead;
  const said = (channel === 'sms' ? wording.sms : wording.body)[locale];
  const remarked = ({ remark }: MessagePart): string =>
    remark === undefined ? '' : locale === 'zh' ? `（${remark}）` : ` (${remark})`;
  const told =
    isOne || channel === 'sms'
      ? []
      : parts.map(
          (part, index) =>
            `${index + 1}. ${formatText(part.wording.body[locale], locale, part.values)}${remarked(part)}`,
        );
  // Names stand in no text message.
  const alone = isOne && channel === 'email' ? remarked(first) : '';
  return {
    subject: channel === 'sms' ? '' : formatText(wording.subject[locale], locale, values),
    text: [`${formatText(said, locale, values)}${alone}`, ...told].join('\n\n'),
    template: {
      ...{ name: lead.template, pathway: lead.pathway },
      parameters: channel === 'sms' ? textParameters(said, locale, values) : {},
    },
  };
}
