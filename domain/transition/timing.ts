import { addDuration, morningOf, type Landed } from '../calendar/add-duration.ts';
import { shiftWorkingDays } from '../calendar/working-calendar.ts';
import type { StepDefinition } from '../definition/definition.ts';
import { parseDuration, type Duration } from '../model/duration.ts';
import type { StepState } from '../model/state.ts';
import { knownOf, type Draft } from './draft.ts';

/** When a step opens and is due, computed from its anchor or its origin, so that it can be computed again. */
export interface Timing {
  readonly opensAt: number | undefined;
  readonly dueAt: number;
  /** Either of them counts working days, or looks for one, in a year whose working days are not yet official. */
  readonly provisional: boolean;
}

/** A notice is due when it leaves. */
const noTime: Duration = { amount: 0, unit: 'min' };

const isExact = (duration: Duration): boolean => duration.unit === 'min' || duration.unit === 'h';

/** @returns the case of a conditional deadline that the facts meet now; the last when none is */
export function dueCaseOf(draft: Draft, step: StepDefinition): number {
  const { read, answers } = knownOf(draft);
  const found = step.due.findIndex((item) => item.when?.holds(read, answers) ?? true);
  return found === -1 ? step.due.length - 1 : found;
}

/** @returns the planned point of a series, from its anchor, moved to a working day */
export function plannedPoint(draft: Draft, step: StepDefinition, anchorAt: number, index: number): Landed {
  const point = step.schedule[index];
  if (!point) throw new Error(`step "${step.id}" has no planned point ${index}.`);
  return addDuration(draft.calendar, anchorAt, point, draft.spread, true);
}

/** What the timing of a step depends on, besides the draft. */
export type TimingInput = Pick<
  StepState,
  'originAt' | 'opensIn' | 'opensFrom' | 'dueCase' | 'planned' | 'pausedMs' | 'appointmentAt' | 'extension'
>;

/** The one place where a deadline is computed: on opening, and whenever it is computed again. */
export function timingOf(draft: Draft, step: StepDefinition, input: TimingInput): Timing {
  const { calendar, spread, state } = draft;
  let opens: Landed | undefined;
  if (input.opensIn !== undefined) {
    const from =
      (input.opensFrom === undefined ? undefined : state.anchors[input.opensFrom]) ?? input.originAt;
    opens = addDuration(calendar, from, parseDuration(input.opensIn), spread, true);
  }
  const base =
    (step.anchor === undefined ? undefined : state.anchors[step.anchor]) ?? opens?.at ?? input.originAt;
  let due: Landed;
  let exact = false;
  if (input.planned === undefined) {
    const length = step.due[input.dueCase ?? 0]?.in ?? noTime;
    due = addDuration(calendar, base, length, spread, true);
    exact = isExact(length);
  } else {
    const planned = plannedPoint(draft, step, base, input.planned);
    const grace = step.due[0]?.in;
    due = grace ? after(planned, addDuration(calendar, planned.at, grace, spread, true)) : planned;
    opens = step.lead ? after(planned, leadBefore(draft, step.lead, planned.at)) : planned;
  }
  if (input.pausedMs) {
    const moved = due.at + input.pausedMs;
    due = after(due, exact ? { at: moved, provisional: false } : landOn(draft, moved));
  }
  if (step.lead && input.planned === undefined && input.opensIn === undefined)
    opens = after(due, leadBefore(draft, step.lead, due.at));
  let dueAt = due.at;
  if (input.appointmentAt !== undefined) dueAt = input.appointmentAt;
  // More time never means that somebody is expected before the appointment.
  if (input.extension) dueAt = Math.max(input.extension.until, input.appointmentAt ?? input.extension.until);
  // A due date that somebody has given depends on no calendar.
  const given = input.appointmentAt !== undefined || input.extension !== undefined;
  const provisional = !given && (due.provisional || opens?.provisional === true);
  return { opensAt: opens?.at, dueAt, provisional };
}

/** @returns the later of two instants that follow from each other, unsure when either is */
const after = (from: Landed, to: Landed): Landed => ({
  at: to.at,
  provisional: from.provisional || to.provisional,
});

const leadBefore = (draft: Draft, lead: Duration, dueAt: number): Landed =>
  addDuration(draft.calendar, dueAt, { amount: -lead.amount, unit: lead.unit }, draft.spread, false);

function landOn(draft: Draft, at: number): Landed {
  const { day, provisional } = shiftWorkingDays(draft.calendar, draft.calendar.clock.dayOf(at), 0);
  return { at: morningOf(draft.calendar, day, draft.spread), provisional };
}
