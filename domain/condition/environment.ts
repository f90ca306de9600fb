import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import type { FactValue } from '../model/fact.ts';
import { findRiskModel, riskModels } from '../risk/registry.ts';
import type { FactDeclaration } from '../definition/source.ts';

/** Looks a fact up by name; undefined when it is not known. */
export type FactReader = (name: string) => FactValue | undefined;

/** Thrown inside a condition that needs what is not known; `||` and `&&` absorb it as CEL prescribes. */
export class UnknownInCondition extends Error {}

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
  /** Evaluates with the facts that `reader` knows. */
  withFacts<T>(reader: FactReader, evaluate: () => T): T;
}

/** Names of the functions that take a risk model's id (for `eligible`, the rule). */
export const modelFunctions = ['tier', 'category', 'highRisk'] as const;

/** @returns the model's answer with the facts of the same names as its inputs @throws UnknownInCondition when it gives none */
function ask(id: string, read: FactReader, more: Record<string, FactValue> = {}): Record<string, unknown> {
  const model = findRiskModel(id);
  if (!model) throw new UnknownInCondition(`there is no risk model "${id}"`);
  const answer = model.score(modelInput(id, read, more));
  if ('error' in answer) throw new UnknownInCondition(answer.error.message.en);
  return answer.result as Record<string, unknown>;
}

/** @returns the facts that the model asks for, by its own input names; what is not known is absent */
export function modelInput(
  id: string,
  read: FactReader,
  more: Record<string, FactValue> = {},
): Record<string, FactValue> {
  const input: Record<string, FactValue> = { ...more };
  for (const field of Object.keys(findRiskModel(id)?.input.shape ?? {})) {
    const value = input[field] ?? read(field);
    if (value !== undefined) input[field] = value;
  }
  return input;
}

/** @returns the environment for these facts; made once for each definition */
export function conditionEnvironment(facts: Readonly<Record<string, FactDeclaration>>): ConditionEnvironment {
  let current: FactReader = () => undefined;
  const field = (id: string, name: string): unknown => {
    const value = ask(id, current)[name];
    if (value === undefined) throw new UnknownInCondition(`${id} gives no ${name}`);
    return value;
  };
  const cel = new Environment();
  for (const [name, fact] of Object.entries(facts)) cel.registerVariable(name, celType(fact));
  cel.registerFunction('known(string): bool', (name: string) => current(name) !== undefined);
  cel.registerFunction(
    'eligible(string): bool',
    (rule: string) => ask('lungEligibility', current, { rule })['eligible'] === true,
  );
  cel.registerFunction('tier(string): string', (id: string) => field(id, 'tier'));
  cel.registerFunction('category(string): string', (id: string) => String(field(id, 'category')));
  cel.registerFunction('highRisk(string): bool', (id: string) => field(id, 'highRisk'));
  for (const model of riskModels)
    cel.registerFunction(`${model.id}(): double`, () => {
      const result = ask(model.id, current);
      return Number(result['risk'] ?? result['score']);
    });
  return {
    cel,
    withFacts: (reader, evaluate) => {
      current = reader;
      try {
        return evaluate();
      } finally {
        current = () => undefined;
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
