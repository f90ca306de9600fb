import { dayMs } from '../calendar/civil-day.ts';
import type { Paused } from '../model/event.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { StepRef } from '../model/ids.ts';
import type { StepState } from '../model/state.ts';
import { activeSteps, put, stepOf, type Draft } from './draft.ts';
import { maximumPauseDays } from './limits.ts';
import { newCycle, recomputeStep } from './recompute.ts';

/** Stops the clocks of the journey until the limit at the latest. */
export function pause(draft: Draft, event: Paused): Refusal | undefined {
  if (draft.state.pause)
    return refuse(
      'AlreadyPaused',
      '旅程已暂停；如需改变，请先恢复。',
      'The journey is paused already; resume it first to change that.',
    );
  if (event.until <= draft.at)
    return refuse('InThePast', '暂停期限必须在将来。', 'A pause must end in the future.', { field: 'until' });
  if (event.until > draft.at + maximumPauseDays * dayMs)
    return refuse(
      'TooLong',
      `暂停最长 ${maximumPauseDays} 天。`,
      `A pause may last ${maximumPauseDays} days at most.`,
      { field: 'until' },
    );
  draft.state.pause = {
    reason: event.reason,
    from: draft.at,
    until: event.until,
    event: event.id,
    ...(event.note !== undefined && { note: event.note }),
  };
  for (const [ref] of activeSteps(draft)) draft.effects.push({ kind: 'NoticeSuperseded', step: ref });
  return undefined;
}

/** Starts the clocks again: steps get the time back that the pause took, and the ladders of open ones begin anew. */
export function resume(draft: Draft): void {
  const { pause: ended } = draft.state;
  if (!ended) return;
  delete draft.state.pause;
  for (const [ref, step] of activeSteps(draft)) {
    const from = Math.max(ended.from, (step.status === 'open' ? step.openedAt : step.opensAt) ?? draft.at);
    const lost = Math.max(0, draft.at - from);
    if (step.status === 'scheduled') {
      // It would have opened meanwhile, and opens now: with all of its time.
      if (lost > 0) put(draft, ref, { ...step, pausedMs: (step.pausedMs ?? 0) + lost });
      recomputeStep(draft, ref);
    } else if (step.appointmentAt === undefined) newCycle(draft, ref, givenBack(step, lost));
    else if (step.appointmentAt < draft.at && step.appointmentAt >= ended.from) rebook(draft, ref);
    // An appointment still to come is a fixed instant: it does not move because somebody was away.
    else newCycle(draft, ref);
  }
}

function givenBack(step: StepState, lost: number): Partial<StepState> {
  return {
    ...(lost > 0 && { pausedMs: (step.pausedMs ?? 0) + lost }),
    ...(step.extension && { extension: { ...step.extension, until: step.extension.until + lost } }),
  };
}

/** The appointment fell into the pause: nobody has missed it, and another one is to be made in the usual time. */
function rebook(draft: Draft, ref: StepRef): void {
  const { appointmentAt: _passed, pausedMs: _paused, extension: _extension, ...step } = stepOf(draft, ref);
  put(draft, ref, { ...step, originAt: draft.at });
  newCycle(draft, ref);
}
