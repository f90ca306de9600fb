/** What a resident means by a text of a word or a digit. */
export type InboundMeaning = 'stop' | 'confirmed' | 'another-time' | 'other';

/** As Chinese rules and habits have it, and what Twilio and other carriers take for the same. */
const stopWords: ReadonlySet<string> = new Set([
  ...['T', 'TD', 'N', '退订', '退訂', '取消订阅'],
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT'],
]);

/** @returns what a reply says; full-width characters, case, spaces and punctuation around it do not count */
export function meaningOf(text: string): InboundMeaning {
  const word = text
    .normalize('NFKC')
    .replaceAll(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '')
    .toUpperCase();
  if (stopWords.has(word)) return 'stop';
  if (word === '1') return 'confirmed';
  if (word === '2') return 'another-time';
  return 'other';
}
