import type { Definition } from '../../domain/definition/definition.ts';
import { assertNever } from '../../domain/model/assert-never.ts';
import { asStepRef, stepIdOf } from '../../domain/model/ids.ts';
import type { Action } from '../../domain/rights/may-act.ts';
import type { Caller } from '../../store/caller.ts';
import { eventIdOf } from '../../store/event-input.ts';
import type { Command } from '../schemas/command.ts';

/**
 * It comes from the definition, not from how the journey stands, so that a command that is sent again is judged as it
 * was the first time.
 * @returns what the command is as far as rights go; null when the rules will refuse it anyway
 */
export function actionOf(command: Command, caller: Caller, definition: Definition): Action | null {
  switch (command.kind) {
    case 'recordOutcome':
    case 'assign':
    case 'acknowledge':
    case 'extend': {
      const id = stepIdOf(asStepRef(command.step));
      const step = Object.hasOwn(definition.steps, id) ? definition.steps[id] : undefined;
      return step ? { kind: 'step', owner: step.owner } : null;
    }
    case 'correctFacts':
    case 'pause':
    case 'resume':
      return { kind: 'care', owners: Object.values(definition.steps).map(({ owner }) => owner) };
    case 'enterInError':
      return { kind: 'retract', own: command.of.startsWith(eventIdOf(`staff/${caller.staff}`, '')) };
    case 'transfer':
    case 'end':
    case 'reopen':
      return { kind: 'course' };
    default:
      return assertNever(command);
  }
}
