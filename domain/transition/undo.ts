import type { JourneyEvent, Undo } from '../model/event.ts';
import type { FactRecord } from '../model/fact.ts';
import type { StepRef } from '../model/ids.ts';
import type { JourneyState, StepState } from '../model/state.ts';
import { isActive } from './draft.ts';

/**
 * @param before the state that the erroneous event met @param after the state that it left, both rebuilt from the log
 * @returns what it had changed, for `EnteredInError` to put back
 */
export function undoOf(before: JourneyState, after: JourneyState, event: JourneyEvent): Undo {
  const facts: Record<string, FactRecord | null> = {};
  for (const [name, record] of Object.entries(after.facts))
    if (record.event === event.id) facts[name] = before.facts[name] ?? null;
  for (const [name, record] of Object.entries(before.facts)) if (!after.facts[name]) facts[name] = record;
  const anchors: Record<string, number | null> = {};
  const anchorsSet: Record<string, number> = {};
  for (const [name, instant] of Object.entries(after.anchors)) {
    if (before.anchors[name] === instant) continue;
    anchors[name] = before.anchors[name] ?? null;
    anchorsSet[name] = instant;
  }
  const undo = { event: event.id, kind: event.kind, stage: before.stage, facts, anchors, anchorsSet };
  if (!('step' in event)) return undo;
  const { step } = event;
  const was = before.steps[step];
  const is = after.steps[step];
  return {
    ...undo,
    step,
    ...(was && is && isActive(was) && isActive(is) && { interim: true as const }),
    ...(was?.status === 'missed' && { late: changedBy(before, after) }),
    ...(is?.appointmentAt !== undefined &&
      is.appointmentAt !== was?.appointmentAt && {
        appointmentAt: was?.appointmentAt ?? null,
        appointmentSet: is.appointmentAt,
      }),
  };
}

/** @returns as they were, the steps that are open now and were not, or the other way round */
function changedBy(before: JourneyState, after: JourneyState): Record<StepRef, StepState> {
  const changed: Record<StepRef, StepState> = {};
  for (const key in before.steps) {
    const ref = key as StepRef;
    const was = before.steps[ref];
    const is = after.steps[ref];
    if (was && (was.status !== is?.status || was.closedBy !== is.closedBy)) changed[ref] = was;
  }
  return changed;
}
