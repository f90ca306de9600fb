import type { OutsideWorkFinished } from '../model/event.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { isActive, put, stepOf, type Draft } from './draft.ts';
import { queueNotice } from './notices.ts';
import { recordFacts } from './record-facts.ts';
import { recordOutcome } from './record-outcome.ts';

/** What another system did: recorded even after an ending; a failure becomes the step owner's task. */
export function finishOutsideWork(draft: Draft, event: OutsideWorkFinished): Refusal | undefined {
  const step = draft.state.steps[event.step];
  if (
    !step ||
    (step.work !== undefined && step.work !== event.work) ||
    !event.work.startsWith(`${draft.state.journey}/${event.step}/`)
  )
    return refuse(
      'WorkUnknown',
      `步骤“${event.step}”没有外部事务“${event.work}”。`,
      `The step "${event.step}" asked for no outside work "${event.work}".`,
      {
        field: 'work',
      },
    );
  const { result } = event;
  if (result.status !== 'done') return leaveToPerson(draft, event, result.reason);
  const { work: _work, workFailure: _failure, ...rest } = step;
  put(draft, event.step, rest);
  if (result.outcome === undefined || draft.state.ending) {
    const refusal = recordFacts(draft, result.facts, draft.at, true);
    return refusal && leaveToPerson(draft, event, refusal.refused);
  }
  if (isActive(step) || step.status === 'missed') {
    const facts = draft.state.facts;
    const refusal = recordOutcome(draft, {
      step: event.step,
      outcome: result.outcome,
      ...(result.facts && { facts: result.facts }),
      ...(result.appointmentAt !== undefined && { appointmentAt: result.appointmentAt }),
    });
    if (!refusal) return undefined;
    // It was done there, and the rules do not take it here: that is a person's task, not a reason to forget it.
    draft.state.facts = facts;
    return leaveToPerson(draft, event, `${result.outcome}: ${refusal.refused}`);
  }
  return leaveToPerson(draft, event, `${result.outcome}: StepNotOpen`);
}

/** The owner of the step hears of it, and sees why on the step. */
function leaveToPerson(draft: Draft, event: OutsideWorkFinished, reason: string): undefined {
  const { work: _work, ...step } = stepOf(draft, event.step);
  put(draft, event.step, { ...step, workFailure: reason });
  if (!draft.state.ending)
    queueNotice(draft, event.step, step, { kind: 'staff', ...step.owner }, 'outside-work-failed', {
      rung: 'work',
      repeat: 0,
    });
}
