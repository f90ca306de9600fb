import fc from 'fast-check';
import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, it } from 'vitest';
import { smsLength } from '../../domain/messaging/sms-length.ts';

/** What messages are made of, and what is at the borders of that: line ends, marks that join, signs of two code units. */
const signs = [
  ...Array.from('您好，一号中心邀请您在前参加一项健康评估。“”—…！（）：　、'),
  ...Array.from('abc XYZ019~@{}[]\\|^€\n\r'),
  'é',
  'e\u0301',
  '\u302A',
  'ﾞ',
  '😀',
  '👨‍👩‍👧',
  '𠮷',
];
const texts = fc
  .array(fc.constantFrom(...signs), { minLength: 0, maxLength: 240 })
  .map((parts) => parts.join(''));

it('a length is the same by the short way as by the long one', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const long = new SegmentedMessage(text, 'auto');
      const isGsm = long.encodingName === 'GSM-7';
      expect(smsLength(text)).toEqual({
        encoding: isGsm ? 'GSM-7' : 'UCS-2',
        characters: long.messageSize / (isGsm ? 7 : 16),
        segments: long.segmentsCount,
      });
    }),
    { numRuns: 300 },
  );
});

it('a text in Chinese alone takes the short way, up to the last sign of a part', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 210 }), (count) => {
      const text = '您'.repeat(count);
      expect(smsLength(text)).toEqual({
        encoding: 'UCS-2',
        characters: count,
        segments: new SegmentedMessage(text, 'auto').segmentsCount,
      });
    }),
  );
});
