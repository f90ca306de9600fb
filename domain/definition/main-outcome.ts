import type { StepKindName } from '../steps/kind.ts';

/** The outcome by which each kind of step is done; facts listed under `records` come with it. A decision has none of its own. */
export const mainOutcome: Readonly<Record<StepKindName, string | undefined>> = {
  questionnaire: 'completed',
  task: 'done',
  referral: 'accepted',
  booking: 'attended',
  result: 'reported',
  decision: undefined,
  mdt: 'decided',
  treatment: 'completed',
  series: 'done',
  assessment: 'assessed',
  notice: 'sent',
};
