import { isBesideTheRoad } from '../definition/built-in-steps.ts';
import type { EnteredInError, FactsCorrected, Undo } from '../model/event.ts';
import { stepIdOf, type StepRef } from '../model/ids.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { StepState } from '../model/state.ts';
import { cancelStep } from './consequence.ts';
import { lineageOf } from './lineage.ts';
import { isActive, put, stepOf, type Draft } from './draft.ts';
import { resume } from './pause.ts';
import { recordFacts } from './record-facts.ts';
import { newCycle, recomputeAll } from './recompute.ts';

/** Corrects facts and anchors; deadlines are decided and computed anew, branches already taken are not. */
export function correctFacts(draft: Draft, event: FactsCorrected): Refusal | undefined {
  if (!event.reason.trim())
    return refuse('ReasonRequired', '更正需要写明原因。', 'A correction needs a reason.', {
      field: 'reason',
    });
  const refusal =
    recordAnchors(draft, event.anchors) ?? recordFacts(draft, event.facts, event.happenedAt ?? draft.at);
  if (refusal) return refusal;
  recomputeAll(draft, true);
  return undefined;
}

/** Records anchors that a person gives, instead of the outcome that marks them. */
export function recordAnchors(draft: Draft, anchors: FactsCorrected['anchors']): Refusal | undefined {
  if (anchors === undefined) return undefined;
  const declared = draft.definition.source.anchors;
  for (const [name, instant] of Object.entries(anchors)) {
    if (!Object.hasOwn(declared, name))
      return refuse(
        'AnchorUnknown',
        `该路径没有时间锚点“${name}”。`,
        `This pathway has no anchor "${name}".`,
        {
          accepted: Object.keys(declared),
          field: `anchors.${name}`,
        },
      );
    if (instant > draft.at)
      return refuse('InTheFuture', '锚点不能在将来。', 'An anchor cannot lie in the future.', {
        field: `anchors.${name}`,
      });
  }
  draft.state.anchors = { ...draft.state.anchors, ...anchors };
  return undefined;
}

/** Takes back an earlier event: what it opened is closed, what it closed opens again, and both stay on record. */
export function retract(draft: Draft, event: EnteredInError): Refusal | undefined {
  if (!event.reason.trim())
    return refuse('ReasonRequired', '撤销需要写明原因。', 'A retraction needs a reason.', {
      field: 'reason',
    });
  const { undo } = event;
  switch (undo.kind) {
    case 'OutcomeRecorded':
    case 'OutsideWorkFinished':
      return retractOutcome(draft, event);
    case 'FactsCorrected':
      if (!restoreValues(draft, event)) return alreadyChanged(event);
      recomputeAll(draft, true);
      return undefined;
    case 'Ended':
      if (draft.state.ending?.event !== undo.event) return alreadyChanged(event);
      delete draft.state.ending;
      draft.state.stage = undo.stage;
      reopenCancelled(draft, undo.event);
      return undefined;
    case 'Paused':
      if (draft.state.pause?.event !== undo.event) return alreadyChanged(event);
      resume(draft);
      return undefined;
    default:
      return refuse(
        'EventNotRetractable',
        `“${undo.kind}”类事件不能撤销；请用一个新的事件改正。`,
        `An event of kind "${undo.kind}" cannot be retracted; put it right by a new event.`,
        {
          accepted: ['OutcomeRecorded', 'FactsCorrected', 'Ended', 'Paused', 'OutsideWorkFinished'],
          field: 'of',
        },
      );
  }
}

const alreadyChanged = (event: EnteredInError): Refusal =>
  refuse(
    'EventNotRetractable',
    '该事件已被撤销，或其后又有变更；请先撤销较晚的记录。',
    'That event is retracted already, or something later has replaced it; retract the later one first.',
    { field: `of: ${event.of}` },
  );

function retractOutcome(draft: Draft, event: EnteredInError): Refusal | undefined {
  const { undo } = event;
  const ref = undo.step;
  const state = ref === undefined ? undefined : draft.state.steps[ref];
  if (ref === undefined || !state) return alreadyChanged(event);
  if (undo.interim) return retractInterim(draft, event, ref, state);
  if (!draft.names.stepOf(ref)) return leftBehind(draft, ref);
  if (state.closedBy !== undo.event) return alreadyChanged(event);
  if (undo.late) return retractLate(draft, event, ref, undo.late);
  // It is open once at most, and the road has nothing to do with it.
  if (isBesideTheRoad(ref) && draft.active.some((other) => stepIdOf(other) === stepIdOf(ref)))
    return alreadyChanged(event);
  const { active, notices, done } = lineageOf(draft, ref);
  const overBefore = draft.state.ending !== undefined && draft.state.ending.event !== undo.event;
  if (done.length > 0 && !overBefore) return goneOn(done);
  restoreValues(draft, event);
  for (const notice of notices) draft.effects.push({ kind: 'NoticeSuperseded', step: notice });
  if (overBefore) {
    // The journey is over for another reason: the record is put right, and nothing opens.
    put(draft, ref, {
      ...withoutOutcome(state),
      status: 'cancelled',
      reason: 'entered-in-error',
      closedAt: draft.at,
      closedBy: event.id,
    });
    return undefined;
  }
  delete draft.state.ending;
  for (const later of active) cancelStep(draft, later, 'entered-in-error');
  if (!isBesideTheRoad(ref)) draft.state.stage = undo.stage;
  reopenCancelled(draft, undo.event);
  reopen(draft, ref);
  recomputeAll(draft, true);
  return undefined;
}

/** The step had been missed before: it is missed again, and with it stands again what the miss had brought about. */
function retractLate(
  draft: Draft,
  event: EnteredInError,
  ref: StepRef,
  late: NonNullable<Undo['late']>,
): Refusal | undefined {
  const { undo } = event;
  const missed = late[ref];
  if (!missed) return alreadyChanged(event);
  const others = Object.keys(late).filter((other) => other !== ref) as StepRef[];
  const { active, notices, done } = lineageOf(draft, ref);
  const endedIt = draft.state.ending?.event === undo.event;
  const opened = active.filter((later) => stepOf(draft, later).openedBy === undo.event);
  // Somebody had gone on from the miss before it came: then it changed the record, and not the road.
  const onRecordOnly =
    others.length === 0 && opened.length === 0 && !endedIt && draft.state.stage === undo.stage;
  const overBefore = draft.state.ending !== undefined && !endedIt;
  const since = others.filter((other) => {
    const { status, closedBy } = stepOf(draft, other);
    return (status === 'done' || status === 'missed') && closedBy !== undo.event;
  });
  if (!onRecordOnly && !overBefore && done.length + since.length > 0) return goneOn([...done, ...since]);
  restoreValues(draft, event);
  if (!onRecordOnly)
    for (const notice of notices) draft.effects.push({ kind: 'NoticeSuperseded', step: notice });
  if (!onRecordOnly && !overBefore) {
    delete draft.state.ending;
    for (const later of active) cancelStep(draft, later, 'entered-in-error');
    draft.state.stage = undo.stage;
    for (const other of others) putBack(draft, other, late[other] as StepState);
  }
  put(draft, ref, missed);
  if (draft.state.ending === undefined) recomputeAll(draft, true);
  return undefined;
}

/** What was open is open again, where the version in force still has it; what was over is over as it was. */
function putBack(draft: Draft, ref: StepRef, was: StepState): void {
  if (isActive(was)) {
    if (draft.names.stepOf(ref)) reopen(draft, ref);
    return;
  }
  if (isActive(stepOf(draft, ref))) cancelStep(draft, ref, 'entered-in-error');
  put(draft, ref, was);
}

/** A booking, or the start of a treatment: the step stays open, and is again as it was. */
function retractInterim(
  draft: Draft,
  event: EnteredInError,
  ref: StepRef,
  state: StepState,
): Refusal | undefined {
  const { undo } = event;
  if (!isActive(state) || state.appointmentAt !== (undo.appointmentSet ?? state.appointmentAt))
    return alreadyChanged(event);
  restoreValues(draft, event);
  for (const key in draft.state.steps) {
    const opened = key as StepRef;
    const step = stepOf(draft, opened);
    if (step.openedBy === undo.event && isActive(step)) cancelStep(draft, opened, 'entered-in-error');
  }
  if (undo.appointmentSet !== undefined) {
    const { appointmentAt: _wrong, ...rest } = state;
    put(draft, ref, {
      ...rest,
      ...(typeof undo.appointmentAt === 'number' && { appointmentAt: undo.appointmentAt }),
    });
  }
  draft.effects.push({ kind: 'NoticeSuperseded', step: ref });
  newCycle(draft, ref);
  return undefined;
}

const goneOn = (done: readonly StepRef[]): Refusal =>
  refuse(
    'EventNotRetractable',
    `其后已有人完成：${done.join('、')}；请先撤销较晚的记录。`,
    `Somebody has gone on from it since: ${done.join(', ')}; retract the later ones first.`,
    { accepted: done, field: 'of' },
  );

const leftBehind = (draft: Draft, ref: StepRef): Refusal =>
  refuse(
    'EventNotRetractable',
    `路径第 ${draft.definition.version} 版已没有步骤“${ref}”，不能重新打开；请用更正事实（FactsCorrected）改正。`,
    `Version ${draft.definition.version} of the pathway has no step "${ref}" to open again; correct the facts instead (FactsCorrected).`,
    { field: 'of' },
  );

/** @returns false when a later event has set every one of the values since */
function restoreValues(draft: Draft, event: EnteredInError): boolean {
  const { undo } = event;
  const facts = { ...draft.state.facts };
  const anchors = { ...draft.state.anchors };
  let restored = 0;
  for (const [name, before] of Object.entries(undo.facts)) {
    if (facts[name] && facts[name].event !== undo.event) continue;
    restored += 1;
    if (before === null) delete facts[name];
    else facts[name] = before;
  }
  for (const [name, before] of Object.entries(undo.anchors)) {
    if (anchors[name] !== undo.anchorsSet[name]) continue;
    restored += 1;
    if (before === null) delete anchors[name];
    else anchors[name] = before;
  }
  draft.state.facts = facts;
  draft.state.anchors = anchors;
  return restored > 0;
}

/** Steps that an event had cancelled on its way (leaving a stage, ending the journey) open again, where the version in force still has them. */
export function reopenCancelled(draft: Draft, by: EnteredInError['of']): void {
  for (const key in draft.state.steps) {
    const ref = key as StepRef;
    const step = stepOf(draft, ref);
    if (step.status === 'cancelled' && step.closedBy === by && draft.names.stepOf(ref)) reopen(draft, ref);
  }
}

function withoutOutcome(state: StepState): StepState {
  const {
    outcome: _outcome,
    reason: _reason,
    happenedAt: _happened,
    closedAt: _at,
    closedBy: _by,
    scores: _scores,
    ...rest
  } = state;
  return rest;
}

/** Opens a closed step again, in a new cycle of its ladder. */
export function reopen(draft: Draft, ref: StepRef): void {
  const state = withoutOutcome(stepOf(draft, ref));
  const waits = state.openedAt === undefined && state.opensAt !== undefined && state.opensAt > draft.at;
  put(draft, ref, {
    ...state,
    status: waits ? 'scheduled' : 'open',
    ...(!waits && { openedAt: draft.at }),
  });
  newCycle(draft, ref);
  const opened = stepOf(draft, ref);
  if (!waits) draft.effects.push({ kind: 'StepOpened', step: ref, dueAt: opened.dueAt });
}
