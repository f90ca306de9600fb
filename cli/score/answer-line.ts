import { localizedSchema, type Locale } from '../../domain/model/localized.ts';
import type { RiskModel, ScoreError } from '../../domain/risk/model.ts';
import { longestLine, type SplitLine } from './line-splitter.ts';

/** Keys that a line may carry beside `input`, so that an answered file can be scored again. */
const besideInput = new Set(['result', 'error', 'warning']);

/** @returns the input inside `{ "input": {…} }`, or the line itself when it is the bare input */
function unwrap(line: unknown): unknown {
  if (typeof line !== 'object' || line === null || !Object.hasOwn(line, 'input')) return line;
  const others = Object.keys(line).filter((key) => key !== 'input' && !besideInput.has(key));
  return others.length === 0 ? (line as { input: unknown }).input : line;
}

const inLocale = ({ code, message, field }: ScoreError, locale: Locale) => ({
  code,
  message: message[locale],
  field,
});

function resultInLocale(result: object, locale: Locale): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(result).map(([name, value]) => {
      const text = localizedSchema.safeParse(value);
      return [name, text.success ? text.data[locale] : value];
    }),
  );
}

function unreadable(line: SplitLine, lineNumber: number): ScoreError {
  if (line === null) {
    return {
      code: 'lineTooLong',
      message: {
        zh: `第 ${lineNumber} 行超过 ${longestLine} 个字符`,
        en: `Line ${lineNumber} has more than ${longestLine} characters.`,
      },
      field: null,
    };
  }
  return {
    code: 'malformedJson',
    message: {
      zh: `第 ${lineNumber} 行不是有效的 JSON；每行应为一个对象，例如 {"age": 60}`,
      en: `Line ${lineNumber} is not valid JSON; each line must be one object, such as {"age": 60}.`,
    },
    field: null,
  };
}

/**
 * Answers one line.
 *
 * @returns one line of JSON: `{ input, result, warning? }` or `{ input, error }`, its sentences in `locale`. The
 *   input of an unreadable line is its text, and `null` for one that was too long to keep.
 */
export function answerLine(model: RiskModel, line: SplitLine, lineNumber: number, locale: Locale): string {
  let read: unknown;
  try {
    if (line === null) throw new SyntaxError('too long');
    read = JSON.parse(line);
  } catch {
    return JSON.stringify({ input: line, error: inLocale(unreadable(line, lineNumber), locale) });
  }
  const input = unwrap(read);
  const outcome = model.score(input);
  if ('error' in outcome) return JSON.stringify({ input, error: inLocale(outcome.error, locale) });
  const { result, warning } = outcome;
  return JSON.stringify({
    input,
    result: resultInLocale(result, locale),
    ...(warning === undefined ? {} : { warning: inLocale(warning, locale) }),
  });
}
