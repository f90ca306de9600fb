import { assertNever } from '../../domain/model/assert-never.ts';
import type { Actor } from '../../domain/model/event.ts';
import { asEventId, asStepRef, type EventId } from '../../domain/model/ids.ts';
import type { EventInput } from '../../store/event-input.ts';
import type { Command } from '../schemas/command.ts';

/** Commands whose event needs nothing but what was sent. */
export type PlainCommand = Exclude<Command, { kind: 'assign' | 'transfer' }>;

/** Without the keys that were not given: an absent field and an undefined one are not the same to the domain. */
type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/** @returns the event that a command asks for, by whoever sent it */
export function eventOf(command: PlainCommand, id: EventId, by: Actor): EventInput {
  const common = { id, by };
  switch (command.kind) {
    case 'recordOutcome': {
      const { kind: _kind, step, outcome, ...rest } = command;
      return {
        ...common,
        kind: 'OutcomeRecorded',
        step: asStepRef(step),
        outcome,
        ...given(rest),
      } as EventInput;
    }
    case 'correctFacts': {
      const { kind: _kind, ...rest } = command;
      return { ...common, kind: 'FactsCorrected', ...given(rest) } as EventInput;
    }
    case 'enterInError':
      return { ...common, kind: 'EnteredInError', of: asEventId(command.of), reason: command.reason };
    case 'acknowledge': {
      const { step, until, reason } = command;
      return { ...common, kind: 'Acknowledged', step: asStepRef(step), until, ...given({ reason }) };
    }
    case 'extend': {
      const { step, until, reason } = command;
      return { ...common, kind: 'Extended', step: asStepRef(step), until, reason };
    }
    case 'pause': {
      const { kind: _kind, ...rest } = command;
      return { ...common, kind: 'Paused', ...given(rest) } as EventInput;
    }
    case 'resume':
      return { ...common, kind: 'Resumed' };
    case 'end': {
      const { kind: _kind, ...rest } = command;
      return { ...common, kind: 'Ended', ...given(rest) } as EventInput;
    }
    case 'reopen':
      return { ...common, kind: 'Reopened', reason: command.reason };
    default:
      return assertNever(command);
  }
}
