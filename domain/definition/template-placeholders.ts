/**
 * What a message template may put in `{curly brackets}` besides the definition's facts. The sender fills them in;
 * a journey's state holds ids only.
 */
export const templatePlaceholders = [
  'resident',
  'step',
  'stage',
  'due',
  'appointment',
  'doctor',
  'centre',
  'hospital',
  'phone',
] as const;

/** @returns the names that a text puts in curly brackets */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(/\{\s*([^{}\s]*)\s*\}/gu)].map((match) => match[1] ?? '');
