import { Environment } from '@marcbachmann/cel-js';
import type { DefinitionSource, FactDeclaration } from '../definition/source.ts';
import { own } from '../definition/own.ts';
import type { FactValue } from '../model/fact.ts';
import { findRiskModel } from '../risk/registry.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, type Problem, type ProblemPath } from './problem.ts';

/** @returns what is wrong with the declared facts; the name of an anchor must not be that of a fact */
export function checkFacts(source: DefinitionSource): Problem[] {
  const problems: Problem[] = [];
  for (const [name, fact] of Object.entries(source.facts)) {
    const path = ['facts', name];
    if (isReserved(name))
      problems.push(
        error(
          'reserved-name',
          path,
          say(`“${name}”是条件表达式的保留字。`, `"${name}" has a meaning of its own in conditions.`),
          say('请换一个名称。', 'Give the fact another name.'),
          { atKey: true },
        ),
      );
    problems.push(...declarationProblems(name, fact, path));
    if (own(source.anchors, name))
      problems.push(
        error(
          'name-twice',
          ['anchors', name],
          say(`“${name}”既是数据项又是时间锚点。`, `"${name}" is both a fact and an anchor.`),
          say('请给其中一个改名，例如 surgery 与 surgeryDone。', 'Rename one of them.'),
          { atKey: true },
        ),
      );
  }
  return problems;
}

function isReserved(name: string): boolean {
  try {
    return new Environment().registerVariable(name, 'bool').parse(name).ast.op !== 'id';
  } catch {
    return true;
  }
}

function declarationProblems(name: string, fact: FactDeclaration, path: ProblemPath): Problem[] {
  const wrong = (zh: string, en: string, remedyZh: string, remedyEn: string, key?: string): Problem =>
    error(
      'fact-declaration',
      key === undefined ? path : [...path, key],
      say(zh, en),
      say(remedyZh, remedyEn),
    );
  const problems: Problem[] = [];
  const numeric = fact.type === 'int' || fact.type === 'double';
  if (fact.type === 'enum' && !fact.of)
    problems.push(
      wrong(
        `枚举“${name}”没有列出取值。`,
        `The enumeration "${name}" lists no values.`,
        '请加 of: [...]。',
        'Add of: [...].',
      ),
    );
  if (fact.type !== 'enum' && fact.of)
    problems.push(
      wrong(
        `“${name}”不是枚举，不能有 of。`,
        `"${name}" is no enumeration and cannot have "of".`,
        '请写 type: enum。',
        'Write type: enum.',
        'of',
      ),
    );
  if (fact.of && new Set(fact.of).size !== fact.of.length)
    problems.push(
      wrong(
        `“${name}”的取值有重复。`,
        `A value of "${name}" is listed twice.`,
        '请删除重复项。',
        'List each value once.',
        'of',
      ),
    );
  if (!numeric && (fact.min !== undefined || fact.max !== undefined))
    problems.push(
      wrong(
        `“${name}”不是数字，不能有 min 或 max。`,
        `"${name}" is no number and cannot have "min" or "max".`,
        '请删除。',
        'Remove them.',
      ),
    );
  if (fact.min !== undefined && fact.max !== undefined && fact.min > fact.max)
    problems.push(
      wrong(
        `“${name}”的 min 大于 max。`,
        `"${name}" has its min above its max.`,
        '请改正范围。',
        'Correct the range.',
        'min',
      ),
    );
  if (fact.from === 'resident.birthDate' && !numeric)
    problems.push(
      wrong(
        `“${name}”取自出生日期，应为整数年龄。`,
        `"${name}" is taken from the birth date and is an age in years.`,
        '请写 type: int。',
        'Write type: int.',
        'from',
      ),
    );
  if (
    fact.from === 'resident.sex' &&
    ![...(fact.of ?? [])].sort().every((value, i) => value === ['female', 'male'][i])
  )
    problems.push(
      wrong(
        `“${name}”取自居民性别。`,
        `"${name}" is taken from the resident's sex.`,
        '请写 type: enum, of: [male, female]。',
        'Write type: enum, of: [male, female].',
        'from',
      ),
    );
  return problems;
}

/** @returns what is wrong with naming that fact as one that somebody records */
export function recordable(source: DefinitionSource, name: string, path: ProblemPath): Problem[] {
  const fact = own(source.facts, name);
  if (!fact) return [unknownFact(source, name, path)];
  if (!fact.from) return [];
  return [
    error(
      'fact-not-recordable',
      path,
      say(
        `“${name}”取自居民档案，不能记录。`,
        `"${name}" is taken from the resident and cannot be recorded.`,
      ),
      say('请删除，或声明另一个数据项。', 'Remove it, or declare another fact.'),
    ),
  ];
}

export function unknownFact(
  source: DefinitionSource,
  name: string,
  path: ProblemPath,
  extra: Parameters<typeof error>[4] = {},
): Problem {
  return error(
    'unknown-fact',
    path,
    say(`没有名为“${name}”的数据项。`, `There is no fact "${name}".`),
    suggestion(name, Object.keys(source.facts)),
    extra,
  );
}

export function unknownAnchor(source: DefinitionSource, name: string, path: ProblemPath): Problem {
  return error(
    'unknown-anchor',
    path,
    say(`没有名为“${name}”的时间锚点。`, `There is no anchor "${name}".`),
    suggestion(name, Object.keys(source.anchors)),
  );
}

/** @returns true when the fact may hold that value */
export function fits(fact: FactDeclaration, value: FactValue): boolean {
  switch (fact.type) {
    case 'int':
    case 'double':
      return (
        typeof value === 'number' &&
        (fact.type === 'double' || Number.isInteger(value)) &&
        value >= (fact.min ?? -Infinity) &&
        value <= (fact.max ?? Infinity)
      );
    case 'bool':
      return typeof value === 'boolean';
    case 'enum':
      return typeof value === 'string' && (fact.of ?? []).includes(value);
    default:
      return typeof value === 'string';
  }
}

interface InputField {
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

/** @returns what a risk model asks for that the facts do not give, or give in another type */
export function modelInputProblems(
  source: DefinitionSource,
  id: string,
  path: ProblemPath,
  extra: Parameters<typeof error>[4] = {},
): Problem[] {
  const model = findRiskModel(id);
  if (!model) return [];
  const schema = model.input.toJSONSchema() as {
    properties?: Record<string, InputField>;
    required?: string[];
  };
  const problems: Problem[] = [];
  const missing: (readonly [name: string, declaration: string])[] = [];
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const fact = own(source.facts, name);
    if (id === 'lungEligibility' && name === 'rule') continue;
    if (!fact) {
      if (schema.required?.includes(name)) missing.push([name, `${name}: { ${declarationFor(field)} }`]);
      continue;
    }
    const values = (field.enum ?? []).map(String);
    const foreign = field.enum ? (fact.of ?? []).filter((value) => !values.includes(value)) : [];
    if (!typesFor(field).includes(fact.type) || foreign.length > 0)
      problems.push(
        error(
          'model-input',
          path,
          say(
            `数据项“${name}”不合风险模型“${id}”的要求。`,
            `The fact "${name}" is not what the risk model "${id}" asks for.`,
          ),
          say(`请写 ${declarationFor(field)}。`, `Write ${declarationFor(field)}.`),
          extra,
        ),
      );
  }
  if (missing.length > 0) {
    const names = missing.map(([name]) => name);
    const declarations = missing.map(([, declaration]) => declaration).join(', ');
    problems.push(
      error(
        'model-input',
        path,
        say(
          `风险模型“${id}”需要的数据项没有声明：${names.join('、')}。`,
          `The risk model "${id}" asks for facts that are not declared: ${names.join(', ')}.`,
        ),
        say(`请在 facts 下声明：${declarations}。`, `Declare under facts: ${declarations}.`),
        extra,
      ),
    );
  }
  return problems;
}

const declarationFor = (field: InputField): string =>
  field.enum ? `type: enum, of: [${field.enum.map(String).join(', ')}]` : `type: ${typesFor(field)[0]}`;

function typesFor(field: InputField): readonly [FactDeclaration['type'], ...FactDeclaration['type'][]] {
  if (field.enum) return ['enum'];
  if (field.type === 'boolean') return ['bool'];
  if (field.type === 'integer') return ['int'];
  if (field.type === 'number') return ['double', 'int'];
  return ['string', 'enum', 'date'];
}
