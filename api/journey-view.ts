import type { z } from '@hono/zod-openapi';
import { stepIdOf, type StepRef } from '../domain/model/ids.ts';
import type { Definition, StepDefinition } from '../domain/definition/definition.ts';
import { roleDescriptions } from '../domain/model/role.ts';
import { channels } from '../domain/model/message.ts';
import type { StepState } from '../domain/model/state.ts';
import { mayAct, rolesForStep } from '../domain/rights/may-act.ts';
import { acceptedOutcomes } from '../domain/transition/record-outcome.ts';
import { absentOwner } from '../store/absences/absent-owner.ts';
import type { StaffCover } from '../store/absences/staff-cover.ts';
import type { Caller } from '../store/caller.ts';
import type { JourneyView } from '../store/journey-by-id.ts';
import { iso, isoOrNull } from './schemas/common.ts';
import type { journeySchema, stepSchema } from './schemas/journey.ts';

/** Names of the organisations and the people that a journey's steps mention. */
export interface Names {
  organisation(id: string): string | null;
  staff(id: string): string | null;
}

interface Seen {
  readonly view: JourneyView;
  readonly definition: Definition;
  readonly caller: Caller;
  readonly now: number;
  readonly names: Names;
  /** Who is away today. */
  readonly cover: StaffCover;
}

function neededFact(definition: Definition, fact: string) {
  const declared = definition.source.facts[fact];
  return {
    fact,
    title: declared?.title ?? { zh: fact, en: fact },
    type: declared?.type ?? 'string',
    ...(declared?.unit !== undefined && { unit: declared.unit }),
    ...(declared?.of !== undefined && { of: declared.of }),
    ...(declared?.min !== undefined && { min: declared.min }),
    ...(declared?.max !== undefined && { max: declared.max }),
  };
}

function acknowledgementOf(
  { acknowledgedUntil: until, acknowledgedBy: by, acknowledgedReason: reason }: StepState,
  names: Names,
): z.infer<typeof stepSchema>['acknowledgement'] {
  if (until === undefined) return null;
  const byName = by === undefined ? null : names.staff(by);
  return { until: iso(until), by: by ?? null, byName, reason: reason ?? null };
}

function stepView(
  { view, definition, caller, now, names, cover }: Seen,
  ref: StepRef,
  state: StepState,
  step: StepDefinition,
): z.infer<typeof stepSchema> {
  const { role, staff } = state.owner;
  const { level, title } = roleDescriptions[role];
  const organisation = view.state.assignment[level];
  const absent = absentOwner(cover, staff);
  return {
    step: ref,
    title: step.source.title,
    kind: step.kind,
    status: state.status,
    openedAt: isoOrNull(state.openedAt),
    dueAt: iso(state.dueAt),
    provisional: state.provisional === true,
    overdue: state.status === 'open' && state.dueAt < now && !view.state.pause,
    appointmentAt: isoOrNull(state.appointmentAt),
    acknowledgedUntil: isoOrNull(state.acknowledgedUntil),
    acknowledgement: acknowledgementOf(state, names),
    rung: state.rung,
    owner: {
      role,
      title,
      organisation,
      organisationName: names.organisation(organisation),
      staff: staff ?? null,
      staffName: staff === undefined ? null : names.staff(staff),
      absent: absent && { until: absent.until, standIns: [...absent.standIns] },
    },
    outcomes: acceptedOutcomes(step, state).map((outcome) => {
      const answered = step.outcomes[outcome];
      return {
        outcome,
        title: answered?.rule.title ?? { zh: outcome, en: outcome },
        needsReason: answered?.rule.needsReason ?? false,
        needsAppointment: answered?.rule.needsAppointment ?? false,
        facts: (answered?.requires ?? []).map((fact) => neededFact(definition, fact)),
      };
    }),
    mayBeDoneBy: rolesForStep(step.owner).map((may) => ({ role: may, title: roleDescriptions[may].title })),
    youMay: mayAct(caller.role, { kind: 'step', owner: step.owner }),
    outsideTrouble: state.workFailure ?? null,
    residentAnswer: state.residentAnswer
      ? {
          answer: state.residentAnswer.answer,
          at: iso(state.residentAnswer.at),
          note: state.residentAnswer.note ?? null,
        }
      : null,
    contactFailures: channels.flatMap((channel) => {
      const failure = state.contactFailures?.[channel];
      return failure ? [{ channel, at: iso(failure.at), reason: failure.reason }] : [];
    }),
    doubts: (state.doubts ?? []).map(({ at, about, ...doubt }) => ({
      ...doubt,
      at: iso(at),
      about: [...about],
    })),
  };
}

/** @returns a journey as the API shows it: where it stands, what may be done now, by whom */
export function journeyView(seen: Seen): z.infer<typeof journeySchema> {
  const { view, definition } = seen;
  const { state } = view;
  const known = (Object.entries(state.steps) as [StepRef, StepState][]).flatMap(([ref, step]) => {
    const found = definition.steps[stepIdOf(ref)];
    return found ? [{ status: step.status, shown: () => stepView(seen, ref, step, found) }] : [];
  });
  const byDue = (a: { dueAt: string }, b: { dueAt: string }): number => a.dueAt.localeCompare(b.dueAt);
  return {
    id: view.id,
    resident: { ...view.resident },
    pathway: view.pathway,
    version: view.version,
    title: view.title,
    stage: state.stage,
    stageTitle: view.stageTitle,
    seq: state.seq,
    enrolledAt: iso(view.enrolledAt),
    lastEventAt: iso(state.at),
    nextDeadlineAt: isoOrNull(view.nextDeadlineAt),
    nextStep: view.nextStep,
    organisations: {
      district: state.assignment.district,
      hospital: state.assignment.hospital,
      centre: state.assignment.centre,
      doctor: state.assignment.doctor ?? null,
    },
    facts: Object.fromEntries(
      Object.entries(state.facts).map(([name, { value, happenedAt, learnedAt, event }]) => [
        name,
        { value, happenedAt: iso(happenedAt), learnedAt: iso(learnedAt), event },
      ]),
    ),
    anchors: Object.fromEntries(Object.entries(state.anchors).map(([name, at]) => [name, iso(at)])),
    pause: state.pause
      ? {
          reason: state.pause.reason,
          from: iso(state.pause.from),
          until: iso(state.pause.until),
          note: state.pause.note ?? null,
        }
      : null,
    ending: state.ending
      ? {
          kind: state.ending.kind,
          happenedAt: iso(state.ending.happenedAt),
          reason: state.ending.reason ?? null,
        }
      : null,
    openSteps: known
      .filter(({ status }) => status === 'open' || status === 'scheduled')
      .map(({ shown }) => shown())
      .toSorted(byDue),
    missedSteps: state.ending
      ? []
      : known
          .filter(({ status }) => status === 'missed')
          .map(({ shown }) => shown())
          .toSorted(byDue),
  };
}
