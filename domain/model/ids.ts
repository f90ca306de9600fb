/** Nominal typing for identifiers, so that a journey's id is not a `string` by accident. */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A UUID, also part of the workflow id `journey/<id>`. */
export type JourneyId = Brand<string, 'JourneyId'>;
/** Idempotency key of an event, chosen by whoever sends it. */
export type EventId = Brand<string, 'EventId'>;
/** The nth time a step is opened in a journey: `follow-up-ct#3`. */
export type StepRef = Brand<string, 'StepRef'>;
/** `<journey>/<step ref>/<cycle>`: row in `outside_work`, suffix of the workflow id `work/<id>`, provider's idempotency key. */
export type WorkId = Brand<string, 'WorkId'>;

export const asJourneyId = (value: string): JourneyId => value as JourneyId;
export const asEventId = (value: string): EventId => value as EventId;
export const asStepRef = (value: string): StepRef => value as StepRef;
export const asWorkId = (value: string): WorkId => value as WorkId;

/** @returns the reference of the nth occurrence (counted from 1) of a step */
export const stepRef = (step: string, occurrence: number): StepRef => `${step}#${occurrence}` as StepRef;

/** @returns the id of the step as the definition names it, without the occurrence */
export const stepIdOf = (ref: StepRef): string => ref.slice(0, ref.lastIndexOf('#'));

/** @returns the occurrence, counted from 1 */
export const occurrenceOf = (ref: StepRef): number => Number(ref.slice(ref.lastIndexOf('#') + 1));
