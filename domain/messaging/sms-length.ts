import { SegmentedMessage } from 'sms-segments-calculator';

export interface SmsLength {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** As the gateway counts: GSM-7 counts characters of its extension table twice, UCS-2 counts code units of 16 bits. */
  readonly characters: number;
  /** How many messages are paid for. */
  readonly segments: number;
}

/**
 * @returns the length of a text message.
 *   GSM-7 holds 160 characters, 153 in each part of several; UCS-2 holds 70, or 67 in each part.
 *   Source: 3GPP TS 23.038 (GSM 03.38) §6.2.1 for the alphabet and its extension table; 3GPP TS 23.040 §9.2.3.24.1 for
 *   the header of six octets in each part. Gateways of mainland China count 70 and 67 (confirm with the provider).
 */
export function smsLength(text: string): SmsLength {
  const message = new SegmentedMessage(text, 'auto');
  const encoding = message.encodingName === 'GSM-7' ? 'GSM-7' : 'UCS-2';
  return {
    encoding,
    characters: message.messageSize / (encoding === 'GSM-7' ? 7 : 16),
    segments: message.segmentsCount,
  };
}
