import { compileCalendar, type WorkingCalendar } from '../calendar/working-calendar.ts';
import type { Definition } from '../definition/definition.ts';
import { assertNever } from '../model/assert-never.ts';
import type { Effect } from '../model/effect.ts';
import type { Enrolled, JourneyEvent } from '../model/event.ts';
import type { JourneyId } from '../model/ids.ts';
import { isRefusal, refuse, type Refusal } from '../model/refusal.ts';
import { stateSchemaVersion, type JourneyState } from '../model/state.ts';
import { acknowledge } from './acknowledge.ts';
import { assign, extend, transfer } from './assign.ts';
import { enterStage } from './consequence.ts';
import { contactFailed } from './contact-failed.ts';
import { correctFacts, recordAnchors, retract } from './correct.ts';
import { activeSteps, definitionOf, draftOf, type Draft } from './draft.ts';
import { end, reopenJourney } from './ending.ts';
import { messageInDoubt } from './message-in-doubt.ts';
import { migrate } from './migrate.ts';
import { finishOutsideWork } from './outside-work.ts';
import { pause, resume } from './pause.ts';
import { reachDeadline } from './reach-deadline.ts';
import { recordFacts } from './record-facts.ts';
import { recordOutcome } from './record-outcome.ts';
import { recomputeAll } from './recompute.ts';
import { answerOfResident } from './resident-answer.ts';

/** What an accepted event did. */
export interface Transition {
  readonly state: JourneyState;
  readonly effects: readonly Effect[];
}

/** What an ended journey still accepts. */
const acceptedAfterEnding: readonly JourneyEvent['kind'][] = [
  'OutsideWorkFinished',
  'EnteredInError',
  'Reopened',
  'DeadlineReached',
];

/**
 * The one function that decides what an event does to a journey: pure, for the live system, the rehearsal,
 * the simulation and the tests alike.
 *
 * @param state null before `Enrolled`, which needs the journey's id
 * @param at when the event is taken, UTC epoch milliseconds, never before `state.at`
 * @returns the new state and the effects for the shell to perform; or a refusal, which changes nothing
 */
export function transition(
  definition: Definition,
  state: JourneyState | null,
  event: JourneyEvent,
  at: number,
  calendar: WorkingCalendar,
  journey?: JourneyId,
): Transition | Refusal {
  const days = compileCalendar(calendar);
  if (event.kind === 'Enrolled') {
    if (state) return refuse('AlreadyEnrolled', '旅程已经开始。', 'The journey has begun already.');
    if (journey === undefined) throw new Error('Enrolled needs the id of the journey.');
    const draft = draftOf(definition, unenrolled(definition, event, journey, at), event, at, days);
    return finish(draft, enrol(draft, event));
  }
  if (!state)
    return refuse(
      'NotEnrolled',
      '旅程尚未开始。',
      'The journey has not begun; the first event must be Enrolled.',
    );
  const wanted = event.kind === 'Migrated' ? event.toVersion : state.version;
  if (state.definition !== definition.id || wanted !== definition.version)
    return refuse(
      'DefinitionMismatch',
      `旅程使用 ${state.definition} 第 ${wanted} 版，给出的是 ${definition.id} 第 ${definition.version} 版。`,
      `The journey is on ${state.definition}@${wanted}; it was given ${definition.id}@${definition.version}.`,
    );
  if (state.ending && !acceptedAfterEnding.includes(event.kind))
    return refuse(
      'JourneyEnded',
      '旅程已结束；如需继续，请先重新打开。',
      'The journey has ended; reopen it first.',
      { accepted: ['Reopened', 'EnteredInError'] },
    );
  const draft = draftOf(definition, state, event, Math.max(state.at, at), days);
  return finish(draft, apply(draft, event));
}

function apply(draft: Draft, event: Exclude<JourneyEvent, Enrolled>): Refusal | undefined {
  switch (event.kind) {
    case 'OutcomeRecorded':
      return recordOutcome(draft, event);
    case 'FactsCorrected':
      return correctFacts(draft, event);
    case 'EnteredInError':
      return retract(draft, event);
    case 'Assigned':
      return assign(draft, event);
    case 'Acknowledged':
      return acknowledge(draft, event);
    case 'Extended':
      return extend(draft, event);
    case 'Paused':
      return pause(draft, event);
    case 'Resumed':
      if (!draft.state.pause) return refuse('NotPaused', '旅程没有暂停。', 'The journey is not paused.');
      return void resume(draft);
    case 'DeadlineReached':
      return reachDeadline(draft);
    case 'DeadlinesRecomputed':
      return void recomputeAll(draft, false);
    case 'OutsideWorkFinished':
      return finishOutsideWork(draft, event);
    case 'Migrated':
      return migrate(draft);
    case 'Transferred':
      return transfer(draft, event);
    case 'Ended':
      return end(draft, event);
    case 'Reopened':
      return reopenJourney(draft, event);
    case 'ResidentAnswered':
      return answerOfResident(draft, event);
    case 'ContactFailed':
      return contactFailed(draft, event);
    case 'MessageInDoubt':
      return messageInDoubt(draft, event);
    default:
      return assertNever(event);
  }
}

function unenrolled(definition: Definition, event: Enrolled, journey: JourneyId, at: number): JourneyState {
  return {
    schema: stateSchemaVersion,
    journey,
    definition: definition.id,
    version: definition.version,
    seq: 0,
    at,
    resident: event.resident,
    assignment: event.assignment,
    stage: definition.firstStage,
    facts: {},
    anchors: {},
    steps: {},
    occurrences: {},
  };
}

function enrol(draft: Draft, event: Enrolled): Refusal | undefined {
  const stage = event.stage ?? draft.definition.firstStage;
  if (!Object.hasOwn(draft.definition.entries, stage))
    return refuse('StageUnknown', `该路径没有阶段“${stage}”。`, `This pathway has no stage "${stage}".`, {
      accepted: Object.keys(draft.definition.entries),
      field: 'stage',
    });
  const refusal = recordAnchors(draft, event.anchors) ?? recordFacts(draft, event.facts, draft.at);
  if (refusal) return refusal;
  enterStage(draft, stage);
  const uncounted = activeSteps(draft)
    .map(([ref]) => definitionOf(draft, ref).anchor)
    .find((anchor) => anchor !== undefined && draft.state.anchors[anchor] === undefined);
  if (uncounted !== undefined)
    return refuse(
      'AnchorMissing',
      `直接进入阶段“${stage}”需要给出“${definitionTitle(draft, uncounted)}”（${uncounted}）的时间，期限由它算起。`,
      `Starting in the stage "${stage}" needs the instant of "${uncounted}", from which deadlines there are counted.`,
      { accepted: [uncounted], field: `anchors.${uncounted}` },
    );
  return undefined;
}

const definitionTitle = (draft: Draft, anchor: string): string =>
  draft.definition.source.anchors[anchor]?.title.zh ?? anchor;

/**
 * The last guard of the promise: whatever an event did (a retraction of a retraction, a careless definition that
 * slipped by), a journey that has not ended has something open on its clinical road: an address to correct is not one.
 * The checker makes it idle.
 */
function finish(draft: Draft, refusal: Refusal | undefined): Transition | Refusal {
  if (refusal && isRefusal(refusal)) return refusal;
  if (!draft.state.ending && draft.active.every((ref) => draft.names.isBesideTheRoad(ref)))
    enterStage(draft, draft.state.stage);
  return { state: draft.state, effects: draft.effects };
}
