import type { EventId, JourneyId, StepRef, WorkId } from './ids.ts';
import type { FactRecord } from './fact.ts';
import type { StaffRole } from './role.ts';
import type { Addressee, Channel, ResidentAnswerKind } from './message.ts';

/** Version of the shape below; a process refuses a state of a later one rather than misread it. */
export const stateSchemaVersion = 1;

export const stepStatuses = ['scheduled', 'open', 'done', 'missed', 'cancelled'] as const;
export type StepStatus = (typeof stepStatuses)[number];

/** Whose move it is: a role, in one of the journey's organisations, perhaps one person. */
export interface StepOwner {
  readonly role: StaffRole;
  readonly staff?: string;
}

export interface Extension {
  readonly until: number;
  readonly reason: string;
  readonly event: EventId;
}

/** The latest that the resident said about a step. */
export interface ResidentAnswer {
  readonly answer: ResidentAnswerKind;
  readonly at: number;
  /** Of the ladder: a confirmation holds for this cycle alone. */
  readonly cycle: number;
  readonly note?: string;
}

/** Why an address is known to be wrong. */
export interface ContactFailure {
  readonly at: number;
  readonly notice: string;
  readonly reason: string;
}

/** A message of which nobody knows whether it has arrived. */
export interface MessageDoubt {
  readonly at: number;
  readonly channel: Channel;
  readonly message: string;
  readonly to: Addressee;
  readonly about: readonly StepRef[];
}

/** One occurrence of a step. All instants are UTC epoch milliseconds. */
export interface StepState {
  readonly status: StepStatus;
  /** The step occurrence whose outcome opened this one; absent when enrolment, a reopening or a stage's entry by hand did. */
  readonly cause?: StepRef;
  readonly openedBy: EventId;
  /** When its opener asked for it. What has no anchor is counted from here. */
  readonly originAt: number;
  /** Only when its opener said `{ in }`: the length of time after which it opens, from the origin or from this anchor. */
  readonly opensIn?: string;
  readonly opensFrom?: string;
  readonly opensAt?: number;
  readonly openedAt?: number;
  readonly dueAt: number;
  /** True while the due date lies in a year whose working days are not yet official. */
  readonly provisional?: true;
  /** Which case of a conditional deadline was met on opening; decided anew only when facts are corrected. */
  readonly dueCase?: number;
  /** Series: index of the planned point in the schedule, so that it can be computed again from the anchor. */
  readonly planned?: number;
  /** Booking: the appointment, once booked. */
  readonly appointmentAt?: number;
  /** Time that pauses have added to the deadline. */
  readonly pausedMs?: number;
  readonly extension?: Extension;
  /** Extending, rebooking and resuming start a new cycle of the ladder. */
  readonly cycle: number;
  /** Index of the next rung to raise in this cycle. */
  readonly rung: number;
  /** How often the last rung has been repeated in this cycle. */
  readonly repeat: number;
  readonly acknowledgedUntil?: number;
  readonly acknowledgedBy?: string;
  readonly acknowledgedAt?: number;
  /** Why it was put off once more. */
  readonly acknowledgedReason?: string;
  /** How long earlier acknowledgements of this cycle have kept the ladder silent after the due date. */
  readonly silencedMs?: number;
  readonly residentAnswer?: ResidentAnswer;
  /** Of `contact-details`: what could not be delivered, the latest of each channel. */
  readonly contactFailures?: Readonly<Partial<Record<Channel, ContactFailure>>>;
  /** Of `message-in-doubt`: the latest of the messages that it is about. */
  readonly doubts?: readonly MessageDoubt[];
  /** The next instant at which the clock does something to this step; absent once it is closed. */
  readonly wakeAt?: number;
  readonly owner: StepOwner;
  readonly outcome?: string;
  readonly reason?: string;
  /** When it happened (by whoever recorded it), and when it was learned. */
  readonly happenedAt?: number;
  readonly closedAt?: number;
  readonly closedBy?: EventId;
  /** Results of the risk models that the step names, as computed when it was completed. */
  readonly scores?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
  readonly work?: WorkId;
  /** Why the outside work could not be done: a person's task now. */
  readonly workFailure?: string;
}

export const pauseReasons = ['away', 'in-hospital-elsewhere', 'other-illness'] as const;
export type PauseReason = (typeof pauseReasons)[number];

export interface Pause {
  readonly reason: PauseReason;
  readonly from: number;
  /** Limit: the pause ends by itself then. */
  readonly until: number;
  readonly note?: string;
  readonly event: EventId;
}

/** Reasons for which any journey may end, whatever its definition; a definition adds none. */
export const endings = [
  'completed',
  'declined',
  'moved',
  'died',
  'lost-to-follow-up',
  'other-care',
  'merged',
  'entered-in-error',
] as const;
export type EndingKind = (typeof endings)[number];

export interface Ending {
  readonly kind: EndingKind;
  readonly at: number;
  readonly happenedAt: number;
  readonly event: EventId;
  readonly reason?: string;
}

/** The organisations and the doctor that the roles of the definition resolve to. Ids, never names. */
export interface Assignment {
  readonly district: string;
  readonly hospital: string;
  readonly centre: string;
  readonly doctor?: string;
}

/** What conditions may use of the resident. */
export interface ResidentFacts {
  /** `YYYY-MM-DD` */
  readonly birthDate: string;
  readonly sex: 'male' | 'female';
}

/** A journey as plain JSON: survives `JSON.parse(JSON.stringify(state))` unchanged. */
export interface JourneyState {
  readonly schema: typeof stateSchemaVersion;
  readonly journey: JourneyId;
  readonly definition: string;
  readonly version: number;
  /** Number of events so far. */
  readonly seq: number;
  /** Instant of the latest event. */
  readonly at: number;
  readonly resident: ResidentFacts;
  readonly assignment: Assignment;
  readonly stage: string;
  readonly facts: Readonly<Record<string, FactRecord>>;
  /** Dated clinical happenings that deadlines are counted from. */
  readonly anchors: Readonly<Record<string, number>>;
  /** What is open, and the latest occurrences of what is closed; older ones are in the log alone. */
  readonly steps: Readonly<Record<StepRef, StepState>>;
  /** How often each step has been opened. */
  readonly occurrences: Readonly<Record<string, number>>;
  readonly pause?: Pause;
  readonly ending?: Ending;
}
