import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { JourneyId, WorkId } from '../domain/model/ids.ts';
import type { Localized } from '../domain/model/localized.ts';
import type { Channel } from '../domain/model/message.ts';

/** The one task queue of all workers. */
export const taskQueue = 'yilu';

export const journeyWorkflowId = (journey: JourneyId): string => `journey/${journey}`;
export const workWorkflowId = (work: WorkId): string => `work/${work}`;
export const dispatchWorkflowId = (channel: Channel): string => `dispatch/${channel}`;

/** @returns the channel that a workflow id `dispatch/<channel>` names */
export const channelOfDispatch = (workflowId: string): Channel =>
  workflowId.slice('dispatch/'.length) as Channel;

/** @returns the journey that a workflow id `journey/<id>` names */
export const journeyOfWorkflow = (workflowId: string): JourneyId =>
  workflowId.slice('journey/'.length) as JourneyId;

/** @returns the outside work that a workflow id `work/<id>` names */
export const workOfWorkflow = (workflowId: string): WorkId => workflowId.slice('work/'.length) as WorkId;

/** @returns the journey that asked for the work: its id is the first part of the work's */
export const journeyOfWork = (work: WorkId): JourneyId => work.slice(0, work.indexOf('/')) as JourneyId;

/** Something that another system of the same Temporal server reports about a journey. Ids, codes and dates only. */
export interface FactMessage {
  /** The sending system, as the inbox lists it. */
  readonly source: string;
  /** A journey event as the API takes it; parsed by the activity that records it. */
  readonly event: Readonly<Record<string, unknown>>;
}

/** How one piece of outside work stands; times are UTC epoch milliseconds. */
export interface WorkStanding {
  readonly work: WorkId;
  readonly attempts: number;
  /** Stable code of the last failed attempt; never a text from outside. */
  readonly lastReason?: string;
  readonly nextAttemptAt?: number;
}

/** What the running workflow says of itself; the API compares it with the row. */
export interface JourneyView {
  readonly pathway: string | null;
  readonly stage: string | null;
  readonly stageTitle: Localized | null;
  readonly waitingFor: 'deadline' | 'database' | 'nothing';
  /** The deadline that the timer is set for; null when none is set. */
  readonly armedUntil: number | null;
  /** The same in the district's local time, to the minute. */
  readonly armedUntilLocal: string | null;
  /** The last poke that was read from the row; -1 before the first look. */
  readonly pokeSeq: number;
  readonly factsWaiting: number;
  readonly outsideWork: readonly (WorkStanding & { readonly provider: string })[];
}

/** Wakes the clock: it looks at the row. Carries nothing, so that many are as good as one. */
export const pokeSignal = defineSignal('poke');
/** A fact from a peer; recorded, or refused with the refusal kept in the inbox. */
export const recordFactSignal = defineSignal<[FactMessage]>('recordFact');
/** From the outside work to its journey: an attempt failed. */
export const workStandingSignal = defineSignal<[WorkStanding]>('workStanding');

export const journeyQuery = defineQuery<JourneyView>('journey');
export const workQuery = defineQuery<WorkStanding>('work');
