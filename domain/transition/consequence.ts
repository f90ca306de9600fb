import type { Consequence, OutcomeDefinition } from '../definition/definition.ts';
import { stepIdOf, type StepRef } from '../model/ids.ts';
import type { EndingKind, StepState } from '../model/state.ts';
import { activeSteps, copyWithout, definitionOf, knownOf, put, stepOf, type Draft } from './draft.ts';
import { followingOccurrence, openStep } from './open-step.ts';
import { recomputeAnchored } from './recompute.ts';

/** What came with an outcome. */
export interface OutcomeDetails {
  readonly happenedAt?: number;
  readonly reason?: string | undefined;
  readonly scores?: StepState['scores'] | undefined;
  /** The clock has superseded the step's notices already, before it raised the last rungs. */
  readonly superseded?: true;
}

/** Closes a step with an outcome that its definition answers, and goes where it says. Facts must be in the state already. */
export function applyOutcome(draft: Draft, ref: StepRef, outcome: string, details: OutcomeDetails): void {
  const answered = definitionOf(draft, ref).outcomes[outcome];
  if (!answered) throw new Error(`step "${ref}" has no outcome "${outcome}".`);
  const timedOut = outcome === 'missed' || outcome === 'expired';
  close(draft, ref, timedOut ? 'missed' : 'done', outcome, details);
  const consequence = choose(draft, answered);
  if (consequence) follow(draft, ref, consequence, details.happenedAt ?? draft.at);
}

/** Closes a step that was missed and yet happened, where the road has long gone on: for the record, and with no consequence but its anchor. */
export function recordLate(draft: Draft, ref: StepRef, outcome: string, details: OutcomeDetails): void {
  close(draft, ref, outcome === 'missed' || outcome === 'expired' ? 'missed' : 'done', outcome, details);
  const answered = definitionOf(draft, ref).outcomes[outcome];
  const marks = answered && choose(draft, answered)?.marks;
  if (marks !== undefined) mark(draft, marks, details.happenedAt ?? draft.at);
}

/** @returns the first branch whose condition holds; the last one is unconditional or, as the checker proved, the only one left */
export function choose(draft: Draft, outcome: OutcomeDefinition): Consequence | undefined {
  const { read, answers } = knownOf(draft);
  for (const branch of outcome.branches)
    if (branch.when?.holds(read, answers) ?? true) return branch.consequence;
  return outcome.branches.at(-1)?.consequence;
}

/** Does what a consequence says, in the order: anchor, closings, ending, stage, openings, next occurrence. */
export function follow(draft: Draft, cause: StepRef, consequence: Consequence, happenedAt: number): void {
  if (consequence.marks !== undefined) mark(draft, consequence.marks, happenedAt);
  for (const id of consequence.cancel)
    for (const [ref] of activeSteps(draft)) if (stepIdOf(ref) === id) cancelStep(draft, ref);
  if (consequence.end !== undefined) {
    endJourney(draft, consequence.end, happenedAt);
    return;
  }
  if (consequence.enter !== undefined) enterStage(draft, consequence.enter, cause);
  for (const { step, in: length, from } of consequence.open)
    openStep(draft, step, { cause, in: length, from });
  if (consequence.next) {
    const { id, opening } = followingOccurrence(cause, stepOf(draft, cause));
    openStep(draft, id, opening);
  }
}

/** Records an anchor; a late record of an earlier happening does not move a later one back. */
function mark(draft: Draft, anchor: string, happenedAt: number): void {
  if (happenedAt < (draft.state.anchors[anchor] ?? Number.NEGATIVE_INFINITY)) return;
  const anchors = { ...draft.state.anchors };
  anchors[anchor] = happenedAt;
  draft.state.anchors = anchors;
  recomputeAnchored(draft, anchor);
}

/** Enters a stage: its entry steps open, and what was open elsewhere closes unless it continues. */
export function enterStage(draft: Draft, stage: string, cause?: StepRef): void {
  for (const [ref] of activeSteps(draft)) {
    const step = definitionOf(draft, ref);
    if (step.stage !== stage && step.settings.continues !== true) cancelStep(draft, ref);
  }
  draft.state.stage = stage;
  draft.effects.push({ kind: 'StageEntered', stage });
  for (const id of draft.definition.entries[stage] ?? []) openStep(draft, id, { cause });
}

export function endJourney(draft: Draft, kind: EndingKind, happenedAt: number, reason?: string): void {
  for (const [ref] of activeSteps(draft)) cancelStep(draft, ref);
  delete draft.state.pause;
  draft.state.ending = {
    kind,
    at: draft.at,
    happenedAt,
    event: draft.event.id,
    ...(reason !== undefined && { reason }),
  };
  draft.effects.push({ kind: 'JourneyEnded', ending: kind });
}

export function cancelStep(draft: Draft, ref: StepRef, reason?: string): void {
  close(draft, ref, 'cancelled', undefined, { reason });
}

const endsWithIt = (name: string): boolean => name === 'wakeAt' || name === 'outcome' || name === 'reason';

function close(
  draft: Draft,
  ref: StepRef,
  status: 'done' | 'missed' | 'cancelled',
  outcome: string | undefined,
  details: OutcomeDetails,
): void {
  // Written to rather than copied once more: this is done with every outcome.
  const step = copyWithout(stepOf(draft, ref), endsWithIt);
  step.status = status;
  if (outcome !== undefined) {
    step.outcome = outcome;
    step.happenedAt = details.happenedAt ?? draft.at;
  }
  if (details.reason !== undefined) step.reason = details.reason;
  if (details.scores !== undefined) step.scores = details.scores;
  step.closedAt = draft.at;
  step.closedBy = draft.event.id;
  put(draft, ref, step);
  // What was queued for the step is pointless now; a message that the closing itself queues comes later in the list.
  if (details.superseded !== true && definitionOf(draft, ref).kind !== 'notice')
    draft.effects.push({ kind: 'NoticeSuperseded', step: ref });
  draft.effects.push(
    outcome === undefined
      ? { kind: 'StepClosed', step: ref, status }
      : { kind: 'StepClosed', step: ref, status, outcome },
  );
}
