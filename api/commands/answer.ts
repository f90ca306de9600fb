import type { z } from '@hono/zod-openapi';
import type { EventId } from '../../domain/model/ids.ts';
import type { JourneyState, StepState } from '../../domain/model/state.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import type { commandAnswer } from '../schemas/command.ts';
import { iso, isoOrNull } from '../schemas/common.ts';

/** @returns the answer to a command, of nothing but the state that it left: the same key gives the same answer later */
export function answerOf(event: EventId, seq: number, state: JourneyState): z.infer<typeof commandAnswer> {
  const open = (Object.entries(state.steps) as [string, StepState][])
    .filter(([, { status }]) => status === 'open' || status === 'scheduled')
    .map(([step, { status, dueAt }]) => ({ step, status, dueAt: iso(dueAt) }))
    .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : a.step < b.step ? -1 : 1));
  return {
    event,
    seq,
    journey: state.journey,
    stage: state.stage,
    nextDeadlineAt: isoOrNull(nextDeadline(state)?.at),
    openSteps: open,
    ending: state.ending?.kind ?? null,
  };
}
