import { dayMs } from '../calendar/civil-day.ts';
import type { Assigned, Extended, Transferred } from '../model/event.ts';
import type { StepRef } from '../model/ids.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { activeSteps, definitionOf, isActive, put, stepOf, type Draft } from './draft.ts';
import { maximumExtensionDays } from './limits.ts';
import { ownerOf } from './open-step.ts';
import { newCycle } from './recompute.ts';

/** @returns the refusal of what needs an open or scheduled step, if this one is not */
export function notActive(draft: Draft, ref: StepRef): Refusal | undefined {
  const step = draft.state.steps[ref];
  if (step && isActive(step)) return undefined;
  return refuse(
    step ? 'StepNotOpen' : 'StepUnknown',
    step ? `步骤“${ref}”已关闭。` : `旅程中没有步骤“${ref}”。`,
    step ? `The step "${ref}" is closed.` : `The journey has no step "${ref}".`,
    { accepted: activeSteps(draft).map(([open]) => open), field: 'step' },
  );
}

function outOfReach(draft: Draft, until: number): Refusal | undefined {
  const days = maximumExtensionDays;
  if (until <= draft.at)
    return refuse('InThePast', '期限必须在将来。', 'The time must lie in the future.', { field: 'until' });
  if (until > draft.at + days * dayMs)
    return refuse('TooLong', `最多可延至 ${days} 天后。`, `It may lie ${days} days ahead at most.`, {
      field: 'until',
    });
  return undefined;
}

export function assign(draft: Draft, event: Assigned): Refusal | undefined {
  const refusal = notActive(draft, event.step);
  if (refusal) return refusal;
  const step = stepOf(draft, event.step);
  put(draft, event.step, { ...step, owner: { ...step.owner, staff: event.staff } });
  return undefined;
}

export function extend(draft: Draft, event: Extended): Refusal | undefined {
  const refusal = notActive(draft, event.step) ?? outOfReach(draft, event.until);
  if (refusal) return refusal;
  if (!event.reason.trim())
    return refuse('ReasonRequired', '延期需要写明原因。', 'An extension needs a reason.', {
      field: 'reason',
    });
  draft.effects.push({ kind: 'NoticeSuperseded', step: event.step });
  newCycle(draft, event.step, { extension: { until: event.until, reason: event.reason, event: event.id } });
  return undefined;
}

/** Another centre, hospital or doctor: what is open becomes theirs. */
export function transfer(draft: Draft, event: Transferred): undefined {
  draft.state.assignment = event.assignment;
  for (const [ref, step] of activeSteps(draft))
    put(draft, ref, { ...step, owner: ownerOf(draft, definitionOf(draft, ref)) });
}
