import type { FactValue } from '../model/fact.ts';
import type { ScoreOutcome } from '../risk/model.ts';
import { findRiskModel } from '../risk/registry.ts';

/** Looks a fact up by name; undefined when it is not known. */
export type FactReader = (name: string) => FactValue | undefined;

/**
 * What risk models have said about the same facts already, by the name they were asked under. Whoever asks several
 * conditions in turn hands it on, because a model is dear, and the branches of an outcome ask for the same ones.
 */
export type ModelAnswers = Map<string, ScoreOutcome>;

/**
 * @param named a risk model's id, or `lungEligibility/cn2021`: of that rule
 * @returns the model's answer with the facts of the same names as its inputs; undefined when there is no such model
 */
export function askModel(named: string, read: FactReader, answers: ModelAnswers): ScoreOutcome | undefined {
  const given = answers.get(named);
  if (given) return given;
  const cut = named.indexOf('/');
  const model = findRiskModel(cut === -1 ? named : named.slice(0, cut));
  if (!model) return undefined;
  const input: Record<string, FactValue> = {};
  if (cut !== -1) input['rule'] = named.slice(cut + 1);
  for (const field of Object.keys(model.input.shape)) {
    const value = input[field] ?? read(field);
    if (value !== undefined) input[field] = value;
  }
  const answer = model.score(input);
  answers.set(named, answer);
  return answer;
}
