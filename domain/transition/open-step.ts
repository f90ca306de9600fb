import type { StepDefinition } from '../definition/definition.ts';
import { asWorkId, stepIdOf, type StepRef } from '../model/ids.ts';
import type { StepOwner, StepState } from '../model/state.ts';
import { applyOutcome } from './consequence.ts';
import { isActive, put, stepOf, type Draft, type Writable } from './draft.ts';
import { firstRung, recipientOf, wakeOf } from './ladder.ts';
import { queueNotice } from './notices.ts';
import { dueCaseOf, plannedPoint, timingOf, type Timing } from './timing.ts';

/** How a step comes to be opened. */
export interface Opening {
  readonly cause?: StepRef | undefined;
  /** The opener's `{ in, from }`: the step waits as scheduled. */
  readonly in?: string | undefined;
  readonly from?: string | undefined;
  /** Series: planned points up to this one are behind us. */
  readonly afterPlanned?: number;
  /** Series: planned points up to this instant are covered by a visit that was made. */
  readonly coveredUntil?: number;
}

/** @returns the latest occurrence of a step, if it was ever opened */
function latestOccurrence(draft: Draft, id: string): StepRef | undefined {
  const n = draft.state.occurrences[id];
  return n === undefined ? undefined : draft.names.ref(id, n);
}

/**
 * Closed occurrences of one step that the state keeps, for late outcomes and retractions. A pain assessment is
 * repeated for years; without a bound its state would grow with every one.
 */
const keptOccurrences = 8;

/** @returns the counts of occurrences for the draft to write to: a stage opens several steps, and one copy serves */
function countedOf(draft: Draft): Record<string, number> {
  if (!draft.counted) draft.state.occurrences = draft.counted = { ...draft.state.occurrences };
  return draft.counted;
}

/** Counts a new occurrence, and lets the oldest closed one go. */
function newOccurrence(draft: Draft, id: string): StepRef {
  const n = (draft.state.occurrences[id] ?? 0) + 1;
  const counted = countedOf(draft);
  counted[id] = n;
  if (n > keptOccurrences) {
    const old = draft.names.ref(id, n - keptOccurrences);
    const step = draft.state.steps[old];
    if (step && !isActive(step)) delete draft.state.steps[old];
  }
  return draft.names.ref(id, n);
}

/** Opens or schedules the next occurrence of a step; one that is open already is left as it is. */
export function openStep(draft: Draft, id: string, opening: Opening): void {
  // A notice that was opened beside it has ended the journey: nothing opens any more.
  if (draft.state.ending) return;
  const step = draft.definition.steps[id];
  if (!step) throw new Error(`${draft.definition.id}@${draft.definition.version} has no step "${id}".`);
  const latest = latestOccurrence(draft, id);
  const current = latest === undefined ? undefined : draft.state.steps[latest];
  if (latest && current && isActive(current)) {
    if (current.status === 'scheduled') openSooner(draft, step, latest, current, opening);
    return;
  }
  const ref = newOccurrence(draft, id);
  const state = newOccurrenceState(draft, step, opening);
  if (step.due.length > 1) state.dueCase = dueCaseOf(draft, step);
  if (step.kind === 'series') {
    const planned = nextPlanned(draft, step, opening, current);
    if (planned === undefined) {
      put(draft, ref, state);
      applyOutcome(draft, ref, 'finished', {});
      return;
    }
    state.planned = planned;
  }
  const timing = timingOf(draft, step, state);
  takeTiming(draft, step, ref, state, timing);
}

/** The occurrence is scheduled for its day, or opens at once. */
function takeTiming(
  draft: Draft,
  step: StepDefinition,
  ref: StepRef,
  state: Writable<StepState>,
  timing: Timing,
): void {
  if (timing.opensAt !== undefined) state.opensAt = timing.opensAt;
  state.dueAt = timing.dueAt;
  if (timing.provisional) state.provisional = true;
  put(draft, ref, state);
  if (timing.opensAt !== undefined && timing.opensAt > draft.at) {
    state.status = 'scheduled';
    state.wakeAt = wakeOf(draft, step, state);
  } else beginToWait(draft, step, ref, state);
}

/** A step that waits to open is opened again: now, or for whichever day comes first. */
function openSooner(
  draft: Draft,
  step: StepDefinition,
  ref: StepRef,
  current: StepState,
  opening: Opening,
): void {
  if (opening.in === undefined) {
    nowOpen(draft, step, ref);
    return;
  }
  const sooner = newOccurrenceState(draft, step, opening);
  if (current.dueCase !== undefined) sooner.dueCase = current.dueCase;
  if (current.planned !== undefined) return;
  const timing = timingOf(draft, step, sooner);
  if ((timing.opensAt ?? draft.at) >= (current.opensAt ?? current.dueAt)) return;
  sooner.cycle = current.cycle;
  takeTiming(draft, step, ref, sooner, timing);
}

/** A new occurrence, open at this instant; it belongs to this draft, and may be written to until it is done. */
function newOccurrenceState(draft: Draft, step: StepDefinition, opening: Opening): Writable<StepState> {
  const state: Writable<StepState> = {
    status: 'open',
    openedBy: draft.event.id,
    originAt: draft.at,
    dueAt: draft.at,
    cycle: 1,
    rung: 0,
    repeat: 0,
    owner: ownerOf(draft, step),
  };
  if (opening.cause !== undefined) state.cause = opening.cause;
  if (opening.in !== undefined) state.opensIn = opening.in;
  if (opening.from !== undefined) state.opensFrom = opening.from;
  return state;
}

/** A scheduled step opens: from now on somebody is waited for. */
export function nowOpen(draft: Draft, step: StepDefinition, ref: StepRef): void {
  const state: Writable<StepState> = { ...stepOf(draft, ref), status: 'open' };
  put(draft, ref, state);
  beginToWait(draft, step, ref, state);
}

/** Outside work is asked for, and whoever is to be greeted is told. */
function beginToWait(draft: Draft, step: StepDefinition, ref: StepRef, state: Writable<StepState>): void {
  state.openedAt = draft.at;
  if (step.kind === 'notice') {
    sendNotice(draft, step, ref, state);
    return;
  }
  draft.effects.push({ kind: 'StepOpened', step: ref, dueAt: state.dueAt });
  const { outside, service, template, tell } = step.settings;
  if (outside !== undefined) {
    state.work = asWorkId(`${draft.state.journey}/${ref}/${state.cycle}`);
    draft.effects.push({
      kind: 'OutsideWorkRequested',
      work: state.work,
      step: ref,
      provider: outside,
      request: { step: step.id, ...(service !== undefined && { service }), dueAt: state.dueAt },
    });
  }
  if (template !== undefined)
    queueNotice(draft, ref, state, recipientOf(tell ?? 'resident', state), template, {
      rung: 'opened',
      repeat: 0,
    });
  state.rung = firstRung(draft, step, state.dueAt);
  state.wakeAt = wakeOf(draft, step, state);
}

/** A notice waits for nobody: it is queued, and its consequence follows at once. */
function sendNotice(draft: Draft, step: StepDefinition, ref: StepRef, state: StepState): void {
  const to = recipientOf(step.settings.tell ?? 'resident', state);
  const urgent = step.settings.urgent === true;
  queueNotice(draft, ref, state, to, step.settings.template, { rung: 'opened', repeat: 0, urgent });
  applyOutcome(draft, ref, 'sent', {});
}

/** @returns whose move the step is: its role, and the contract doctor where that role is the doctor's */
export function ownerOf(draft: Draft, step: StepDefinition): StepOwner {
  const { doctor } = draft.state.assignment;
  if (step.owner === 'family-doctor' && doctor !== undefined) return { role: step.owner, staff: doctor };
  return { role: step.owner };
}

/**
 * @returns the index of the planned point that comes next, or undefined when the schedule is over.
 * Of several that have passed unseen only the latest is asked for: one overdue visit, not a heap of them.
 */
function nextPlanned(
  draft: Draft,
  step: StepDefinition,
  opening: Opening,
  earlier: StepState | undefined,
): number | undefined {
  const anchorAt = (step.anchor === undefined ? undefined : draft.state.anchors[step.anchor]) ?? draft.at;
  // A series that is entered again does not ask for a visit that was made before it was left.
  const coveredUntil = opening.coveredUntil ?? (earlier?.outcome === 'done' ? earlier.happenedAt : undefined);
  let next: number | undefined;
  for (let i = (opening.afterPlanned ?? -1) + 1; i < step.schedule.length; i++) {
    const point = plannedPoint(draft, step, anchorAt, i).at;
    if (coveredUntil !== undefined && point <= coveredUntil) continue;
    if (next !== undefined && point > draft.at) break;
    next = i;
    if (point > draft.at) break;
  }
  return next;
}

/** @returns the next opening of a series after one of its occurrences closed */
export function followingOccurrence(ref: StepRef, state: StepState): { id: string; opening: Opening } {
  return {
    id: stepIdOf(ref),
    opening: {
      cause: ref,
      afterPlanned: state.planned ?? -1,
      ...(state.outcome === 'done' && state.happenedAt !== undefined && { coveredUntil: state.happenedAt }),
    },
  };
}
