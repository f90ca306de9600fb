import type { StepKind } from './kind.ts';

/** A choice that a person makes among the options that the definition lists. */
export const decision: StepKind = {
  title: { zh: '决定', en: 'Decision' },
  timeout: null,
  openOutcomes: true,
  outcomes: {},
};
