import { SegmentedMessage } from 'sms-segments-calculator';

export interface SmsLength {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** As the gateway counts: GSM-7 counts characters of its extension table twice, UCS-2 counts code units of 16 bits. */
  readonly characters: number;
  /** How many messages are paid for. */
  readonly segments: number;
}

/**
 * Chinese with its punctuation, Latin letters and digits: each sign is one code unit, and none joins another. Splitting
 * such a text into what a reader takes for one sign costs more than all the rest of writing a message.
 */
const plainChinese = /^[\n -~—‘’“”…\u3000-\u3029\u4E00-\u9FFF\uFF01-\uFF5E]+$/u;
const beyondGsm = /[\u3000-\u3029\u4E00-\u9FFF\uFF01-\uFF5E]/u;

/**
 * @returns the length of a text message.
 *   GSM-7 holds 160 characters, 153 in each part of several; UCS-2 holds 70, or 67 in each part.
 *   Source: 3GPP TS 23.038 (GSM 03.38) §6.2.1 for the alphabet and its extension table; 3GPP TS 23.040 §9.2.3.24.1 for
 *   the header of six octets in each part. Gateways of mainland China count 70 and 67 (confirm with the provider).
 */
export function smsLength(text: string): SmsLength {
  if (plainChinese.test(text) && beyondGsm.test(text)) {
    const { length } = text;
    return { encoding: 'UCS-2', characters: length, segments: length <= 70 ? 1 : Math.ceil(length / 67) };
  }
  const message = new SegmentedMessage(text, 'auto');
  const encoding = message.encodingName === 'GSM-7' ? 'GSM-7' : 'UCS-2';
  return {
    encoding,
    characters: message.messageSize / (encoding === 'GSM-7' ? 7 : 16),
    segments: message.segmentsCount,
  };
}
