import { error, type Problem, type ProblemPath } from '../domain/checker/problem.ts';
import { valueAt } from '../domain/definition/zod-issue.ts';
import { say, type Localized } from '../domain/model/localized.ts';
import { checkPool } from '../domain/scheduling/check-pool.ts';
import { poolSchema, type Pool } from '../domain/scheduling/pool.ts';
import { readYaml } from './open-yaml.ts';
import type { PlacedProblem } from './read-definition.ts';

export interface ReadPools {
  /** Absent when anything is wrong with the file. */
  readonly pools?: readonly Pool[];
  /** In the order of the file. */
  readonly problems: readonly PlacedProblem[];
}

/** Some hundred pools, each with its closures. */
const maxCharacters = 2_000_000;
const mostPools = 200;

/** @returns the pools of slots that a YAML or JSON text holds, and everything that is wrong with them, by line and column */
export function readPools(text: string, { file }: { readonly file: string }): ReadPools {
  if (text.replace(/^\uFEFF/u, '').length > maxCharacters)
    return { problems: [{ ...tooLarge, file, line: 1, column: 1 }] };
  const read = readYaml(text, file);
  if ('fault' in read) return { problems: [read.fault] };
  const { data, place } = read;
  const { pools, problems } = poolsOf(data);
  if (problems.length === 0) return { pools, problems: [] };
  return { problems: problems.map(place).sort((a, b) => a.line - b.line || a.column - b.column) };
}

function poolsOf(data: unknown): { pools: Pool[]; problems: Problem[] } {
  const isMap = typeof data === 'object' && data !== null && !Array.isArray(data);
  const given: unknown = isMap ? (data as { pools?: unknown }).pools : undefined;
  if (!Array.isArray(given) || given.length === 0) return { pools: [], problems: [noPools] };
  if (given.length > mostPools) return { pools: [], problems: [tooMany(given.length)] };
  const pools: Pool[] = [];
  const problems: Problem[] = Object.keys(data as object)
    .filter((key) => key !== 'pools')
    .map((key) => unknownKey([key], key));
  const firstOf = new Map<string, number>();
  for (const [i, one] of given.entries()) {
    const parsed = poolSchema.safeParse(one);
    if (!parsed.success) {
      problems.push(...parsed.error.issues.flatMap((issue) => shapeProblems(issue, ['pools', i], one)));
      continue;
    }
    pools.push(parsed.data);
    problems.push(...checkPool(parsed.data, ['pools', i]));
    const { code } = parsed.data;
    const first = firstOf.get(code);
    if (first === undefined) firstOf.set(code, i);
    else problems.push(codeTwice(['pools', i, 'code'], code, first));
  }
  return { pools, problems };
}

type Issue = NonNullable<ReturnType<typeof poolSchema.safeParse>['error']>['issues'][number];

function shapeProblems(issue: Issue, base: ProblemPath, one: unknown): Problem[] {
  const at = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => unknownKey([...base, ...at, key], key));
  const name = String(at.at(-1) ?? 'pools');
  if (valueAt(one, at) === undefined)
    return [
      error(
        'missing',
        [...base, ...at],
        say(`缺少“${name}”。`, `"${name}" is missing.`),
        issue.code === 'invalid_value'
          ? adviceOf(issue)
          : say(`请补上“${name}”，写法见 docs/slots.md。`, `Write "${name}"; docs/slots.md shows how.`),
      ),
    ];
  return [
    error(
      'wrong-shape',
      [...base, ...at],
      say(`“${name}”写得不对。`, `"${name}" is not written rightly.`),
      adviceOf(issue),
    ),
  ];
}

/** The schema's own sentences are in both languages; the library's are English. */
function adviceOf(issue: Issue): Localized {
  const values = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  if (values.length > 0)
    return say(`请写其中之一：${values.join('、')}。`, `Write one of ${values.join(', ')}.`);
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const [zh, en, limit] =
      issue.code === 'too_small' ? ['至少', 'at least', issue.minimum] : ['至多', 'at most', issue.maximum];
    return issue.origin === 'array' || issue.origin === 'string'
      ? say(`长度${zh}为 ${limit}。`, `Its length is ${en} ${limit}.`)
      : say(`请写${zh} ${limit} 的数。`, `Write a number of ${en} ${limit}.`);
  }
  const [zh, en] = issue.message.split('/ ');
  return en === undefined
    ? say(`应为：${issue.message}`, issue.message)
    : say(zh?.trim() ?? issue.message, `${en.charAt(0).toUpperCase()}${en.slice(1)}.`);
}

const unknownKey = (path: ProblemPath, key: string): Problem =>
  error(
    'unknown-key',
    path,
    say(`没有“${key}”这一项。`, `There is no such key as "${key}".`),
    say(
      '请删去，或核对拼写；各项见 docs/slots.md。',
      'Leave it out, or look at its spelling; docs/slots.md lists them.',
    ),
    { atKey: true },
  );

const codeTwice = (path: ProblemPath, code: string, first: number): Problem =>
  error(
    'code-twice',
    path,
    say(`代码 ${code} 已用于 pools[${first}]。`, `The code ${code} is that of pools[${first}] already.`),
    say('每个号池请用不同的代码。', 'Give each pool a code of its own.'),
  );

const noPools = error(
  'no-pools',
  ['pools'],
  say('文件里没有号池。', 'The file holds no pools.'),
  say(
    '请写“pools:”，其下每个号池一项；例子见 examples/slots.yaml。',
    'Write "pools:" with an item for each pool, as in examples/slots.yaml.',
  ),
);

const tooMany = (count: number): Problem =>
  error(
    'too-many',
    ['pools'],
    say(
      `有 ${count} 个号池，一个文件至多 ${mostPools} 个。`,
      `There are ${count} pools; a file has ${mostPools} at most.`,
    ),
    say('请分成几个文件。', 'Split them into several files.'),
    { atKey: true },
  );

const tooLarge = error(
  'too-large',
  [],
  say('文件过大。', 'The file is too large.'),
  say(
    `请分成几个文件，每个不超过 ${maxCharacters} 字符。`,
    `Split it into several files of at most ${maxCharacters} characters.`,
  ),
);
