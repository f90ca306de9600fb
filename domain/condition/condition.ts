import type { FactDeclaration } from '../definition/source.ts';
import type { FactValue } from '../model/fact.ts';
import { referencesOf, type ConditionEnvironment, type References } from './environment.ts';
import type { FactReader, ModelAnswers } from './model-answers.ts';
import { neededFacts } from './needed-facts.ts';

/** A compiled condition of a definition. */
export interface Condition {
  readonly source: string;
  readonly references: References;
  /**
   * @param answers what risk models have said about the same facts already; those asked now are added
   * @returns true only when the facts that are known make it so; what cannot be told is not met
   */
  holds(read: FactReader, answers?: ModelAnswers): boolean;
}

/**
 * @returns the condition, parsed and type-checked against the declared facts
 * @throws ParseError or TypeError of cel-js, with the range in the expression, when it is no condition over these facts
 */
export function compileCondition(
  source: string,
  environment: ConditionEnvironment,
  facts: Readonly<Record<string, FactDeclaration>>,
): Condition {
  const parsed = environment.cel.parse(source);
  const checked = parsed.check();
  if (!checked.valid) throw checked.error ?? new Error(`"${source}" is not a valid condition.`);
  if (checked.type !== 'bool')
    throw new TypeError(`"${source}" gives ${checked.type}; a condition must be true or false.`);
  const references = referencesOf(parsed.ast);
  const needed = neededFacts(parsed.ast);
  const variables = references.facts
    .filter((name) => Object.hasOwn(facts, name))
    .map((name) => ({ name, whole: facts[name]?.type === 'int', needed: needed.has(name) }));
  return {
    source,
    references,
    holds: (read, answers = new Map()) => {
      const context: Record<string, FactValue | bigint> = {};
      for (const { name, whole, needed: isNeeded } of variables) {
        const value = read(name);
        if (value !== undefined) context[name] = whole ? BigInt(value as number) : value;
        else if (isNeeded) return false;
      }
      return environment.withFacts(read, answers, () => {
        try {
          return parsed(context) === true;
        } catch {
          // An unknown fact, or a model that does not apply to this person: the branch is not met, and the
          // definition's `otherwise` says where the journey goes. The checker insists that there is one.
          return false;
        }
      });
    },
  };
}
