import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** What stands where bytes were no text in the encoding that they were read in. */
const replacement = '\uFFFD';

/** @returns every name and text in which characters were lost on the way, so that no resident is shown them */
export function checkReadable(value: unknown, path: ProblemPath = []): Problem[] {
  if (typeof value === 'string') return value.includes(replacement) ? [lost(path)] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [...(key.includes(replacement) ? [lost(at, true)] : []), ...checkReadable(part, at)];
  });
}

const lost = (path: ProblemPath, atKey?: true): Problem =>
  error(
    'lost-characters',
    path,
    say('这里的文字已损坏（有乱码字符 U+FFFD）。', 'Characters were lost here (there is a U+FFFD).'),
    say(
      '文件多半不是 UTF-8：请从原文件另存为 UTF-8，再试。',
      'The file was probably not UTF-8: save the original as UTF-8 and try again.',
    ),
    atKey && { atKey },
  );
