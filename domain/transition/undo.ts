import type { JourneyEvent, Undo } from '../model/event.ts';
import type { FactRecord } from '../model/fact.ts';
import type { StepRef } from '../model/ids.ts';
import type { JourneyState } from '../model/state.ts';

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
  for (const [name, instant] of Object.entries(after.anchors))
    if (before.anchors[name] !== instant) anchors[name] = before.anchors[name] ?? null;
  const step = 'step' in event ? event.step : undefined;
  const appointment = step === undefined ? undefined : changedAppointment(before, after, step);
  return {
    event: event.id,
    kind: event.kind,
    ...(step !== undefined && { step }),
    stage: before.stage,
    facts,
    anchors,
    ...(appointment !== undefined && { appointmentAt: appointment }),
  };
}

function changedAppointment(
  before: JourneyState,
  after: JourneyState,
  step: StepRef,
): number | null | undefined {
  const was = before.steps[step]?.appointmentAt;
  return after.steps[step]?.appointmentAt === was ? undefined : (was ?? null);
}
