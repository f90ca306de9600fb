/**
 * Words that name a diagnosis, a finding or what is done about one. A text message that holds one tells whoever picks
 * up the telephone. An English word counts wherever a word begins with it (`biops`: biopsy, biopsies).
 * confirm: an editable default of the messaging rules; each district's ethics committee has the last word.
 */
export const defaultClinicalWords: readonly string[] = [
  '癌',
  '瘤',
  '恶性',
  '结节',
  '阳性',
  '活检',
  '病理',
  '化疗',
  '放疗',
  '姑息',
  '安宁疗护',
  'cancer',
  'carcinoma',
  'tumour',
  'tumor',
  'malignan',
  'nodul',
  'positive',
  'biops',
  'patholog',
  'chemotherap',
  'radiotherap',
  'palliative',
  'hospice',
];

export interface FoundWord {
  readonly word: string;
  /** Where it starts in the text, from 0. */
  readonly start: number;
}

/** @returns the clinical words of a text, each where it first stands */
export function clinicalWordsIn(text: string, words: readonly string[]): FoundWord[] {
  const lower = text.toLowerCase();
  return words.flatMap((word) => {
    const start = placeOf(lower, word.toLowerCase());
    return start === undefined ? [] : [{ word, start }];
  });
}

/** Chinese is written without spaces; a Latin word must begin there, so that no other word is taken for it. */
function placeOf(text: string, word: string): number | undefined {
  const latin = /^[a-z]/u.test(word);
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!latin || !/[a-z]/u.test(text[at - 1] ?? '')) return at;
  return undefined;
}
