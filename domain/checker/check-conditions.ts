import type { ASTNode } from '@marcbachmann/cel-js';
import { modelFunctions } from '../condition/environment.ts';
import { own } from '../definition/own.ts';
import { findRiskModel, riskModels } from '../risk/registry.ts';
import { branchCover } from './branch-cover.ts';
import { modelInputProblems, unknownFact } from './check-facts.ts';
import type { CheckContext } from './context.ts';
import { suggestion } from './near-match.ts';
import { say } from '../model/localized.ts';
import { error, warning, type Problem, type ProblemPath } from './problem.ts';

/** The rules that the lung eligibility model is asked for. */
export const eligibilityRules: readonly string[] = ['uspstf2021', 'cn2018', 'cn2021', 'nhc2024'];

const tiers = ['low', 'medium', 'high'];
/**
 * The models that answer each question, with every answer that they give: asked of another model, or compared with
 * another word, a condition could never be met.
 */
const answers: Readonly<
  Record<(typeof modelFunctions)[number], Readonly<Record<string, readonly string[]>>>
> = {
  tier: {
    apcs: ['average', 'moderate', 'high'],
    apcsModified: ['average', 'moderate', 'high'],
    amap: tiers,
    gastricCai2019: tiers,
  },
  category: { lungRads2022: ['2', '3', '4A', '4B'], cLungRads: ['1', '2', '3', '4'] },
  highRisk: { plcoM2012: [], plcoM2012NoRace: [], colorectalNhc2024: [] },
};
/** Models that answer without a number. */
const withoutNumber = ['lungEligibility', 'lungRads2022', 'cLungRads'];

const reasons: Readonly<Record<string, string>> = {
  unexpected_token: '语法有误',
  no_such_overload: '类型不匹配',
  no_matching_overload: '函数或参数不对',
};

/** @returns what is wrong with one condition, with its place in the expression */
export function checkCondition(context: CheckContext, text: string, path: ProblemPath): Problem[] {
  const { environment } = context;
  let ast: ASTNode;
  try {
    const parsed = environment.cel.parse(text);
    ast = parsed.ast;
    const checked = parsed.check();
    if (!checked.valid) return [faultOf(context, checked.error, text, path)];
    if (checked.type !== 'bool')
      return [
        error(
          'condition-not-bool',
          path,
          say(
            `条件“${text}”的结果是 ${checked.type}，应为真或假。`,
            `The condition "${text}" gives ${checked.type}; it must be true or false.`,
          ),
          say('请加比较，例如 >= 20。', 'Compare it with something, such as >= 20.'),
          { range: ast.range },
        ),
      ];
  } catch (cause) {
    return [faultOf(context, cause, text, path)];
  }
  const problems: Problem[] = [];
  walk(ast, (node) => problems.push(...nodeProblems(context, node, path)));
  return problems;
}

function faultOf(context: CheckContext, cause: unknown, text: string, path: ProblemPath): Problem {
  const fault = cause as {
    code?: string;
    summary?: string;
    range?: { start: number; end: number };
    message?: string;
  };
  const code = fault.code ?? '';
  const range = fault.range ?? { start: 0, end: text.length };
  if (code === 'unknown_variable')
    return unknownFact(context.source, text.slice(range.start, range.end), path, { range });
  const detail = fault.summary ?? fault.message ?? String(cause);
  const callable = ['known', 'eligible', ...modelFunctions, ...riskModels.map((model) => model.id)];
  const called = /^[A-Za-z0-9_]+/u.exec(text.slice(range.start))?.[0] ?? '';
  const isCall = code === 'no_matching_overload' && !callable.includes(called);
  return error(
    'condition-invalid',
    path,
    say(
      `条件“${text}”${reasons[code] ?? '有误'}：${detail}`,
      `The condition "${text}" is not valid: ${detail}.`,
    ),
    isCall
      ? suggestion(called, callable)
      : say(
          "条件例如：packYears >= 20 && sex == 'male'；两边类型须相同。",
          "Write for example packYears >= 20 && sex == 'male', with the same type on both sides.",
        ),
    { range },
  );
}

function walk(node: ASTNode, visit: (node: ASTNode) => void): void {
  visit(node);
  const go = (part: unknown): void => {
    if (Array.isArray(part)) for (const item of part) go(item);
    else if (typeof part === 'object' && part !== null && 'op' in part) walk(part as ASTNode, visit);
  };
  go(node.args);
}

function nodeProblems(context: CheckContext, node: ASTNode, path: ProblemPath): Problem[] {
  if (node.op === '==' || node.op === '!=')
    return enumProblems(context, node.args[0], [node.args[1]], path).concat(
      enumProblems(context, node.args[1], [node.args[0]], path),
    );
  if (node.op === 'in' && node.args[1].op === 'list')
    return enumProblems(context, node.args[0], node.args[1].args, path);
  if (node.op !== 'call') return [];
  const [name, [argument]] = node.args;
  const extra = { range: node.range };
  const literal = argument?.op === 'value' && typeof argument.args === 'string' ? argument.args : undefined;
  if (name === 'known' || name === 'eligible' || isModelFunction(name)) {
    if (literal === undefined)
      return [
        error(
          'condition-invalid',
          path,
          say(`${name} 的参数须为引号中的名称。`, `${name} takes a name in quotes.`),
          say(`例如 ${name}('…')。`, `Write ${name}('…').`),
          extra,
        ),
      ];
    const place = { range: argument?.range ?? node.range };
    if (name === 'known')
      return own(context.source.facts, literal) ? [] : [unknownFact(context.source, literal, path, place)];
    const choice = name === 'eligible' ? eligibilityRules : Object.keys(answers[name]);
    if (!choice.includes(literal))
      return [
        error(
          'unknown-model',
          path,
          say(`${name} 不认识“${literal}”。`, `${name} knows no "${literal}".`),
          suggestion(literal, choice),
          place,
        ),
      ];
    return modelInputProblems(context.source, name === 'eligible' ? 'lungEligibility' : literal, path, extra);
  }
  if (!findRiskModel(name)) return [];
  if (withoutNumber.includes(name))
    return [
      error(
        'unknown-model',
        path,
        say(`“${name}”不给出数值。`, `"${name}" gives no number.`),
        name === 'lungEligibility'
          ? say("请写 eligible('cn2021')。", "Write eligible('cn2021').")
          : say(`请写 category('${name}') == '…'。`, `Write category('${name}') == '…'.`),
        extra,
      ),
    ];
  return modelInputProblems(context.source, name, path, extra);
}

const isModelFunction = (name: string): name is (typeof modelFunctions)[number] =>
  (modelFunctions as readonly string[]).includes(name);

function enumProblems(
  context: CheckContext,
  side: ASTNode,
  against: readonly ASTNode[],
  path: ProblemPath,
): Problem[] {
  const asked = valuesOf(context, side);
  if (!asked) return [];
  return against.flatMap((node) => {
    if (node.op !== 'value' || typeof node.args !== 'string' || asked.values.includes(node.args)) return [];
    return [
      error(
        'unknown-enum-value',
        path,
        say(`“${asked.name}”没有取值“${node.args}”。`, `"${asked.name}" is never "${node.args}".`),
        suggestion(node.args, asked.values),
        { range: node.range },
      ),
    ];
  });
}

/** @returns every text that an enumeration, or a risk model's answer, can be */
function valuesOf(
  context: CheckContext,
  node: ASTNode,
): { readonly name: string; readonly values: readonly string[] } | undefined {
  if (node.op === 'id') {
    const fact = own(context.source.facts, node.args);
    return fact?.type === 'enum' ? { name: node.args, values: fact.of ?? [] } : undefined;
  }
  if (node.op !== 'call' || !isModelFunction(node.args[0])) return undefined;
  const [name, [argument]] = node.args;
  const model = argument?.op === 'value' ? String(argument.args) : '';
  const values = own(answers[name], model);
  return values && values.length > 0 ? { name: `${name}('${model}')`, values } : undefined;
}

export interface CaseList {
  /** In order; without `when` it is the `otherwise`. */
  readonly cases: readonly { readonly when?: string; readonly path: ProblemPath }[];
  readonly path: ProblemPath;
}

/** @returns what is wrong with the conditions of a list, and with what they cover together */
export function checkCases(context: CheckContext, { cases, path }: CaseList): Problem[] {
  const problems = cases.flatMap(({ when, path: at }) =>
    when === undefined ? [] : checkCondition(context, when, [...at, 'when']),
  );
  if (problems.length > 0) return problems;
  const otherwise = cases.findIndex(({ when }) => when === undefined);
  if (otherwise >= 0 && otherwise < cases.length - 1)
    problems.push(
      error(
        'otherwise-not-last',
        cases[otherwise]?.path ?? path,
        say('otherwise 之后的分支永远到不了。', 'What comes after "otherwise" can never be reached.'),
        say('请把 otherwise 放在最后。', 'Put "otherwise" last.'),
      ),
    );
  const asked = (otherwise < 0 ? cases : cases.slice(0, otherwise)).flatMap(({ when }) => {
    const condition = when === undefined ? undefined : context.condition(when);
    return condition ? [condition.ast] : [];
  });
  if (asked.length === 0) return problems;
  const cover = branchCover(asked, context.source.facts);
  for (const [index, possible] of cover.possible.entries())
    if (!possible)
      problems.push(
        warning(
          'branch-unreachable',
          [...(cases[index]?.path ?? path), 'when'],
          say('这个条件永远轮不到成立。', 'This condition can never be the one that holds.'),
          say(
            '前面的条件已包含它，或它自相矛盾：请删除或改正。',
            'Those before it cover it, or it contradicts itself: remove or correct it.',
          ),
        ),
      );
  if (otherwise < 0 && !cover.exhaustive)
    problems.push(
      error(
        'branches-not-exhaustive',
        path,
        say(
          '这些条件可能一个都不成立，居民就会被遗忘。',
          'It may be that none of these conditions holds, and then the resident would be forgotten.',
        ),
        say('请以 otherwise 结尾。', 'End the list with "otherwise".'),
      ),
    );
  return problems;
}

/** @returns the facts without which a list of cases without `otherwise` may fall through */
export function neededFacts(context: CheckContext, cases: CaseList['cases']): readonly string[] {
  if (cases.some(({ when }) => when === undefined)) return [];
  const asked = cases.flatMap(({ when }) => {
    const condition = when === undefined ? undefined : context.condition(when);
    return condition ? [condition.ast] : [];
  });
  return branchCover(asked, context.source.facts).needs;
}
