import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import { findRiskModel, riskModels } from '../risk/registry.ts';
import type { FactDeclaration } from '../definition/source.ts';
import { askModel, type FactReader, type ModelAnswers } from './model-answers.ts';

/**
 * Thrown inside a condition that needs what is not known; `||` and `&&` absorb it as CEL prescribes. It is always
 * caught and never shown, and ordinary: so one serves, and no stack is taken each time.
 */
const unknownInCondition = Object.freeze(new Error('a risk model gives no answer for this person'));

const celType = (fact: FactDeclaration): string => {
  switch (fact.type) {
    case 'int':
      return 'int';
    case 'double':
      return 'double';
    case 'bool':
      return 'bool';
    default:
      return 'string';
  }
};

/**
 * The language of conditions over one definition's facts: each fact is a variable of its type, and
 * `known('fact')`, `eligible('rule')`, `tier('model')`, `category('model')`, `highRisk('model')` and
 * `<modelId>()` (its risk or score as a number) ask about facts and risk models.
 */
export interface ConditionEnvironment {
  readonly cel: Environment;
  /** Evaluates with the facts that `reader` knows, and with what models have said about them already. */
  withFacts<T>(reader: FactReader, answers: ModelAnswers, evaluate: () => T): T;
}

/** Names of the functions that take a risk model's id (for `eligible`, the rule). */
export const modelFunctions = ['tier', 'category', 'highRisk'] as const;

/** @returns the environment for these facts; made once for each definition */
export function conditionEnvironment(facts: Readonly<Record<string, FactDeclaration>>): ConditionEnvironment {
  const nobody: FactReader = () => undefined;
  let current = nobody;
  let given: ModelAnswers = new Map();
  const ask = (named: string): Record<string, unknown> => {
    const answer = askModel(named, current, given);
    if (!answer || 'error' in answer) throw unknownInCondition;
    return answer.result as Record<string, unknown>;
  };
  const field = (id: string, name: string): unknown => {
    const value = ask(id)[name];
    if (value === undefined) throw unknownInCondition;
    return value;
  };
  const cel = new Environment();
  for (const [name, fact] of Object.entries(facts)) cel.registerVariable(name, celType(fact));
  cel.registerFunction('known(string): bool', (name: string) => current(name) !== undefined);
  cel.registerFunction(
    'eligible(string): bool',
    (rule: string) => ask(`lungEligibility/${rule}`)['eligible'] === true,
  );
  cel.registerFunction('tier(string): string', (id: string) => field(id, 'tier'));
  cel.registerFunction('category(string): string', (id: string) => String(field(id, 'category')));
  cel.registerFunction('highRisk(string): bool', (id: string) => field(id, 'highRisk'));
  for (const model of riskModels)
    cel.registerFunction(`${model.id}(): double`, () => {
      const result = ask(model.id);
      return Number(result['risk'] ?? result['score']);
    });
  return {
    cel,
    withFacts: (reader, answers, evaluate) => {
      current = reader;
      given = answers;
      try {
        return evaluate();
      } finally {
        current = nobody;
      }
    },
  };
}

/** What an expression asks for: facts by name, and risk models by id with the function that names them. */
export interface References {
  readonly facts: readonly string[];
  readonly models: readonly string[];
}

/** @returns every fact and risk model that the expression mentions, each once */
export function referencesOf(ast: ASTNode): References {
  const facts = new Set<string>();
  const models = new Set<string>();
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const item of node) walk(item);
      return;
    }
    if (typeof node !== 'object' || node === null || !('op' in node)) return;
    const { op, args } = node as ASTNode;
    if (op === 'id') facts.add(args as string);
    else if (op === 'call') {
      const [name, list] = args as [string, ASTNode[]];
      const literal = list[0]?.op === 'value' ? String(list[0].args) : undefined;
      if (name === 'known') {
        if (literal !== undefined) facts.add(literal);
      } else if (name === 'eligible') models.add('lungEligibility');
      else if ((modelFunctions as readonly string[]).includes(name)) {
        if (literal !== undefined) models.add(literal);
      } else if (findRiskModel(name)) models.add(name);
      walk(list);
    } else walk(args);
  };
  walk(ast);
  return { facts: [...facts], models: [...models] };
}
