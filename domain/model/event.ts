import type { EventId, StepRef, WorkId } from './ids.ts';
import type { FactRecord, Facts } from './fact.ts';
import type { Assignment, EndingKind, PauseReason, ResidentFacts, StepState } from './state.ts';
import type { StaffRole } from './role.ts';
import type { Addressee, Channel, ResidentAnswerKind } from './message.ts';

/** Who did it. `system` is the clock and the program itself. */
export type Actor =
  | { readonly kind: 'staff'; readonly id: string; readonly role: StaffRole | 'administrator' }
  | { readonly kind: 'resident' }
  | { readonly kind: 'outside'; readonly system: string }
  | { readonly kind: 'system' };

interface Common {
  /** Idempotency key: the same id again changes nothing. */
  readonly id: EventId;
  readonly by: Actor;
}

/** What an erroneous event had changed, worked out from the log so that the transition stays pure. */
export interface Undo {
  readonly event: EventId;
  readonly kind: JourneyEvent['kind'];
  /** The step that the event closed or changed, if any. */
  readonly step?: StepRef;
  readonly stage: string;
  /** Earlier value of each fact and anchor that it set; null when there was none. */
  readonly facts: Readonly<Record<string, FactRecord | null>>;
  readonly anchors: Readonly<Record<string, number | null>>;
  /** What it had set them to: a value that something later has replaced is left alone. */
  readonly anchorsSet: Readonly<Record<string, number>>;
  /** The step stayed open: it was booked, or begun. */
  readonly interim?: true;
  /** Appointment before an erroneous booking, null when there was none; and the one that it made. */
  readonly appointmentAt?: number | null;
  readonly appointmentSet?: number;
  /** The outcome came late, of a step that had been missed: each step that it closed or opened again, as it was. */
  readonly late?: Readonly<Record<StepRef, StepState>>;
}

export interface Enrolled extends Common {
  readonly kind: 'Enrolled';
  readonly resident: ResidentFacts;
  readonly assignment: Assignment;
  readonly facts?: Facts;
  /** Adoption: what had happened before, such as the operation. */
  readonly anchors?: Readonly<Record<string, number>>;
  /** Adoption: the stage to start in, when not the first. */
  readonly stage?: string;
}
export interface OutcomeRecorded extends Common {
  readonly kind: 'OutcomeRecorded';
  readonly step: StepRef;
  readonly outcome: string;
  readonly facts?: Facts;
  /** When it happened, if not now; never in the future. */
  readonly happenedAt?: number;
  /** Required by `booked` and `rebooked`. */
  readonly appointmentAt?: number;
  /** Required where the outcome refuses or returns somebody. */
  readonly reason?: string;
}
export interface FactsCorrected extends Common {
  readonly kind: 'FactsCorrected';
  readonly facts?: Facts;
  readonly anchors?: Readonly<Record<string, number>>;
  readonly reason: string;
  readonly happenedAt?: number;
}
export interface EnteredInError extends Common {
  readonly kind: 'EnteredInError';
  readonly of: EventId;
  readonly reason: string;
  /** Filled in by the store from the log before the transition. */
  readonly undo: Undo;
}
export interface Assigned extends Common {
  readonly kind: 'Assigned';
  readonly step: StepRef;
  readonly staff: string;
}
export interface Acknowledged extends Common {
  readonly kind: 'Acknowledged';
  readonly step: StepRef;
  readonly until: number;
  /** Required when the step was acknowledged before in this cycle, or for longer than usual: a snooze. */
  readonly reason?: string;
}
export interface Extended extends Common {
  readonly kind: 'Extended';
  readonly step: StepRef;
  readonly until: number;
  readonly reason: string;
}
export interface Paused extends Common {
  readonly kind: 'Paused';
  readonly reason: PauseReason;
  readonly until: number;
  readonly note?: string;
}
export interface Resumed extends Common {
  readonly kind: 'Resumed';
}
export interface DeadlineReached extends Common {
  readonly kind: 'DeadlineReached';
}
export interface DeadlinesRecomputed extends Common {
  readonly kind: 'DeadlinesRecomputed';
  /** Version of the calendar that they are recomputed with. */
  readonly calendar: string;
}
export interface OutsideWorkFinished extends Common {
  readonly kind: 'OutsideWorkFinished';
  readonly work: WorkId;
  readonly step: StepRef;
  readonly result:
    | {
        readonly status: 'done';
        readonly outcome?: string;
        readonly appointmentAt?: number;
        readonly facts?: Facts;
      }
    | { readonly status: 'failed' | 'unknown'; readonly reason: string };
}
export interface Migrated extends Common {
  readonly kind: 'Migrated';
  readonly toVersion: number;
  readonly reason: string;
}
export interface Transferred extends Common {
  readonly kind: 'Transferred';
  readonly assignment: Assignment;
  readonly reason?: string;
}
export interface Ended extends Common {
  readonly kind: 'Ended';
  readonly ending: EndingKind;
  readonly reason?: string;
  readonly happenedAt?: number;
}
export interface Reopened extends Common {
  readonly kind: 'Reopened';
  readonly reason: string;
}

/** What the resident said to a message that asked for something. */
export interface ResidentAnswered extends Common {
  readonly kind: 'ResidentAnswered';
  readonly step: StepRef;
  readonly answer: ResidentAnswerKind;
  readonly note?: string;
}
/** A message could not be delivered because the address is wrong: to correct it is a person's task. */
export interface ContactFailed extends Common {
  readonly kind: 'ContactFailed';
  readonly channel: Channel;
  /** Key of the notice that did not arrive. */
  readonly notice: string;
  /** What the provider said; never the address itself. */
  readonly reason: string;
}

/** Nobody knows whether a message has arrived, and nobody can be asked: to find out is a person's task. */
export interface MessageInDoubt extends Common {
  readonly kind: 'MessageInDoubt';
  readonly channel: Channel;
  /** Its id. */
  readonly message: string;
  readonly to: Addressee;
  /** The steps of this journey that it told of. */
  readonly about: readonly StepRef[];
}

/** Everything that can happen to a journey. Few, and closed. */
export type JourneyEvent =
  | Enrolled
  | OutcomeRecorded
  | FactsCorrected
  | EnteredInError
  | Assigned
  | Acknowledged
  | Extended
  | Paused
  | Resumed
  | DeadlineReached
  | DeadlinesRecomputed
  | OutsideWorkFinished
  | Migrated
  | Transferred
  | Ended
  | Reopened
  | ResidentAnswered
  | ContactFailed
  | MessageInDoubt;
