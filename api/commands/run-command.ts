import type { EventId, JourneyId } from '../../domain/model/ids.ts';
import { asStepRef, stepIdOf } from '../../domain/model/ids.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import type { Assignment, JourneyState } from '../../domain/model/state.ts';
import { mayAct, rolesForStep, rolesThatMay } from '../../domain/rights/may-act.ts';
import { actorOf } from '../../store/actor-of.ts';
import { advance } from '../../store/advance.ts';
import type { AdvanceAnswer } from '../../store/advance-once.ts';
import type { Caller } from '../../store/caller.ts';
import type { StoreDeps } from '../../store/deps.ts';
import { eventIdOf, type EventInput } from '../../store/event-input.ts';
import { journeyById } from '../../store/journey-by-id.ts';
import { allOrganisations } from '../../store/organisations.ts';
import { callerOf } from '../../store/staff.ts';
import { forbidden, notFound, refused, unprocessable } from '../problem/known-problems.ts';
import type { Command } from '../schemas/command.ts';
import { actionOf } from './action-of.ts';
import { eventOf } from './to-event.ts';

interface Ask {
  readonly store: StoreDeps;
  readonly caller: Caller;
  readonly journey: JourneyId;
  readonly command: Command;
  readonly idempotencyKey: string;
}

/**
 * Does what a person asks of a journey, if the person may.
 * @returns what `advance` answered, committed or known
 * @throws Problem 403, 404, 409 or 422; what the store throws
 */
export async function runCommand(ask: Ask): Promise<AdvanceAnswer & { readonly event: EventId }> {
  const { store, caller, journey, command } = ask;
  const view = await journeyById(store, caller, journey);
  if (!view) throw notFound({ zh: '旅程', en: 'journey' });
  const definition = await store.definitions.get(view.pathway, view.version);
  const action = actionOf(command, caller, definition);
  if (action && !mayAct(caller.role, action)) throw forbidden(rolesThatMay(action));
  const event = eventIdOf(`staff/${caller.staff}`, ask.idempotencyKey);
  const input = await inputOf(ask, event, view.state, definition);
  const answer = await advance(store, journey, input, { caller });
  if (answer.refusal) throw refused(answer.refusal);
  return { ...answer, event };
}

async function inputOf(
  { store, caller, command }: Ask,
  id: EventId,
  state: JourneyState,
  definition: Definition,
): Promise<EventInput> {
  const by = actorOf(caller);
  if (command.kind === 'assign') {
    const step = asStepRef(command.step);
    const staff = await assignee(
      store,
      command.staff,
      state.assignment,
      definition.steps[stepIdOf(step)]?.owner,
    );
    return { kind: 'Assigned', id, by, step, staff };
  }
  if (command.kind === 'transfer') {
    const assignment = await newAssignment(store, command, state.assignment);
    const { reason } = command;
    return { kind: 'Transferred', id, by, assignment, ...(reason !== undefined && { reason }) };
  }
  return eventOf(command, id, by);
}

/** A step goes to somebody who may act on it and who sees the journey: else nobody would. */
async function assignee(
  store: StoreDeps,
  who: string,
  assignment: Assignment,
  owner: Parameters<typeof rolesForStep>[0] | undefined,
): Promise<string> {
  const person = await callerOf(store, who);
  if (!person || person.organisation !== assignment[person.level])
    throw unprocessable('staff', {
      zh: `“${who}”不是该旅程所属机构的在职人员。`,
      en: `"${who}" is not on the staff of the journey's organisations.`,
    });
  const roles = owner ? rolesForStep(owner) : [];
  if (owner && !roles.some((role) => role === person.role))
    throw unprocessable(
      'staff',
      {
        zh: `“${who}”的角色是 ${person.role}，不能负责此步骤。`,
        en: `"${who}" has the role ${person.role}, which may not act on this step.`,
      },
      roles,
    );
  return person.staff;
}

async function newAssignment(
  store: StoreDeps,
  { hospital, doctor }: Extract<Command, { kind: 'transfer' }>,
  now: Assignment,
): Promise<Assignment> {
  if (hospital === undefined && doctor === undefined)
    throw unprocessable('hospital', {
      zh: '请给出新的医院或医生；换社区中心请用居民事件 transferred。',
      en: 'Name another hospital or doctor; for another centre, send the event "transferred" of the resident.',
    });
  const next: { -readonly [K in keyof Assignment]: Assignment[K] } = { ...now };
  if (hospital !== undefined) {
    const hospitals = (await allOrganisations(store)).filter(
      ({ level, parent }) => level === 'hospital' && parent === now.district,
    );
    const found = hospitals.find(({ id, code }) => id === hospital.toLowerCase() || code === hospital);
    if (!found)
      throw unprocessable(
        'hospital',
        { zh: `本区没有医院“${hospital}”。`, en: `The district has no hospital "${hospital}".` },
        hospitals.map(({ code }) => code),
      );
    next.hospital = found.id;
  }
  if (doctor === null) delete next.doctor;
  else if (doctor !== undefined) next.doctor = await doctorOf(store, doctor, now.centre);
  return next;
}

/** @returns the id of a doctor of that centre @throws Problem 422 */
export async function doctorOf(store: StoreDeps, who: string, centre: string): Promise<string> {
  const person = await callerOf(store, who);
  if (person?.role !== 'family-doctor' || person.organisation !== centre)
    throw unprocessable('doctor', {
      zh: `“${who}”不是该社区中心的在职家庭医生。`,
      en: `"${who}" is not a family doctor of that centre.`,
    });
  return person.staff;
}
