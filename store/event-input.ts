import type { DeadlineReached, EnteredInError, JourneyEvent } from '../domain/model/event.ts';
import type { EventId, JourneyId } from '../domain/model/ids.ts';

type Given = Exclude<JourneyEvent, EnteredInError | DeadlineReached>;

/** An event as it is sent: the store itself finds what an erroneous event had changed, and names reached deadlines. */
export type EventInput = Given | Omit<EnteredInError, 'undo'> | Omit<DeadlineReached, 'id'>;

/** @returns the id of the deadline that is event number `seq` of a journey */
export const deadlineEventId = (journey: JourneyId, seq: number): EventId =>
  `deadline/${journey}/${seq}` as EventId;

/**
 * Scopes an idempotency key, so that two callers who choose the same one do not meet.
 * @param scope of the caller, such as `staff/<id>`, `inbox/<source>` or `import`
 * @returns the event id
 */
export const eventIdOf = (scope: string, key: string): EventId => `${scope}/${key}` as EventId;
