import { checkMessagingRules } from '../domain/messaging/check-rules.ts';
import { error } from '../domain/checker/problem.ts';
import { messageOfIssue, type Issue } from '../domain/definition/issue-message.ts';
import type { DefinitionSource } from '../domain/definition/source.ts';
import { valueAt } from '../domain/definition/zod-issue.ts';
import {
  defaultMessagingRules,
  messagingRulesSchema,
  type MessagingRules,
} from '../domain/messaging/rules.ts';
import { say, type Localized } from '../domain/model/localized.ts';
import { readYaml } from './open-yaml.ts';
import type { PlacedProblem } from './read-definition.ts';

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
  const read = readYaml(text, file);
  if ('fault' in read) return { problems: [read.fault] };
  const { data, place } = read;
  // Taken for "everything as it ships", an empty file would undo all that a district has said.
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return { problems: [place(noRules)] };
  const parsed = messagingRulesSchema.safeParse({ ...defaultMessagingRules, ...data });
  if (parsed.success)
    return { rules: parsed.data, problems: checkMessagingRules(parsed.data, definitions).map(place) };
  return {
    problems: parsed.error.issues.map((issue) => {
      const { path } = issue;
      const keys = 'keys' in issue ? issue.keys.slice(0, 1) : [];
      const at = [...path, ...keys].map((key) => (typeof key === 'symbol' ? String(key) : key));
      const [before = '', last = before] = at.slice(-2);
      const name = typeof last === 'number' ? `${before}[${last}]` : last;
      const advice = adviceOf(issue as Issue, valueAt(data, path) === undefined);
      return place(
        error(
          'wrong-shape',
          at,
          say(`“${name}”不合规则。`, `"${name}" is not as the rules have it.`),
          advice,
          keys.length > 0 ? { atKey: true } : {},
        ),
      );
    }),
  };
}

const noRules = error(
  'wrong-shape',
  [],
  say('文件里没有消息规则。', 'The file holds no rules for messages.'),
  say(
    '请写“键: 值”，例如 perDay: 3；没有写的与出厂相同。用 yilu messaging show 可得到一份完整的。',
    'Write keys and values, such as perDay: 3; what is left out is as it ships. yilu messaging show prints a whole one.',
  ),
);

/** The schema's own sentences are in both languages; the library's are put into words here. */
function adviceOf(issue: Issue, missing: boolean): Localized {
  const [zh, en] = issue.message.split('/ ');
  if (zh !== undefined && en !== undefined) return say(zh.trim(), en);
  if (missing && issue.code !== 'unrecognized_keys')
    return say('必填；写法见 docs/messages.md。', 'It is required; docs/messages.md shows how.');
  const told = messageOfIssue(issue, missing);
  return say(`${told.zh}。`, `It ${told.en}.`);
}
