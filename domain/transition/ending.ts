import type { Ended, Reopened } from '../model/event.ts';
import type { StepRef } from '../model/ids.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import { endJourney, enterStage } from './consequence.ts';
import { reopen } from './correct.ts';
import { definitionOf, put, stepOf, type Draft } from './draft.ts';

/** Ends the journey, whatever is open: death, a move, another hospital. */
export function end(draft: Draft, event: Ended): Refusal | undefined {
  const happenedAt = event.happenedAt ?? draft.at;
  if (happenedAt > draft.at)
    return refuse('InTheFuture', '结束时间不能晚于现在。', 'An ending cannot lie in the future.', {
      field: 'happenedAt',
    });
  endJourney(draft, event.ending, happenedAt, event.reason);
  return undefined;
}

/** Takes the road up again where it was left; where nothing was open, at the beginning of the stage. */
export function reopenJourney(draft: Draft, event: Reopened): Refusal | undefined {
  const { ending } = draft.state;
  if (!ending)
    return refuse(
      'JourneyNotEnded',
      '旅程没有结束，不需要重新打开。',
      'The journey has not ended; there is nothing to reopen.',
    );
  if (!event.reason.trim())
    return refuse('ReasonRequired', '重新打开需要写明原因。', 'Reopening needs a reason.', {
      field: 'reason',
    });
  delete draft.state.ending;
  let reopened = 0;
  for (const key in draft.state.steps) {
    const ref = key as StepRef;
    const step = stepOf(draft, ref);
    // What the ending closed, and the step whose outcome ended the journey.
    if (step.closedBy !== ending.event || definitionOf(draft, ref).kind === 'notice') continue;
    put(draft, ref, { ...step, originAt: draft.at });
    reopen(draft, ref);
    reopened += 1;
  }
  if (reopened === 0) enterStage(draft, draft.state.stage);
  return undefined;
}
