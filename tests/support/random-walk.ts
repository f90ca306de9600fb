import fc from 'fast-check';
import { officialCalendar, type WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import type { Effect } from '../../domain/model/effect.ts';
import type { Actor, Enrolled, JourneyEvent } from '../../domain/model/event.ts';
import type { Facts, FactValue } from '../../domain/model/fact.ts';
import { asEventId, asJourneyId, stepIdOf, type StepRef } from '../../domain/model/ids.ts';
import { isRefusal, type Refusal } from '../../domain/model/refusal.ts';
import { addressees, channels, residentAnswers } from '../../domain/model/message.ts';
import { endings, pauseReasons, type JourneyState } from '../../domain/model/state.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { acceptedOutcomes } from '../../domain/transition/record-outcome.ts';
import { transition } from '../../domain/transition/transition.ts';
import { undoOf } from '../../domain/transition/undo.ts';

/** One move of a walk: numbers that are read against whatever the journey allows at that moment. */
export interface Move {
  readonly kind: number;
  readonly pick: number;
  readonly choice: number;
  readonly value: number;
  /** Hours that pass before it. */
  readonly hours: number;
}

const naturals = fc.nat({ max: 1_000_000 });
export const moveArbitrary: fc.Arbitrary<Move> = fc.record({
  kind: naturals,
  pick: naturals,
  choice: naturals,
  value: naturals,
  hours: fc.oneof(fc.constant(0), fc.nat({ max: 72 }), fc.nat({ max: 24 * 400 })),
});
export const movesArbitrary = fc.array(moveArbitrary, { minLength: 1, maxLength: 40 });

export interface Taken {
  readonly at: number;
  readonly event: JourneyEvent;
  readonly before: JourneyState | null;
  readonly after: JourneyState | null;
  readonly effects: readonly Effect[];
  readonly refusal?: Refusal;
}

export const start = Date.UTC(2026, 0, 5, 2);
export const calendar: WorkingCalendar = officialCalendar();
export const journey = asJourneyId('00000000-0000-4000-8000-000000000001');
export const doctor: Actor = { kind: 'staff', id: 'doctor-1', role: 'family-doctor' };
export const clock: Actor = { kind: 'system' };
export const enrolment: Enrolled = {
  kind: 'Enrolled',
  id: asEventId('enrol'),
  by: doctor,
  resident: { birthDate: '1960-02-29', sex: 'male' },
  assignment: { district: 'district', hospital: 'hospital', centre: 'centre', doctor: 'doctor-1' },
};

/** @returns a value that fits the declaration, chosen by a number */
function factValue(definition: Definition, name: string, seed: number): FactValue {
  const fact = definition.source.facts[name];
  switch (fact?.type) {
    case 'bool':
      return seed % 4 === 0;
    case 'int':
    case 'double': {
      const low = fact.min ?? 0;
      return low + (seed % (Math.floor((fact.max ?? low + 100) - low) + 1));
    }
    case 'enum':
      return fact.of?.[seed % fact.of.length] ?? '';
    case 'date':
      return '2025-06-01';
    default:
      return `text ${seed % 10}`;
  }
}

/** @returns the facts that an outcome must bring */
export function factsFor(definition: Definition, ref: StepRef, outcome: string, seed: number): Facts {
  const requires = definition.steps[stepIdOf(ref)]?.outcomes[outcome]?.requires ?? [];
  return Object.fromEntries(requires.map((name, i) => [name, factValue(definition, name, seed + i * 7)]));
}

/** @returns the event that a move stands for in this state, mostly one that the rules accept */
function eventOf(
  definition: Definition,
  state: JourneyState,
  past: readonly Taken[],
  move: Move,
  n: number,
  at: number,
): JourneyEvent {
  const id = asEventId(`event-${n}`);
  const refs = Object.keys(state.steps) as StepRef[];
  const open = refs.filter((ref) => ['open', 'scheduled', 'missed'].includes(state.steps[ref]?.status ?? ''));
  const ref = (open.length > 0 ? open : refs)[
    move.pick % Math.max(1, (open.length > 0 ? open : refs).length)
  ] as StepRef;
  const step = state.steps[ref];
  const until = at + (1 + (move.value % 20)) * 86_400_000;
  switch (move.kind % 18) {
    case 0:
      return { kind: 'DeadlineReached', id, by: clock };
    case 1:
      return {
        kind: 'Acknowledged',
        id,
        by: doctor,
        step: ref,
        until,
        ...(move.choice % 3 > 0 && { reason: 'waiting for an answer' }),
      };
    case 2:
      return { kind: 'Extended', id, by: doctor, step: ref, until, reason: 'asked for more time' };
    case 3:
      return { kind: 'Paused', id, by: doctor, reason: pauseReasons[move.choice % 3] ?? 'away', until };
    case 4:
      return { kind: 'Resumed', id, by: doctor };
    case 5:
      return {
        kind: 'FactsCorrected',
        id,
        by: doctor,
        reason: 'misread',
        facts: Object.fromEntries(
          Object.keys(state.facts)
            .slice(0, 1)
            .map((name) => [name, factValue(definition, name, move.value)]),
        ),
      };
    case 6: {
      const accepted = past.filter((taken) => taken.before && taken.after && !taken.refusal);
      const wrong = accepted[move.pick % Math.max(1, accepted.length)];
      if (!wrong?.before || !wrong.after) return { kind: 'Resumed', id, by: doctor };
      return {
        kind: 'EnteredInError',
        id,
        by: doctor,
        of: wrong.event.id,
        reason: 'wrong person',
        undo: undoOf(wrong.before, wrong.after, wrong.event),
      };
    }
    case 7:
      if (move.choice % 5 === 0)
        return { kind: 'Ended', id, by: doctor, ending: endings[move.value % endings.length] ?? 'moved' };
      return { kind: 'Reopened', id, by: doctor, reason: 'came back' };
    case 8:
      return {
        kind: 'Transferred',
        id,
        by: doctor,
        assignment: {
          ...state.assignment,
          centre: `centre-${move.value % 3}`,
          doctor: `doctor-${move.choice % 3}`,
        },
      };
    case 9:
      if (step?.work === undefined)
        return { kind: 'Assigned', id, by: doctor, step: ref, staff: `nurse-${move.value % 3}` };
      return {
        kind: 'OutsideWorkFinished',
        id,
        by: { kind: 'outside', system: 'booking' },
        step: ref,
        work: step.work,
        result:
          move.choice % 2 === 0
            ? { status: 'done', outcome: 'booked', appointmentAt: until }
            : { status: 'unknown', reason: 'no answer' },
      };
    case 11:
      return {
        kind: 'ResidentAnswered',
        id,
        by: { kind: 'resident' },
        step: ref,
        answer: residentAnswers[move.choice % residentAnswers.length] ?? 'confirmed',
        ...(move.value % 2 === 0 && { note: `note ${move.value % 3}` }),
      };
    case 12:
      return {
        kind: 'ContactFailed',
        id,
        by: clock,
        channel: channels[move.choice % channels.length] ?? 'sms',
        notice: `${state.journey}/notice`,
        reason: 'no such number',
      };
    case 13:
      return {
        kind: 'MessageInDoubt',
        id,
        by: clock,
        channel: channels[move.choice % channels.length] ?? 'sms',
        message: `message-${move.value}`,
        to: addressees[move.choice % addressees.length] ?? 'resident',
        about: [ref],
      };
    case 10:
      return { kind: 'DeadlinesRecomputed', id, by: clock, calendar: calendar.version };
    default: {
      const rules = definition.steps[stepIdOf(ref)];
      const outcomes = rules && step ? acceptedOutcomes(rules, step) : [];
      const outcome = outcomes[move.choice % Math.max(1, outcomes.length)] ?? 'nonsense';
      const happenedAt =
        move.value % 5 === 0 ? Math.max(start, at - (move.value % 10) * 86_400_000) : undefined;
      return {
        kind: 'OutcomeRecorded',
        id,
        by: doctor,
        step: ref,
        outcome,
        reason: 'a reason',
        appointmentAt: until,
        facts: factsFor(definition, ref, outcome, move.value),
        ...(happenedAt !== undefined && { happenedAt }),
      };
    }
  }
}

/** A random history: where it starts, its moves, and whether deadlines fire in between. */
export interface Walk {
  readonly stage: number;
  readonly moves: readonly Move[];
  readonly fire: boolean;
}
export const walkArbitrary: fc.Arbitrary<Walk> = fc.record({
  stage: naturals,
  moves: movesArbitrary,
  fire: fc.boolean(),
});

/**
 * Walks a journey by moves. Between moves time passes; with `fire` every deadline in between fires at its instant.
 * @returns everything that was tried, refusals among it
 */
export function walk(definition: Definition, { stage, moves, fire }: Walk): Taken[] {
  const taken: Taken[] = [];
  let state: JourneyState | null = null;
  let at = start;
  const take = (event: JourneyEvent, instant: number): void => {
    const before = state;
    const answer = transition(definition, before, event, instant, calendar, journey);
    if (isRefusal(answer))
      taken.push({ at: instant, event, before, after: before, effects: [], refusal: answer });
    else {
      state = answer.state;
      taken.push({ at: instant, event, before, after: state, effects: answer.effects });
    }
  };
  const stages = Object.keys(definition.entries);
  const chosen = stages[stage % stages.length];
  const anchors = Object.fromEntries(Object.keys(definition.source.anchors).map((name) => [name, start]));
  take({ ...enrolment, ...(chosen !== undefined && { stage: chosen, anchors }) }, at);
  for (const [i, move] of moves.entries()) {
    at += move.hours * 3_600_000;
    if (!state) break;
    for (let n = 0; fire && n < 5_000; n++) {
      const next: { at: number } | null = nextDeadline(state);
      if (!next || next.at > at) break;
      take(
        { kind: 'DeadlineReached', id: asEventId(`deadline-${i}-${n}`), by: clock },
        Math.max(next.at, (state as JourneyState).at),
      );
    }
    take(eventOf(definition, state, taken, move, i, at), at);
  }
  return taken;
}
