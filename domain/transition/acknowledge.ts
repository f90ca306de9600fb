import { dayMs } from '../calendar/civil-day.ts';
import type { Acknowledged } from '../model/event.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { StepState } from '../model/state.ts';
import { notActive } from './assign.ts';
import { definitionOf, put, stepOf, type Draft } from './draft.ts';
import { wakeOf } from './ladder.ts';
import { maximumAcknowledgementDays, maximumSilenceDays } from './limits.ts';

/**
 * "I have it, until …": the ladder is silent until then and goes on where it was; a timeout is not put off. Once in a
 * cycle, and not for long, it needs no reason; to put it off again (a snooze) does, and there is an end to it.
 */
export function acknowledge(draft: Draft, event: Acknowledged): Refusal | undefined {
  const refusal = notActive(draft, event.step) ?? untimely(draft, event);
  if (refusal) return refusal;
  const { acknowledgedBy: _by, acknowledgedReason: _reason, ...before } = stepOf(draft, event.step);
  const silencedMs = silenceSoFar(draft, before);
  const step: StepState = {
    ...before,
    acknowledgedUntil: event.until,
    acknowledgedAt: draft.at,
    ...(event.by.kind === 'staff' && { acknowledgedBy: event.by.id }),
    ...(event.reason !== undefined && { acknowledgedReason: event.reason }),
    ...(silencedMs > 0 && { silencedMs }),
  };
  put(draft, event.step, { ...step, wakeAt: wakeOf(draft, definitionOf(draft, event.step), step) });
  draft.effects.push({ kind: 'NoticeSuperseded', step: event.step });
  return undefined;
}

function untimely(draft: Draft, { step: ref, until, reason }: Acknowledged): Refusal | undefined {
  const field = { field: 'until' };
  if (until <= draft.at)
    return refuse('InThePast', '期限必须在将来。', 'The time must lie in the future.', field);
  const step = stepOf(draft, ref);
  if (!reason?.trim()) {
    if (step.acknowledgedUntil !== undefined)
      return refuse(
        'ReasonRequired',
        '这一步骤已确认过知晓；再次推迟提醒需要写明原因。',
        'The step was acknowledged before; to put its reminders off again needs a reason.',
        { field: 'reason' },
      );
    if (until > draft.at + maximumAcknowledgementDays * dayMs)
      return refuse(
        'TooLong',
        `不写原因最多可延至 ${maximumAcknowledgementDays} 天后；写明原因最多 ${maximumSilenceDays} 天。`,
        `Without a reason it may lie ${maximumAcknowledgementDays} days ahead at most; with one, ${maximumSilenceDays}.`,
        field,
      );
  }
  if (until > draft.at + maximumSilenceDays * dayMs)
    return refuse(
      'TooLong',
      `最多可延至 ${maximumSilenceDays} 天后。`,
      `It may lie ${maximumSilenceDays} days ahead at most.`,
      field,
    );
  const silence = silenceSoFar(draft, step) + Math.max(0, until - Math.max(draft.at, step.dueAt));
  if (silence > maximumSilenceDays * dayMs)
    return refuse(
      'TooLong',
      `到期后累计最多静默 ${maximumSilenceDays} 天，此期限已超出；请记录结果，或写明原因延期。`,
      `After the due date the reminders may be silent for ${maximumSilenceDays} days in all, and this goes beyond; record what happened, or extend the deadline with a reason.`,
      field,
    );
  return undefined;
}

/** @returns how long the acknowledgements of this cycle have kept the ladder silent after the due date, up to now */
function silenceSoFar(draft: Draft, step: StepState): number {
  const { acknowledgedAt, acknowledgedUntil, silencedMs = 0, dueAt } = step;
  if (acknowledgedAt === undefined || acknowledgedUntil === undefined) return silencedMs;
  return silencedMs + Math.max(0, Math.min(acknowledgedUntil, draft.at) - Math.max(acknowledgedAt, dueAt));
}
