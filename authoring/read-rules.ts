import { LineCounter, parseDocument } from 'yaml';
import { checkMessagingRules } from '../domain/messaging/check-rules.ts';
import { error, type Problem } from '../domain/checker/problem.ts';
import type { DefinitionSource } from '../domain/definition/source.ts';
import {
  defaultMessagingRules,
  messagingRulesSchema,
  type MessagingRules,
} from '../domain/messaging/rules.ts';
import { say, type Localized } from '../domain/model/localized.ts';
import { locate } from './locate.ts';
import type { PlacedProblem } from './read-definition.ts';
import { yamlAdvice } from './yaml-advice.ts';

export interface ReadRules {
  /** Absent when the text is not YAML or its shape is wrong. */
  readonly rules?: MessagingRules;
  readonly problems: readonly PlacedProblem[];
}

/**
 * @returns the rules for messages that a YAML or JSON text holds, what it leaves out being as it ships, and everything
 *   that is wrong with them: their shape, or else their words and registrations against these definitions
 */
export function readRules(
  text: string,
  { file, definitions }: { readonly file: string; readonly definitions: readonly DefinitionSource[] },
): ReadRules {
  const lines = new LineCounter();
  const plain = text.replace(/^\uFEFF/u, '');
  const document = parseDocument(plain, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (problem: Problem): PlacedProblem => ({
    ...problem,
    file,
    ...locate(document, lines, plain, problem),
  });
  const [fault] = document.errors;
  if (fault) {
    const { message, remedy } = yamlAdvice(fault);
    const { line, col } = lines.linePos(fault.pos[0]);
    return { problems: [{ ...error('yaml', [], message, remedy), file, line, column: col }] };
  }
  const data: unknown = document.toJS({ maxAliasCount: 100 });
  const given = data !== null && typeof data === 'object' && !Array.isArray(data) ? data : {};
  const parsed = messagingRulesSchema.safeParse({ ...defaultMessagingRules, ...given });
  if (parsed.success)
    return { rules: parsed.data, problems: checkMessagingRules(parsed.data, definitions).map(place) };
  return {
    problems: parsed.error.issues.map(({ path, message, ...issue }) => {
      const keys = 'keys' in issue ? issue.keys.slice(0, 1) : [];
      const at = [...path, ...keys].map((key) => (typeof key === 'symbol' ? String(key) : key));
      const name = at.at(-1) ?? '';
      const advice = inBoth(message);
      return place(
        error(
          'wrong-shape',
          at,
          say(`“${name}”不合规则。`, `"${name}" is not as the rules have it.`),
          say(`${advice.zh}`, `${advice.en}`),
          keys.length > 0 ? { atKey: true } : {},
        ),
      );
    }),
  };
}

/** The schema's own sentences are in both languages; the library's are English. */
function inBoth(message: string): Localized {
  const [zh, en] = message.split('/ ');
  return en === undefined ? say(message, message) : say(zh?.trim() ?? message, en);
}
