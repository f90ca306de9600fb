import { refuse, type Refusal } from '../model/refusal.ts';
import type { StepRef } from '../model/ids.ts';
import { applyOutcome } from './consequence.ts';
import { definitionOf, put, stepOf, type Draft } from './draft.ts';
import { raiseRungs, timeoutAt, wakeOf } from './ladder.ts';
import { nextDeadline, type NextDeadline } from './next-deadline.ts';
import { nowOpen } from './open-step.ts';
import { resume } from './pause.ts';

/** More turns than any definition that the checker passes can take at one instant. */
const maximumTurns = 10_000;

/** Serves everything that is due at the draft's instant, inclusive, so that afterwards the next deadline lies ahead. */
export function reachDeadline(draft: Draft): Refusal | undefined {
  const first = nextDeadline(draft.state, draft.active);
  if (!first || first.at > draft.at)
    return refuse(
      'NothingDue',
      first
        ? `下一个期限在 ${new Date(first.at).toISOString()}，现在没有到期事项。`
        : '旅程已结束，没有期限。',
      first
        ? `Nothing is due: the next deadline is at ${new Date(first.at).toISOString()}.`
        : 'The journey has ended; it has no deadline.',
    );
  let next: NextDeadline | null = first;
  for (let turn = 0; turn < maximumTurns; turn++) {
    if (draft.state.pause) resume(draft);
    else serve(draft, next.step);
    next = nextDeadline(draft.state, draft.active);
    if (!next || next.at > draft.at) return undefined;
  }
  throw new Error(
    `${draft.definition.id}@${draft.definition.version}: journey ${draft.state.journey} spins at one instant; the definition has a cycle that takes no time.`,
  );
}

/** One turn of one step: it opens, raises its rungs, or times out. */
function serve(draft: Draft, ref: StepRef): void {
  const step = definitionOf(draft, ref);
  const state = stepOf(draft, ref);
  if (state.status === 'scheduled') {
    nowOpen(draft, step, ref);
    return;
  }
  const timesOutAt = timeoutAt(draft, step, state);
  if (timesOutAt !== undefined && timesOutAt <= draft.at && step.timeout) {
    draft.effects.push({ kind: 'NoticeSuperseded', step: ref });
    put(draft, ref, raiseRungs(draft, step, ref, state, timesOutAt));
    applyOutcome(draft, ref, step.timeout.outcome, { superseded: true });
    return;
  }
  const raised = raiseRungs(draft, step, ref, state);
  raised.wakeAt = wakeOf(draft, step, raised);
  put(draft, ref, raised);
}
