import type { ArmedClaim } from '../domain/clock/poke-rule.ts';
import type { OutsideWorkFinished } from '../domain/model/event.ts';
import type { JourneyId, StepRef, WorkId } from '../domain/model/ids.ts';
import type { FactValue } from '../domain/model/fact.ts';
import type { JourneyState } from '../domain/model/state.ts';
import type { JourneyLook } from '../store/look.ts';
import type { FactMessage } from '../workflows/messages.ts';

/** The record, as the activities need it; the store's functions fit, bound to their dependencies. */

export interface Advanced {
  readonly status: 'committed' | 'known' | 'refused' | 'ended';
  readonly state: JourneyState;
  readonly waitMs: number | null;
  readonly poke: boolean;
}

export interface ClockRecord {
  look(journey: JourneyId): Promise<JourneyLook | null>;
  /** Advances by `DeadlineReached`. */
  reachDeadline(journey: JourneyId): Promise<Advanced>;
  markArmed(journey: JourneyId, claim: ArmedClaim): Promise<boolean>;
  /** Commits to the inbox and advances; a refusal is kept there. */
  receive(journey: JourneyId, message: FactMessage): Promise<void>;
}

/** A row of `outside_work`. */
export interface WorkRow {
  readonly id: WorkId;
  readonly journey: JourneyId;
  readonly step: StepRef;
  readonly provider: string;
  readonly request: Readonly<Record<string, FactValue>>;
  readonly status: 'requested' | 'started' | 'done' | 'failed' | 'unknown' | 'held';
}

export interface WorkRecord {
  read(work: WorkId): Promise<WorkRow | null>;
  /**
   * Committed before anything is sent, so that whoever comes after a crash asks first.
   * @returns `again` when it may have been sent before, `no` while all outgoing work is held
   */
  start(work: WorkId): Promise<'first' | 'again' | 'no'>;
  /** Records the result; one that the rules do not accept becomes a person's task, and is never dropped. */
  finish(work: WorkRow, result: OutsideWorkFinished['result']): Promise<void>;
}
