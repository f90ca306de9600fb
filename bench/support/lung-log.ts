import { officialCalendar } from '../../domain/calendar/working-calendar.ts';
import { compileDefinition } from '../../domain/definition/compile.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import { mainOutcome } from '../../domain/definition/main-outcome.ts';
import type { Actor, Enrolled, JourneyEvent } from '../../domain/model/event.ts';
import type { Facts, FactValue } from '../../domain/model/fact.ts';
import { asEventId, asJourneyId, stepIdOf, type JourneyId, type StepRef } from '../../domain/model/ids.ts';
import { isRefusal } from '../../domain/model/refusal.ts';
import type { JourneyState, StepState } from '../../domain/model/state.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { acceptedOutcomes } from '../../domain/transition/record-outcome.ts';
import { transition } from '../../domain/transition/transition.ts';
import { readDefinitionFile } from '../../tests/support/shipped.ts';
import { randomOf } from './random.ts';

/** One journey's history: events that were all accepted, each with its instant. */
export interface History {
  readonly journey: JourneyId;
  readonly events: readonly { readonly event: JourneyEvent; readonly at: number }[];
}

export interface Log {
  readonly definition: Definition;
  readonly histories: readonly History[];
}

export const calendar = officialCalendar();
const dayMs = 86_400_000;
const start = Date.UTC(2025, 0, 6, 2);
const staff: Actor = { kind: 'staff', id: 'staff-1', role: 'district-coordinator' };
const clock: Actor = { kind: 'system' };

/** Seven of ten steps are done in the intended way; a fifth of the rest goes to the clock. */
const mainShare = 0.7;
/** Days after which somebody gets round to a step, on average; some come after the first rungs. */
const meanDelayDays = 5;
const longestHistory = 60;

/** Answers about smoking that agree with each other; a model that is given a contradiction only says so. */
function smokingAnswers(random: () => number): Readonly<Record<string, FactValue>> {
  const kind = random();
  if (kind < 0.5) return { smoker: 'never', packYears: 0, quitYears: 0 };
  const smokingYears = 10 + Math.floor(random() * 30);
  const cigarettesPerDay = 5 + Math.floor(random() * 25);
  const packYears = (cigarettesPerDay / 20) * smokingYears;
  const quitYears = kind < 0.8 ? 0 : 1 + Math.floor(random() * 10);
  return {
    smoker: quitYears === 0 ? 'current' : 'former',
    packYears,
    quitYears,
    cigarettesPerDay,
    smokingYears,
  };
}

function factValue(definition: Definition, name: string, random: () => number): FactValue {
  const fact = definition.source.facts[name];
  const low = fact?.min ?? 0;
  if (name === 'bmi') return 18 + Math.floor(random() * 14);
  switch (fact?.type) {
    case 'bool':
      return random() < 0.25;
    case 'int':
    case 'double':
      return low + Math.floor(random() * Math.min(60, (fact.max ?? low + 60) - low));
    case 'enum':
      if (name === 'classification') return 'cLungRads';
      return fact.of?.[Math.floor(random() * fact.of.length)] ?? '';
    case 'date':
      return '2025-06-01';
    default:
      return 'note';
  }
}

/** What somebody records on an open step, or undefined when nobody has yet. */
function answer(
  definition: Definition,
  ref: StepRef,
  step: StepState,
  at: number,
  random: () => number,
): Omit<Extract<JourneyEvent, { kind: 'OutcomeRecorded' }>, 'id'> | undefined {
  const rules = definition.steps[stepIdOf(ref)];
  if (!rules) return undefined;
  const accepted = acceptedOutcomes(rules, step);
  const main = mainOutcome[rules.kind];
  const outcome =
    main !== undefined && accepted.includes(main) && random() < mainShare
      ? main
      : accepted[Math.floor(random() * accepted.length)];
  const answered = outcome === undefined ? undefined : rules.outcomes[outcome];
  if (outcome === undefined || !answered) return undefined;
  const facts: Facts = {
    ...Object.fromEntries(answered.requires.map((name) => [name, factValue(definition, name, random)])),
    ...(answered.requires.includes('smoker') && smokingAnswers(random)),
  };
  return {
    kind: 'OutcomeRecorded',
    by: staff,
    step: ref,
    outcome,
    facts,
    reason: '见记录',
    appointmentAt: at + (2 + Math.floor(random() * 10)) * dayMs,
  };
}

function walk(definition: Definition, journey: JourneyId, random: () => number): History {
  const events: { event: JourneyEvent; at: number }[] = [];
  let state: JourneyState | null = null;
  let at = start + Math.floor(random() * 300 * dayMs);
  const take = (event: JourneyEvent): void => {
    const taken = transition(definition, state, event, at, calendar, journey);
    if (isRefusal(taken)) return;
    state = taken.state;
    events.push({ event, at });
  };
  const enrolment: Enrolled = {
    kind: 'Enrolled',
    id: asEventId(`${journey}/1`),
    by: staff,
    resident: {
      birthDate: `${1950 + Math.floor(random() * 25)}-03-01`,
      sex: random() < 0.5 ? 'male' : 'female',
    },
    assignment: { district: 'district', hospital: 'hospital', centre: 'centre', doctor: 'staff-1' },
  };
  take(enrolment);
  for (let n = 2; n <= longestHistory; n++) {
    const now = state as JourneyState | null;
    const next = now && nextDeadline(now);
    if (!now || !next) break;
    const id = asEventId(`${journey}/${n}`);
    const open = (Object.entries(now.steps) as [StepRef, StepState][]).filter(
      ([, { status }]) => status === 'open',
    );
    const [ref, step] = open[Math.floor(random() * open.length)] ?? [];
    const after = at - Math.log(1 - random()) * meanDelayDays * dayMs;
    const recorded =
      ref && step && after < next.at ? answer(definition, ref, step, after, random) : undefined;
    at = Math.floor(recorded ? after : next.at);
    take(recorded ? { ...recorded, id } : { kind: 'DeadlineReached', id, by: clock });
  }
  return { journey, events };
}

/**
 * A district's worth of journeys on lung.yaml, walked by staff who mostly do what is asked of them, at times something
 * else, and at times come after the deadline. Every event in it was accepted.
 */
export function lungLog(journeys: number): Log {
  const definition = compileDefinition(readDefinitionFile('lung.yaml'), 1);
  const random = randomOf(20_260_101);
  const histories = Array.from({ length: journeys }, (_, i) =>
    walk(definition, asJourneyId(`00000000-0000-4000-8000-${String(i).padStart(12, '0')}`), random),
  );
  return { definition, histories };
}
