import type { Locale } from '../domain/model/localized.ts';
import type { PlacedProblem } from './read-definition.ts';

const words = {
  zh: { error: '错误', warning: '提示', story: '经过：' },
  en: { error: 'error', warning: 'warning', story: 'How it comes to that:' },
} as const;

/** @returns the problem as a terminal shows it: place, what is wrong, the remedy, and the story that leads there */
export function formatProblem(problem: PlacedProblem, locale: Locale): string {
  const word = words[locale];
  const head = `${problem.file}:${problem.line}:${problem.column} ${word[problem.severity]} [${problem.code}]`;
  const story = (problem.story ?? []).map((event, index) => `    ${index + 1}. ${event[locale]}`);
  return [
    `${head} ${problem.message[locale]}`,
    `  ${problem.remedy[locale]}`,
    ...(story.length > 0 ? [`  ${word.story}`, ...story] : []),
  ].join('\n');
}
