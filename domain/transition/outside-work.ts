import type { OutsideWorkFinished } from '../model/event.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { isActive, type Draft } from './draft.ts';
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
  if (result.status !== 'done') {
    const { work: _work, ...rest } = step;
    draft.state.steps[event.step] = { ...rest, workFailure: result.reason };
    if (isActive(step) && !draft.state.ending)
      queueNotice(draft, event.step, step, { kind: 'staff', ...step.owner }, 'outside-work-failed', {
        rung: 'work',
        repeat: 0,
      });
    return undefined;
  }
  const { work: _work, workFailure: _failure, ...rest } = step;
  draft.state.steps[event.step] = rest;
  if (!isActive(step) || draft.state.ending || result.outcome === undefined)
    return recordFacts(draft, result.facts, draft.at);
  return recordOutcome(draft, {
    step: event.step,
    outcome: result.outcome,
    ...(result.facts && { facts: result.facts }),
    ...(result.appointmentAt !== undefined && { appointmentAt: result.appointmentAt }),
  });
}
