import type { EventId } from './ids.ts';

/** What a fact may hold: `date` is `YYYY-MM-DD`, an enumeration is its text. */
export type FactValue = number | string | boolean;
export type Facts = Readonly<Record<string, FactValue>>;

/** A typed, dated, attributed value: when it was true, when it was learned, and which event said so. */
export interface FactRecord {
  readonly value: FactValue;
  readonly happenedAt: number;
  readonly learnedAt: number;
  readonly event: EventId;
}
