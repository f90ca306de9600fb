import type { Localized } from '../model/localized.ts';
import type { ResidentAsk } from '../model/message.ts';

/** The step kinds: few, closed, each a row of {@link stepKinds}. */
export const stepKindNames = [
  'questionnaire',
  'task',
  'referral',
  'booking',
  'result',
  'decision',
  'mdt',
  'treatment',
  'series',
  'assessment',
  'notice',
] as const;
export type StepKindName = (typeof stepKindNames)[number];

/** How one outcome of a kind behaves. */
export interface OutcomeRule {
  readonly title: Localized;
  /** A definition must answer it; an optional one that is not answered is not accepted. */
  readonly required: boolean;
  /** The step stays open (a booking made is not yet an attendance): needs no consequence. */
  readonly interim?: true;
  readonly needsReason?: true;
  readonly needsAppointment?: true;
  /** Only the program records it: a notice sent, a series finished. */
  readonly automatic?: true;
}

export interface StepKind {
  readonly title: Localized;
  readonly outcomes: Readonly<Record<string, OutcomeRule>>;
  /** The outcome that the clock records when the ladder has run out and nobody acted; null: the last rung repeats. */
  readonly timeout: 'missed' | 'expired' | null;
  /** The timeout holds only once an appointment was made: nobody misses what was never booked. */
  readonly timeoutNeedsAppointment?: true;
  /** What a message about such a step asks the resident, who may answer by its link. None where staff act alone. */
  readonly asks?: readonly ResidentAsk[];
  /** The definition lists its own outcomes under `options`. */
  readonly openOutcomes?: true;
}
