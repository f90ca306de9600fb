import type { Definition } from '../domain/definition/definition.ts';
import type { Effect } from '../domain/model/effect.ts';
import { stepIdOf, type StepRef } from '../domain/model/ids.ts';
import { roleDescriptions, type StaffRole } from '../domain/model/role.ts';
import type { Assignment, JourneyState, StepState } from '../domain/model/state.ts';
import { nextDeadline } from '../domain/transition/next-deadline.ts';
import { instantOrNull } from './sql.ts';

/** @returns the organisation in which a role of this journey works */
export const organisationOf = (role: StaffRole, assignment: Assignment): string =>
  assignment[roleDescriptions[role].level];

/** What the journey's row repeats of its state, so that a query need not open it. */
export interface Summary {
  readonly stage: string;
  readonly version: number;
  readonly nextDeadlineAt: number | null;
  readonly nextOwnerRole: StaffRole | null;
  readonly nextOwnerOrganisation: string | null;
  readonly nextOwnerStaff: string | null;
  readonly overdueSince: number | null;
  readonly pausedUntil: number | null;
  readonly endedAt: number | null;
  readonly ending: string | null;
}

export function summaryOf(state: JourneyState): Summary {
  const next = nextDeadline(state);
  let earliestDue: number | null = null;
  for (const ref in state.steps) {
    const step = state.steps[ref as StepRef];
    if (step?.status === 'open' && (earliestDue === null || step.dueAt < earliestDue))
      earliestDue = step.dueAt;
  }
  return {
    stage: state.stage,
    version: state.version,
    nextDeadlineAt: next?.at ?? null,
    nextOwnerRole: next?.owner.role ?? null,
    nextOwnerOrganisation: next ? organisationOf(next.owner.role, state.assignment) : null,
    nextOwnerStaff: next?.owner.staff ?? null,
    overdueSince: state.ending || state.pause ? null : earliestDue,
    pausedUntil: state.pause?.until ?? null,
    endedAt: state.ending?.at ?? null,
    ending: state.ending?.kind ?? null,
  };
}

type Row = Record<string, unknown>;

function openStepRow(
  definition: Definition,
  assignment: Assignment,
  ref: StepRef,
  step: StepState,
): Row | null {
  if (step.status !== 'open' && step.status !== 'scheduled') return null;
  const known = definition.steps[stepIdOf(ref)];
  return {
    step: ref,
    kind: known?.kind ?? 'task',
    stage: known?.stage ?? '',
    status: step.status,
    owner_role: step.owner.role,
    owner_organisation_id: organisationOf(step.owner.role, assignment),
    owner_staff_id: step.owner.staff ?? null,
    opened_at: instantOrNull(step.openedAt),
    due_at: instantOrNull(step.dueAt),
    wake_at: instantOrNull(step.wakeAt),
    cycle: step.cycle,
    rung: step.rung,
    acknowledged_until: instantOrNull(step.acknowledgedUntil),
    provisional: step.provisional === true,
    district_id: assignment.district,
    hospital_id: assignment.hospital,
    centre_id: assignment.centre,
  };
}

/** A referral goes to whoever owns its step: up to the hospital or the district, or back down to the centre. */
function referralRow(
  definition: Definition,
  assignment: Assignment,
  ref: StepRef,
  step: StepState,
): Row | null {
  const known = definition.steps[stepIdOf(ref)];
  if (known?.kind !== 'referral' || step.openedAt === undefined) return null;
  const { level } = roleDescriptions[step.owner.role];
  return {
    step: ref,
    from_organisation_id: level === 'centre' ? assignment.hospital : assignment.centre,
    to_organisation_id: assignment[level],
    status: step.status === 'open' ? 'sent' : (step.outcome ?? 'cancelled'),
    sent_at: instantOrNull(step.openedAt),
    due_at: instantOrNull(step.dueAt),
    answered_at: instantOrNull(step.closedAt),
    reason: step.reason ?? null,
  };
}

export interface DerivedChanges {
  readonly steps: readonly Row[];
  readonly goneSteps: readonly string[];
  readonly referrals: readonly Row[];
}

/** @returns the rows to write and to delete so that the derived tables say what `after` says */
export function derivedChanges(
  definition: Definition,
  before: JourneyState | null,
  after: JourneyState,
): DerivedChanges {
  const sameFrame = before?.version === after.version && sameAssignment(before.assignment, after.assignment);
  const steps: Row[] = [];
  const goneSteps: string[] = [];
  const referrals: Row[] = [];
  for (const ref in after.steps) {
    const was = before?.steps[ref as StepRef];
    const is = after.steps[ref as StepRef];
    if (!is || (sameFrame && was === is)) continue;
    const row = openStepRow(definition, after.assignment, ref as StepRef, is);
    if (row) steps.push(row);
    else if (was) goneSteps.push(ref);
    const referral = referralRow(definition, after.assignment, ref as StepRef, is);
    if (referral && (was !== is || is.status === 'open')) referrals.push(referral);
  }
  if (before) for (const ref in before.steps) if (!(ref in after.steps)) goneSteps.push(ref);
  return { steps, goneSteps, referrals };
}

const sameAssignment = (a: Assignment, b: Assignment): boolean =>
  a === b ||
  (a.district === b.district && a.hospital === b.hospital && a.centre === b.centre && a.doctor === b.doctor);

export interface EffectRows {
  readonly notices: readonly Row[];
  /** Steps whose waiting notices are withdrawn: all of them, or only those to the resident. */
  readonly supersededSteps: readonly string[];
  readonly supersededToResident: readonly string[];
  readonly work: readonly Row[];
}

/**
 * @param quiet history being adopted: what it would have told or asked is recorded, and nobody told
 * @returns the rows that effects call for; a notice superseded by the same event never becomes due
 */
export function effectRows(effects: readonly Effect[], at: number, quiet: boolean): EffectRows {
  const notices: Row[] = [];
  const supersededSteps: string[] = [];
  const supersededToResident: string[] = [];
  const work: Row[] = [];
  for (const effect of effects) {
    if (effect.kind === 'NoticeQueued') {
      const { recipient } = effect;
      notices.push({
        key: effect.key,
        step: effect.step,
        recipient_kind: recipient.kind,
        recipient_role: recipient.kind === 'staff' ? recipient.role : null,
        recipient_id: recipient.kind === 'staff' ? (recipient.staff ?? null) : null,
        template: effect.template,
        parameters: effect.parameters,
        urgent: effect.urgent ?? false,
        purpose:
          (effect as { purpose?: string }).purpose ?? (recipient.kind === 'resident' ? 'reminder' : 'work'),
        expires_at: instantOrNull(effect.expiresAt),
        asks: effect.link?.asks ?? null,
        status: quiet ? 'superseded' : 'queued',
        due_at: instantOrNull(at),
      });
    } else if (effect.kind === 'NoticeSuperseded') {
      const { step, to } = effect;
      (to === 'resident' ? supersededToResident : supersededSteps).push(step);
      for (const notice of notices)
        if (notice['step'] === step && (to === undefined || notice['recipient_kind'] === to))
          notice['status'] = 'superseded';
    } else if (effect.kind === 'OutsideWorkRequested') {
      const { work: id, step, provider, request } = effect;
      work.push({ id, step, provider, request, status: quiet ? 'held' : 'requested' });
    }
  }
  return { notices, supersededSteps, supersededToResident, work };
}
