import { PlainError } from '../../local/plain-error.ts';
import type { Parsed } from './row-problem.ts';

const ended = (text: string, stop: string): string => (/[。？！.?!]$/u.test(text) ? text : text + stop);

/** @returns the value @throws PlainError with what is wrong with it, as a sentence */
export function must<T>(parsed: Parsed<T>): T {
  if ('value' in parsed) return parsed.value;
  throw new PlainError(ended(parsed.wrong.zh, '。'), ended(parsed.wrong.en, '.'));
}
