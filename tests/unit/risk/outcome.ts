import type { RiskModel } from '../../../domain/risk/model.ts';

/** @returns the result, and fails the test with the error where there is none */
export function resultOf(model: RiskModel, input: unknown): Record<string, unknown> {
  const outcome = model.score(input);
  if ('error' in outcome) throw new Error(`${model.id}: ${JSON.stringify(outcome.error)}`);
  return { ...outcome.result };
}

export function codeOf(model: RiskModel, input: unknown): string | undefined {
  const outcome = model.score(input);
  return 'error' in outcome ? outcome.error.code : undefined;
}

export function fieldOf(model: RiskModel, input: unknown): string | null | undefined {
  const outcome = model.score(input);
  return 'error' in outcome ? outcome.error.field : undefined;
}
