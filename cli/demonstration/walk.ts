import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import { weekdayOf } from '../../domain/calendar/civil-day.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import type { JourneyEvent } from '../../domain/model/event.ts';
import type { Facts } from '../../domain/model/fact.ts';
import { asEventId, asJourneyId, stepIdOf, type StepRef } from '../../domain/model/ids.ts';
import { isRefusal } from '../../domain/model/refusal.ts';
import type { JourneyState, ResidentFacts, StepState } from '../../domain/model/state.ts';
import { acceptedOutcomes } from '../../domain/transition/record-outcome.ts';
import { transition } from '../../domain/transition/transition.ts';
import { distancesTo, type Target } from './distances.ts';
import { factValues } from './fact-values.ts';
import { between, pick, type Random } from './random.ts';

/** One thing that somebody recorded. */
export interface WalkedOutcome {
  readonly at: number;
  readonly step: StepRef;
  readonly outcome: string;
  readonly facts: Facts;
  readonly appointmentAt?: number;
  readonly reason?: string;
}

export interface Walk {
  readonly startedAt: number;
  readonly outcomes: readonly WalkedOutcome[];
  /** As it stood after the enrolment, and after each of the outcomes. */
  readonly states: readonly JourneyState[];
  readonly state: JourneyState;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const mostOutcomes = 60;
/** Nobody who looks at a demonstration looks back further. */
export const longestMs = 3 * 365 * dayMs;
const reasons = ['居民临时有事', '资料不全，请补充', '居民希望再考虑', '设备检修，需改期'];
/** How often somebody does something else than what leads to the target. */
const detours = 0.12;

/** @returns the instant, or the next one within office hours of a weekday */
function officeTime(at: number, zone: string, random: Random): number {
  const clock = zoneClock(zone);
  let day = clock.dayOf(at);
  const within = at - clock.instantOf(day, 0);
  if (within > 17 * hourMs) day += 1;
  else if (within >= 8.5 * hourMs && weekdayOf(day) % 6 !== 0) return at;
  while (weekdayOf(day) % 6 === 0) day += 1;
  return clock.instantOf(day, Math.floor((9 + random() * 7) * hourMs));
}

/** When whoever is to act does so: some time before it is due, once it is open. */
function actingTime(state: JourneyState, step: StepState, zone: string, random: Random): number {
  const from = Math.max(state.at, step.status === 'scheduled' ? (step.opensAt ?? state.at) : state.at);
  const left = Math.max(step.dueAt - from, 2 * hourMs);
  return officeTime(from + Math.min(left * (0.1 + random() * 0.75), 60 * dayMs), zone, random);
}

interface Candidate {
  readonly outcome: WalkedOutcome;
  readonly after: JourneyState;
  readonly score: number;
}

/**
 * Leads one journey through a pathway, whatever the pathway is: of what could be recorded next, mostly what brings it
 * nearer to the target, at the times at which people work. No deadline fires on the way.
 * @param settle how many more outcomes are recorded within the target stage
 */
export function walkJourney(
  definition: Definition,
  calendar: WorkingCalendar,
  resident: ResidentFacts,
  target: Target,
  startedAt: number,
  settle: number,
  random: Random,
): Walk {
  const distances = distancesTo(definition, target);
  const journey = asJourneyId('00000000-0000-8000-8000-000000000000');
  const take = (state: JourneyState | null, event: JourneyEvent, at: number): JourneyState | null => {
    const answer = transition(definition, state, event, at, calendar, journey);
    return isRefusal(answer) ? null : answer.state;
  };
  const by = { kind: 'system' } as const;
  const assignment = { district: 'd', hospital: 'h', centre: 'c' };
  const begun = take(null, { kind: 'Enrolled', id: asEventId('0'), by, resident, assignment }, startedAt);
  if (!begun) throw new Error(`${definition.id} refuses an enrolment without facts`);
  let state: JourneyState = begun;
  const states = [begun];
  const outcomes: WalkedOutcome[] = [];

  const scoreOf = (after: JourneyState): number => {
    if (after.ending) return target.kind === 'ending' && after.ending.kind === target.ending ? 0 : Infinity;
    if (target.kind === 'stage' && after.stage === target.stage) return 0;
    let best = 1_000;
    for (const ref in after.steps) {
      const step = after.steps[ref as StepRef];
      if (step?.status !== 'open' && step?.status !== 'scheduled') continue;
      // Of two ways, the one that can be gone now.
      const wait = step.status === 'scheduled' ? 0.5 : 0;
      best = Math.min(best, (distances.get(stepIdOf(ref as StepRef)) ?? 900) + wait);
    }
    return best;
  };

  const tryOutcome = (ref: StepRef, step: StepState, name: string, at: number): Candidate | undefined => {
    const rule = definition.steps[stepIdOf(ref)]?.outcomes[name];
    if (!rule) return undefined;
    const outcome: WalkedOutcome = {
      at,
      step: ref,
      outcome: name,
      facts: factValues(random, definition, rule.requires),
      ...(rule.rule.needsAppointment && {
        appointmentAt: officeTime(at + between(random, 2, 9) * dayMs, calendar.zone, random),
      }),
      ...(rule.rule.needsReason && { reason: pick(random, reasons) }),
    };
    const after = take(
      state,
      { kind: 'OutcomeRecorded', id: asEventId(String(outcomes.length + 1)), by, ...outcome, happenedAt: at },
      at,
    );
    return after ? { outcome, after, score: scoreOf(after) } : undefined;
  };

  const candidates = (): Candidate[] => {
    const found: Candidate[] = [];
    for (const [ref, step] of Object.entries(state.steps) as [StepRef, StepState][]) {
      const known = definition.steps[stepIdOf(ref)];
      if (!known || (step.status !== 'open' && step.status !== 'scheduled')) continue;
      const at = step.appointmentAt ?? actingTime(state, step, calendar.zone, random);
      for (const name of acceptedOutcomes(known, step)) {
        const rule = known.outcomes[name];
        // An appointment is made first, and then kept.
        if (!rule || rule.rule.interim || name === 'missed') continue;
        for (let draw = rule.requires.length > 0 ? 4 : 1; draw > 0; draw--) {
          const candidate = tryOutcome(ref, step, name, Math.max(at, state.at));
          if (candidate) found.push(candidate);
        }
      }
    }
    return found;
  };

  const record = ({ outcome, after }: Candidate): void => {
    outcomes.push(outcome);
    states.push(after);
    state = after;
  };
  const act = (chosen: Candidate): void => {
    const step = state.steps[chosen.outcome.step];
    const known = definition.steps[stepIdOf(chosen.outcome.step)];
    if (step && known?.kind === 'booking' && step.appointmentAt === undefined) {
      const booked = tryOutcome(chosen.outcome.step, step, 'booked', chosen.outcome.at);
      const at = booked?.outcome.appointmentAt;
      if (booked && at !== undefined) {
        record(booked);
        const outcome = {
          ...chosen.outcome,
          at: chosen.outcome.outcome === 'attended' ? at : chosen.outcome.at,
        };
        const event = {
          kind: 'OutcomeRecorded',
          id: asEventId(String(outcomes.length + 1)),
          by,
          ...outcome,
        } as const;
        const after = take(state, event, outcome.at);
        if (after) record({ outcome, after, score: 0 });
        return;
      }
    }
    record(chosen);
  };

  const atLatest = startedAt + longestMs;
  while (outcomes.length < mostOutcomes && state.at < atLatest && scoreOf(state) > 0) {
    const open = candidates().filter(({ score }) => score < Infinity);
    if (open.length === 0) break;
    const best = Math.min(...open.map(({ score }) => score));
    const good = random() < detours ? open : open.filter(({ score }) => score === best);
    act(pick(random, good));
  }
  for (
    let left = settle;
    left > 0 && !state.ending && state.at < atLatest && outcomes.length < mostOutcomes;
    left--
  ) {
    const staying = candidates().filter(({ after }) => !after.ending && after.stage === state.stage);
    const first = Math.min(...staying.map(({ outcome }) => outcome.at));
    const next = staying.filter(({ outcome }) => outcome.at <= first + dayMs);
    if (next.length === 0) break;
    act(pick(random, next));
  }
  return { startedAt, outcomes, states, state };
}
