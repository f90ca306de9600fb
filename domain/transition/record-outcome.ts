import { askModel } from '../condition/model-answers.ts';
import { civilDay, dayMs } from '../calendar/civil-day.ts';
import type { OutcomeDefinition, StepDefinition } from '../definition/definition.ts';
import { mainOutcome } from '../definition/main-outcome.ts';
import type { Facts } from '../model/fact.ts';
import type { OutcomeRecorded } from '../model/event.ts';
import type { StepRef } from '../model/ids.ts';
import { refuse, type Refusal } from '../model/refusal.ts';
import type { StepState } from '../model/state.ts';
import { applyOutcome, cancelStep, choose, follow, recordLate } from './consequence.ts';
import { reopenCancelled } from './correct.ts';
import { lineageOf, type Lineage } from './lineage.ts';
import { latestAppointmentEntryDays, maximumAppointmentDays } from './limits.ts';
import { activeSteps, definitionOf, knownOf, put, stepOf, type Draft } from './draft.ts';
import { recordFacts } from './record-facts.ts';
import { newCycle } from './recompute.ts';

/** What recording an outcome needs; the event itself, or what outside work found. */
export type Recording = Pick<
  OutcomeRecorded,
  'step' | 'outcome' | 'facts' | 'happenedAt' | 'appointmentAt' | 'reason'
>;

/** Clocks of two hospitals differ by a little; a happening is in the future only beyond this. */
const clockToleranceMs = 60_000;

export function recordOutcome(draft: Draft, recording: Recording): Refusal | undefined {
  const refusal = check(draft, recording);
  if (refusal) return refusal;
  const { step: ref, outcome } = recording;
  const happenedAt = recording.happenedAt ?? draft.at;
  const step = definitionOf(draft, ref);
  const answered = step.outcomes[outcome] as OutcomeDefinition;
  const late = stepOf(draft, ref).status === 'missed' ? lineageOf(draft, ref) : undefined;
  // Somebody has gone on from the miss since: what is learned now changes the record, and not the road.
  const wentOn = late !== undefined && late.done.length > 0;
  if (!wentOn) forgetLeftOver(draft, answered, recording.facts);
  const wrong = recordFacts(draft, withTotal(draft, ref, recording), happenedAt, wentOn);
  if (wrong) return wrong;
  if (answered.rule.interim) {
    const early = stepOf(draft, ref);
    if (early.status === 'scheduled') put(draft, ref, { ...early, status: 'open', openedAt: draft.at });
    if (recording.appointmentAt !== undefined) {
      // Time that was given before holds no longer: the appointment says when.
      const { extension: _extension, ...state } = stepOf(draft, ref);
      put(draft, ref, { ...state, appointmentAt: recording.appointmentAt });
    }
    newCycle(draft, ref);
    const consequence = choose(draft, answered);
    if (consequence) follow(draft, ref, consequence, happenedAt);
    return undefined;
  }
  const scores =
    step.settings.scores && outcome === mainOutcome[step.kind] ? scoresOf(draft, step) : undefined;
  const details = { happenedAt, reason: recording.reason, scores };
  if (wentOn) {
    recordLate(draft, ref, outcome, details);
    return undefined;
  }
  if (late) undoMiss(draft, ref, late);
  applyOutcome(draft, ref, outcome, details);
  return undefined;
}

/** It was missed, and yet it happened: what the miss opened is pointless now, and what it closed stands again. */
function undoMiss(draft: Draft, ref: StepRef, { active }: Lineage): void {
  const missedBy = stepOf(draft, ref).closedBy;
  for (const later of active) cancelStep(draft, later, 'superseded-by-late-outcome');
  draft.state.stage = definitionOf(draft, ref).stage;
  if (missedBy !== undefined) reopenCancelled(draft, missedBy);
}

function check(draft: Draft, recording: Recording): Refusal | undefined {
  const { step: ref, outcome } = recording;
  const state = draft.state.steps[ref];
  if (!state)
    return refuse('StepUnknown', `旅程中没有步骤“${ref}”。`, `The journey has no step "${ref}".`, {
      accepted: openSteps(draft),
      field: 'step',
    });
  if (state.status !== 'open' && state.status !== 'missed' && state.status !== 'scheduled')
    return refuse(
      'StepNotOpen',
      `步骤“${ref}”已关闭，不能再记录结果；如记录有误，请先撤销原记录。`,
      `The step "${ref}" is closed; retract what was recorded first if it was wrong.`,
      { accepted: openSteps(draft), field: 'step' },
    );
  const step = draft.names.stepOf(ref);
  if (!step)
    return refuse(
      'StepUnknown',
      `路径第 ${draft.definition.version} 版已没有步骤“${ref}”。`,
      `Version ${draft.definition.version} of the pathway has no step "${ref}" any more.`,
      { accepted: openSteps(draft), field: 'step' },
    );
  const answered = Object.hasOwn(step.outcomes, outcome) ? step.outcomes[outcome] : undefined;
  if (
    !answered ||
    answered.rule.automatic ||
    (state.status === 'missed' && (answered.rule.interim || outcome === state.outcome))
  )
    return refuse(
      'OutcomeNotAccepted',
      `步骤“${ref}”不接受结果“${outcome}”。`,
      `The step "${ref}" does not take the outcome "${outcome}".`,
      {
        accepted: acceptedOutcomes(step, state),
        field: 'outcome',
      },
    );
  if (answered.rule.needsReason && !recording.reason?.trim())
    return refuse(
      'ReasonRequired',
      `结果“${answered.rule.title.zh}”需要写明原因。`,
      `The outcome "${outcome}" needs a reason.`,
      { field: 'reason' },
    );
  if (answered.rule.needsAppointment && recording.appointmentAt === undefined)
    return refuse(
      'AppointmentRequired',
      `结果“${answered.rule.title.zh}”需要预约时间。`,
      `The outcome "${outcome}" needs the time of the appointment.`,
      {
        field: 'appointmentAt',
      },
    );
  const untimely = untimelyInstant(draft, recording);
  if (untimely) return untimely;
  const missing = answered.requires.find((name) => recording.facts?.[name] === undefined);
  if (missing !== undefined)
    return refuse(
      'FactMissing',
      `结果“${answered.rule.title.zh}”需要同时记录“${draft.definition.source.facts[missing]?.title?.zh ?? missing}”（${missing}）。`,
      `The outcome "${outcome}" must come with the fact "${missing}".`,
      { accepted: answered.requires, field: `facts.${missing}` },
    );
  return undefined;
}

/** Slips of the keyboard and of other systems' clocks: an outcome in the future, an appointment in 1970 or 2062. */
function untimelyInstant(draft: Draft, { happenedAt, appointmentAt }: Recording): Refusal | undefined {
  if (happenedAt !== undefined && happenedAt > draft.at + clockToleranceMs)
    return refuse('InTheFuture', '发生时间不能晚于现在。', 'What happened cannot lie in the future.', {
      field: 'happenedAt',
    });
  if (happenedAt !== undefined && happenedAt < civilDay(draft.state.resident.birthDate) * dayMs)
    return refuse(
      'InThePast',
      '发生时间不能早于居民出生。',
      'What happened cannot lie before the resident was born.',
      { field: 'happenedAt' },
    );
  if (appointmentAt !== undefined && appointmentAt < draft.at - latestAppointmentEntryDays * dayMs)
    return refuse(
      'InThePast',
      `预约时间不能早于 ${latestAppointmentEntryDays} 天前。`,
      `An appointment cannot lie more than ${latestAppointmentEntryDays} day in the past.`,
      { field: 'appointmentAt' },
    );
  if (appointmentAt !== undefined && appointmentAt > draft.at + maximumAppointmentDays * dayMs)
    return refuse(
      'TooLong',
      `预约时间最多在 ${maximumAppointmentDays} 天之内。`,
      `An appointment may lie ${maximumAppointmentDays} days ahead at most.`,
      { field: 'appointmentAt' },
    );
  return undefined;
}

/** @returns the outcomes that a person may record on a step now */
export function acceptedOutcomes(
  step: StepDefinition,
  state: Pick<StepState, 'status' | 'outcome'>,
): readonly string[] {
  return Object.entries(step.outcomes)
    .filter(
      ([name, { rule }]) =>
        !rule.automatic && !(state.status === 'missed' && (rule.interim || name === state.outcome)),
    )
    .map(([name]) => name);
}

const openSteps = (draft: Draft): StepRef[] => activeSteps(draft).map(([ref]) => ref);

/** A form with points records their sum, from the answers that came. */
function withTotal(draft: Draft, ref: StepRef, recording: Recording): Facts | undefined {
  const id = definitionOf(draft, ref).settings.form;
  const form = id === undefined ? undefined : draft.definition.source.forms[id];
  if (form?.total === undefined || recording.outcome !== 'completed') return recording.facts;
  let total = 0;
  for (const { fact, answers } of form.questions)
    total += answers?.find((answer) => answer.value === recording.facts?.[fact])?.points ?? 0;
  return { ...recording.facts, [form.total]: total };
}

/** A nodule's size from the last CT says nothing about this one: optional facts that do not come are unknown again. */
function forgetLeftOver(draft: Draft, outcome: OutcomeDefinition, facts: Facts = {}): void {
  const left = outcome.renews.filter((name) => facts[name] === undefined && draft.state.facts[name]);
  if (left.length === 0) return;
  draft.state.facts = Object.fromEntries(
    Object.entries(draft.state.facts).filter(([name]) => !left.includes(name)),
  );
}

/** Results of the risk models that the step names (`lungEligibility/cn2021`: of that rule); a model that does not apply says why instead. */
function scoresOf(draft: Draft, step: StepDefinition): NonNullable<StepState['scores']> {
  const { read, answers } = knownOf(draft);
  const scores: Record<string, Record<string, string | number | boolean>> = {};
  for (const named of step.settings.scores ?? []) {
    const answer = askModel(named, read, answers);
    if (!answer) continue;
    scores[named] = 'error' in answer ? { error: answer.error.code } : shownOf(answer.result);
  }
  return scores;
}

/** @returns what of a model's result is kept on the step: plain values, and lists as text */
function shownOf(result: object): Record<string, string | number | boolean> {
  const shown: Record<string, string | number | boolean> = {};
  for (const name in result) {
    const value = (result as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      shown[name] = value;
    else if (Array.isArray(value)) shown[name] = value.join(', ');
  }
  return shown;
}
