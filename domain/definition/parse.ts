import { z } from 'zod';
import { nearMatch, suggestion } from '../checker/near-match.ts';
import { error, type Problem, type ProblemPath } from '../checker/problem.ts';
import { say, type Localized } from '../model/localized.ts';
import { cutShort } from './cut-short.ts';
import { own } from './own.ts';
import { definitionSourceSchema, type DefinitionSource } from './source.ts';
import { valueAt, type ZodIssue } from './zod-issue.ts';

interface Issue extends ZodIssue {
  readonly pattern?: string;
  readonly errors?: readonly (readonly Issue[])[];
  readonly issues?: readonly Issue[];
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

let schemaTree: JsonSchema | undefined;
const schemaOfSource = (): JsonSchema =>
  (schemaTree ??= z.toJSONSchema(definitionSourceSchema, { io: 'input' }) as JsonSchema);

/** @returns the keys that may stand at that place, over all forms that it may take */
function keysAt(path: ProblemPath): string[] {
  let here: JsonSchema[] = [schemaOfSource()];
  const flat = (schemas: readonly JsonSchema[]): JsonSchema[] =>
    schemas.flatMap((schema) => [schema, ...flat(schema.anyOf ?? [])]);
  for (const key of path) {
    here = flat(here).flatMap((schema) => {
      const next =
        typeof key === 'number'
          ? schema.items
          : (own(schema.properties, key) ??
            (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined));
      return next ? [next] : [];
    });
  }
  return [...new Set(flat(here).flatMap((schema) => Object.keys(schema.properties ?? {})))];
}

const typeNames: Readonly<Record<string, Localized>> = {
  string: say('文字', 'a text'),
  number: say('数字', 'a number'),
  boolean: say('true 或 false', 'true or false'),
  array: say('列表', 'a list'),
  object: say('一组“键: 值”', 'a group of "key: value" lines'),
  record: say('一组“键: 值”', 'a group of "key: value" lines'),
};
const typeName = (type: string): Localized => own(typeNames, type) ?? say(type, type);

const formats: readonly (readonly [RegExp, Localized])[] = [
  [
    /min\|h\|d/u,
    say(
      '请写时长，例如 30min、8h、14d、2w、6mo、5y 或 3wd（工作日）。',
      'Write a length of time such as 30min, 8h, 14d, 2w, 6mo, 5y or 3wd (working days).',
    ),
  ],
  [/A-Za-z0-9/u, say('请用驼峰命名，例如 packYears。', 'Name it in camelCase, such as packYears.')],
  [
    /a-z0-9/u,
    say(
      '请用小写英文加连字符命名，例如 home-visit。',
      'Name it in lower-case words joined by hyphens, such as home-visit.',
    ),
  ],
  [/\\d\{4\}/u, say('请写日期，例如 2026-03-09。', 'Write a date such as 2026-03-09.')],
];

const asPath = (path: readonly PropertyKey[]): (string | number)[] =>
  path.map((key) => (typeof key === 'symbol' ? String(key) : key));

const lastOf = (path: ProblemPath): string => cutShort(String(path.at(-1) ?? ''));

function describe(value: unknown): Localized {
  if (value === undefined) return say('缺失', 'nothing');
  if (value === null) return say('空值', 'nothing');
  if (Array.isArray(value)) return typeName('array');
  if (typeof value === 'object') return typeName('object');
  const shown = cutShort(String(value));
  return say(`“${shown}”`, `"${shown}"`);
}

/** The form of a union that the author most likely meant: the one whose complaint lies deepest, then the shortest. */
function likeliest(errors: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]): number =>
    Math.max(0, ...issues.map((issue) => issue.path.length));
  return [...errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
}

function problemsOf(root: unknown, issue: Issue, base: ProblemPath): Problem[] {
  const path = [...base, ...asPath(issue.path)];
  const found = valueAt(root, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return (issue.keys ?? []).map((key) =>
        error(
          'unknown-key',
          [...path, key],
          say(`不认识的键“${cutShort(key)}”。`, `"${cutShort(key)}" is not a key of the language here.`),
          suggestion(key, keysAt(path)),
          { atKey: true },
        ),
      );
    case 'invalid_value': {
      const values = (issue.values ?? []).map(String);
      const word = cutShort(String(found));
      return [
        error(
          found === undefined ? 'missing' : 'unknown-value',
          path,
          found === undefined
            ? say(`缺少“${lastOf(path)}”。`, `"${lastOf(path)}" is missing.`)
            : say(`“${lastOf(path)}”不能是“${word}”。`, `"${lastOf(path)}" cannot be "${word}".`),
          nearMatch(word, values) === undefined
            ? say(`可用：${values.join(', ')}。`, `Choose one of: ${values.join(', ')}.`)
            : suggestion(word, values),
        ),
      ];
    }
    case 'invalid_type': {
      const expected = typeName(issue.expected ?? '');
      if (found === undefined || found === null)
        return [
          error(
            'missing',
            path,
            say(`缺少“${lastOf(path)}”。`, `"${lastOf(path)}" is missing.`),
            say(`请填写：${expected.zh}。`, `Give ${expected.en}.`),
          ),
        ];
      const is = describe(found);
      return [
        error(
          'wrong-type',
          path,
          say(
            `“${lastOf(path)}”应为${expected.zh}，现为${is.zh}。`,
            `"${lastOf(path)}" should be ${expected.en}, and is ${is.en}.`,
          ),
          issue.expected === 'string' && typeof found !== 'object'
            ? say(
                `请加引号：'${cutShort(String(found))}'。`,
                `Put it in quotes: '${cutShort(String(found))}'.`,
              )
            : say(`请改写为${expected.zh}。`, `Write ${expected.en}.`),
        ),
      ];
    }
    case 'invalid_format': {
      const remedy = formats.find(([pattern]) => pattern.test(issue.pattern ?? ''))?.[1];
      const is = describe(found);
      return [
        error(
          'wrong-form',
          path,
          say(
            `“${lastOf(path)}”的写法不对：${is.zh}。`,
            `"${lastOf(path)}" is not written as it should be: ${is.en}.`,
          ),
          remedy ?? say(issue.message, issue.message),
        ),
      ];
    }
    case 'invalid_key': {
      const pattern = issue.issues?.[0]?.pattern ?? '';
      const remedy = formats.find(([form]) => form.test(pattern))?.[1] ?? say(issue.message, issue.message);
      return [
        error(
          'wrong-name',
          path,
          say(
            `名称“${lastOf(path)}”的写法不对。`,
            `The name "${lastOf(path)}" is not written as it should be.`,
          ),
          remedy,
          { atKey: true },
        ),
      ];
    }
    case 'invalid_union':
      return likeliest(issue.errors ?? []).flatMap((inner) => problemsOf(root, inner, path));
    case 'too_small':
      return [
        error(
          'empty',
          path,
          say(`“${lastOf(path)}”不能为空。`, `"${lastOf(path)}" must not be empty.`),
          say('请至少填写一项。', 'Give at least one.'),
        ),
      ];
    default:
      return [
        error(
          'wrong-shape',
          path,
          say(`“${lastOf(path)}”不合语法。`, `"${lastOf(path)}" is not valid: ${issue.message}.`),
          say('请参阅 docs/definitions.md。', 'See docs/definitions.md.'),
        ),
      ];
  }
}

export type ParsedDefinition =
  { readonly source: DefinitionSource } | { readonly problems: readonly Problem[] };

/** @returns the definition that plain data (from YAML or JSON) holds, or every place where its shape is wrong */
export function parseDefinition(data: unknown): ParsedDefinition {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return { problems: [notOne(data)] };
  const parsed = definitionSourceSchema.safeParse(data);
  if (!parsed.success)
    return { problems: parsed.error.issues.flatMap((issue) => problemsOf(data, issue as Issue, [])) };
  // Only now is it known to be a tree: text with anchors and aliases may hold itself.
  const unheard = unheardKeys(data, []);
  return unheard.length > 0 ? { problems: unheard } : { source: parsed.data };
}

function notOne(data: unknown): Problem {
  const is = describe(data);
  return error(
    'not-a-definition',
    [],
    say(`这不是路径定义：内容是${is.zh}。`, `This is not a definition: it holds ${is.en}.`),
    say(
      '请写 YAML，以 pathway、title、stages 等键开头，见 docs/definitions.md。',
      'Write YAML that begins with keys such as pathway, title, stages; see docs/definitions.md.',
    ),
  );
}

/** zod passes over the key `__proto__` in silence, and with it over whatever the author wrote there. */
function unheardKeys(value: unknown, path: ProblemPath): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (key !== '__proto__') return unheardKeys(part, at);
    return [
      error(
        'wrong-name',
        at,
        say('名称“__proto__”的写法不对。', 'The name "__proto__" is not written as it should be.'),
        say('请换一个名称。', 'Give it another name.'),
        { atKey: true },
      ),
    ];
  });
}
