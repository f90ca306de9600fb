import type { Localized } from './localized.ts';

export const refusalCodes = [
  'AlreadyEnrolled',
  'NotEnrolled',
  'DefinitionMismatch',
  'JourneyEnded',
  'JourneyNotEnded',
  'JourneyPaused',
  'StageUnknown',
  'StepUnknown',
  'StepNotOpen',
  'OutcomeNotAccepted',
  'FactUnknown',
  'FactInvalid',
  'FactMissing',
  'AnchorUnknown',
  'AnchorMissing',
  'ReasonRequired',
  'AppointmentRequired',
  'InTheFuture',
  'InThePast',
  'TooLong',
  'AlreadyPaused',
  'NotPaused',
  'EventUnknown',
  'EventNotRetractable',
  'NothingDue',
  'EndingUnknown',
  'WorkUnknown',
  'MigrationImpossible',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** What the rules answer to an event they do not accept: it changes nothing, and says what would be accepted. */
export interface Refusal {
  readonly refused: RefusalCode;
  readonly message: Localized;
  /** What would have been accepted, where that is a list: steps, outcomes, facts. */
  readonly accepted?: readonly string[];
  /** The field of the event that is wrong. */
  readonly field?: string;
}

/** @returns true when the answer of a transition is a refusal */
export const isRefusal = (answer: object): answer is Refusal => 'refused' in answer;

export function refuse(
  refused: RefusalCode,
  zh: string,
  en: string,
  more: Pick<Refusal, 'accepted' | 'field'> = {},
): Refusal {
  return { refused, message: { zh, en }, ...more };
}
