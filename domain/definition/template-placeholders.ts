/**
 * What a message template may put in `{curly brackets}`. Whoever sends the message fills them in from the step and the
 * directory of organisations; facts are not among them, because a message is read by whoever holds the telephone.
 */
export const templatePlaceholders = ['stepTitle', 'dueDate', 'place', 'phone', 'journey'] as const;

/** @returns the names that a text puts in curly brackets */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(/\{\s*([^{}\s]*)\s*\}/gu)].map((match) => match[1] ?? '');
