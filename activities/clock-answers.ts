import type { JourneyId, WorkId } from '../domain/model/ids.ts';
import type { Localized } from '../domain/model/localized.ts';
import type { ArmedClaim } from '../domain/clock/poke-rule.ts';
import type { FactMessage } from '../workflows/messages.ts';

/**
 * What the journey workflow asks of the record. Everything here lands in Temporal's history: ids, codes and dates,
 * never a name, a clinical value or an error's own text. Times are UTC epoch milliseconds.
 */

/** When to wake next. */
export interface Deadline {
  readonly at: number;
  /** How long to wait, at least a second: the clocks of two machines never agree. */
  readonly waitMs: number;
  /** In the district's local time, to the minute, for people who look at the workflow. */
  readonly local: string;
}

export interface ClockLook {
  readonly pokeSeq: number;
  readonly pathway: string;
  readonly stage: string;
  readonly stageTitle: Localized;
  /** Null: the journey has ended. */
  readonly deadline: Deadline | null;
  /** Requested and not yet finished. */
  readonly outsideWork: readonly { readonly id: WorkId; readonly provider: string }[];
}

export interface DeadlineServed {
  /** Null: the journey has ended, or the workflow must look anyway. */
  readonly deadline: Deadline | null;
  /** The commit asked for something that only a look can tell: outside work, an ending. */
  readonly lookAgain: boolean;
}

export interface JourneyActivities {
  /** @returns null when there is no such journey, as after a restore to an earlier moment */
  look(journey: JourneyId): Promise<ClockLook | null>;
  /** Advances the journey by its deadline; harmless when nothing is due. */
  serveDeadline(journey: JourneyId): Promise<DeadlineServed>;
  /** @returns false when the row knows better: look again */
  markArmed(journey: JourneyId, claim: ArmedClaim): Promise<boolean>;
  /** Commits the message to the inbox, then advances; a refusal is kept with it. */
  recordFact(journey: JourneyId, message: FactMessage): Promise<void>;
}

/** What became of one attempt at outside work. */
export type WorkAttempt =
  | { readonly status: 'finished' }
  /** `reason` is a stable code. */
  | { readonly status: 'again'; readonly reason: string };

export interface OutsideWorkActivities {
  performOutsideWork(work: WorkId): Promise<WorkAttempt>;
  /** Records that nobody knows, or that it failed for good: it becomes a person's task. */
  giveUpOutsideWork(work: WorkId, reason: string): Promise<void>;
}
