import { error, warning, type Problem } from '../checker/problem.ts';
import { say } from '../model/localized.ts';
import { clinicalWordsIn } from './clinical-words.ts';
import { formatText } from './format.ts';
import { smsLength, type SmsLength } from './sms-length.ts';
import type { TextAt } from './text-at.ts';
import { exampleValues } from './variables.ts';

/** Longer, it is costly and few people read it to its end. confirm */
export const segmentsAtMost = 3;

/**
 * A signature stands before the text in 【】 and counts. confirm: gateways of mainland China take signatures of 2 to 12
 * characters; eight stand here for one that is not known yet.
 */
const unknownSignature = '某某健康服务中心';

/** @returns the text as a gateway sends it, which puts the signature in front */
export const signed = (text: string, signature: string | undefined): string =>
  signature === undefined ? text : `【${signature}】${text}`;

/** @returns how long the text gets with the longest values of practice @throws TemplateError when it is not well formed */
export const longestSms = (text: string, locale: TextAt['locale'], signature = unknownSignature): SmsLength =>
  smsLength(signed(formatText(text, locale, exampleValues(locale, 'longest')), signature));

/**
 * @param countable every variable in it is known and in its place, so that its length can be counted
 * @returns what a text message to residents must not hold, and whether it is too long
 */
export function checkSms({ check, locale, text, path }: TextAt, countable: boolean): Problem[] {
  const { template, audiences, clinicalWords, signature } = check;
  const toResidents = audiences.has('resident') || audiences.size === 0;
  const clinical = toResidents
    ? clinicalWordsIn(text, clinicalWords).map(({ word, start }) =>
        error(
          'clinical-word-in-sms',
          path,
          say(
            `短信“${template}”里有“${word}”，会向拿着手机的人透露病情。`,
            `The text message "${template}" says "${word}", which tells whoever holds the telephone.`,
          ),
          say(
            '请改为“一项健康服务”之类的说法，细节放在 {link} 之后。',
            'Say for example "a health service"; details stand behind {link}.',
          ),
          { range: { start, end: start + word.length } },
        ),
      )
    : [];
  if (!countable) return clinical;
  const { segments, characters, encoding } = longestSms(text, locale, signature);
  if (segments <= segmentsAtMost) return clinical;
  return [
    ...clinical,
    warning(
      'sms-too-long',
      path,
      say(
        `短信“${template}”最长 ${characters} 个字符（${encoding}），要分 ${segments} 条发送。`,
        `The text message "${template}" may have ${characters} characters (${encoding}) and leave in ${segments} segments.`,
      ),
      say(
        `请缩短到 ${segmentsAtMost} 条以内（每条 67 个汉字）。`,
        `Shorten it to ${segmentsAtMost} segments; each holds 67 characters when there is Chinese in it, as in names of places.`,
      ),
    ),
  ];
}
