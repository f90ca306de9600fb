import { dayMs } from '../calendar/civil-day.ts';
import type { Paused } from '../model/event.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { activeSteps, type Draft } from './draft.ts';
import { maximumPauseDays } from './limits.ts';
import { newCycle, recomputeStep } from './recompute.ts';

/** Stops the clocks of the journey until the limit at the latest. */
export function pause(draft: Draft, event: Paused): Refusal | undefined {
  if (draft.state.pause)
    return refuse(
      'AlreadyPaused',
      '病程已暂停；如需改变，请先恢复。',
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
  for (const [ref] of activeSteps(draft.state.steps))
    draft.effects.push({ kind: 'NoticeSuperseded', step: ref });
  return undefined;
}

/** Starts the clocks again: open steps get the time back that the pause took, and their ladders begin anew. */
export function resume(draft: Draft): void {
  const { pause: ended } = draft.state;
  if (!ended) return;
  delete draft.state.pause;
  for (const [ref, step] of activeSteps(draft.state.steps)) {
    const paused = draft.at - Math.max(ended.from, step.openedAt ?? draft.at);
    // An appointment is a fixed instant: it does not move because somebody was away.
    if (step.status === 'open')
      newCycle(
        draft,
        ref,
        step.appointmentAt === undefined && paused > 0 ? { pausedMs: (step.pausedMs ?? 0) + paused } : {},
      );
    else recomputeStep(draft, ref);
  }
}
