import { addDuration } from '../calendar/add-duration.ts';
import type { Ladder, StepDefinition } from '../definition/definition.ts';
import type { Duration } from '../model/duration.ts';
import type { Effect, Recipient } from '../model/effect.ts';
import type { StepRef } from '../model/ids.ts';
import type { TellTarget } from '../model/role.ts';
import type { StepState } from '../model/state.ts';
import type { Draft, Writable } from './draft.ts';
import { queueNotice } from './notices.ts';
import { hasConfirmed } from './resident-answer.ts';

const hourMs = 3_600_000;
/** A reminder to a resident that is later than this is stale: it is recorded, and not sent. */
const staleForResidentMs = 24 * hourMs;

const ownerAtOnce: Ladder['rungs'][number] = {
  after: { amount: 0, unit: 'd' },
  tell: 'owner',
  template: undefined,
  urgent: false,
};

const times = (duration: Duration, n: number): Duration => ({
  amount: duration.amount * n,
  unit: duration.unit,
});

/** @returns the instant of a rung; past the last one, of its nth repetition */
function rungAt(draft: Draft, step: StepDefinition, dueAt: number, rung: number, repeat: number): number {
  const { rungs, repeat: every } = step.ladder;
  const index = Math.min(rung, rungs.length - 1);
  const after = rungs[index]?.after ?? { amount: 0, unit: 'd' };
  const landed = addDuration(draft.calendar, dueAt, after, draft.spread, false).at;
  // A day lands on its morning: what is due at three in the afternoon is not overdue that morning.
  const at = after.amount < 0 ? landed : Math.max(landed, dueAt);
  if (rung < rungs.length) return at;
  return addDuration(draft.calendar, at, times(every, repeat + 1), draft.spread, false).at;
}

/** @returns the rung with which a cycle of the ladder begins: a reminder before the due date whose time has passed already is left out */
export function firstRung(draft: Draft, step: StepDefinition, dueAt: number): number {
  let rung = 0;
  while ((step.ladder.rungs[rung]?.after.amount ?? 0) < 0 && rungAt(draft, step, dueAt, rung, 0) < draft.at)
    rung += 1;
  return rung;
}

/** @returns when the step times out by itself, if it does: never sooner after it opened than the definition allows for after the due date */
export function timeoutAt(draft: Draft, step: StepDefinition, state: StepState): number | undefined {
  if (!step.timeout || (step.rules.timeoutNeedsAppointment && state.appointmentAt === undefined))
    return undefined;
  const openedAt = state.openedAt ?? state.originAt;
  const from = Math.max(state.dueAt, openedAt);
  const at = addDuration(draft.calendar, from, step.timeout.after, draft.spread, false).at;
  return Math.max(at, from, openedAt + hourMs);
}

/** @returns the next instant at which the clock does something to an open or scheduled step */
export function wakeOf(draft: Draft, step: StepDefinition, state: StepState): number {
  if (state.status === 'scheduled') return state.opensAt ?? state.dueAt;
  const rung = Math.max(
    rungAt(draft, step, state.dueAt, state.rung, state.repeat),
    state.acknowledgedUntil ?? Number.NEGATIVE_INFINITY,
  );
  return Math.min(rung, timeoutAt(draft, step, state) ?? Number.POSITIVE_INFINITY);
}

/**
 * Raises every rung that is due. After a gap the skipped ones are recorded, and only the highest one due tells
 * anybody; a reminder to the resident that is stale, or that a confirmation has made pointless, tells nobody.
 * @param until rungs up to this instant: those after a timeout are not raised any more
 * @returns a copy of the step with its ladder moved on, for the draft to write to
 */
export function raiseRungs(
  draft: Draft,
  step: StepDefinition,
  ref: StepRef,
  state: StepState,
  until = draft.at,
): Writable<StepState> {
  const { at } = draft;
  if (state.acknowledgedUntil !== undefined && state.acknowledgedUntil > at) return { ...state };
  let { rung, repeat } = state;
  const { length } = step.ladder.rungs;
  const raised: Telling[] = [];
  for (;;) {
    const instant = rungAt(draft, step, state.dueAt, rung, repeat);
    if (instant > until) break;
    if (rung < length) {
      raised.push(tellingOf(draft, step, state, rung, 0, instant));
      rung += 1;
    } else {
      repeat += 1;
      // Of repetitions that were skipped one after the other the last one says how many there were.
      if ((raised.at(-1)?.repeat ?? 0) > 0) raised.pop();
      raised.push(tellingOf(draft, step, state, length - 1, repeat, instant));
    }
  }
  const speaks = raised.findLast(({ mute }) => !mute);
  for (const telling of raised) {
    const told = telling === speaks;
    const effect: Writable<Extract<Effect, { kind: 'RungRaised' }>> = {
      kind: 'RungRaised',
      step: ref,
      cycle: state.cycle,
      rung: telling.rung,
      repeat: telling.repeat,
      tell: telling.recipient,
      told,
    };
    if (telling.silenced) effect.silenced = true;
    draft.effects.push(effect);
    if (!told) continue;
    const occasion = { rung: telling.rung, repeat: telling.repeat, urgent: telling.urgent };
    queueNotice(draft, ref, state, telling.recipient, telling.template, occasion);
  }
  const moved: Writable<StepState> = { ...state };
  moved.rung = rung;
  moved.repeat = repeat;
  return moved;
}

/** A rung that is due, and whether it is to be heard. */
interface Telling {
  readonly rung: number;
  readonly repeat: number;
  readonly recipient: Recipient;
  readonly template: string | undefined;
  readonly urgent: boolean;
  readonly silenced: boolean;
  readonly mute: boolean;
}

function tellingOf(
  draft: Draft,
  step: StepDefinition,
  state: StepState,
  rung: number,
  repeat: number,
  dueAt: number,
): Telling {
  const { tell, template, urgent } = rungOf(step, rung);
  const recipient = recipientOf(tell, state);
  const isResident = recipient.kind === 'resident';
  const silenced = isResident && hasConfirmed(state);
  const mute = silenced || (isResident && draft.at - dueAt > staleForResidentMs);
  return { rung, repeat, recipient, template, urgent, silenced, mute };
}

const rungOf = (step: StepDefinition, rung: number): Ladder['rungs'][number] =>
  step.ladder.rungs[rung] ?? ownerAtOnce;

/** @returns who a rung or a notice addresses; the owner's own name goes along where the step has one */
export function recipientOf(tell: TellTarget, state: Pick<StepState, 'owner'>): Recipient {
  if (tell === 'resident') return { kind: 'resident' };
  if (tell === 'owner') return { kind: 'staff', ...state.owner };
  return { kind: 'staff', role: tell };
}
