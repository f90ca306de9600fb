import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import { civilDay } from '../../domain/calendar/civil-day.ts';
import { zoneClock } from '../../domain/calendar/zone-clock.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import { stepIdOf } from '../../domain/model/ids.ts';
import { endings, type EndingKind, type JourneyState } from '../../domain/model/state.ts';
import type { HistoryLine, NumberedLine } from '../adopt/line.ts';
import { distancesTo, type Target } from './distances.ts';
import { actingStaff, type DemonstrationResident } from './people.ts';
import { between, pick, randomOf, weighted, type Random } from './random.ts';
import { longestMs, walkJourney, type Walk } from './walk.ts';

const dayMs = 86_400_000;

/** How many journeys stand in each stage: as a district looks some years on, and none empty. */
const usualCount = 22;
const counts: Readonly<Record<string, number>> = {
  invitation: 80,
  recall: 50,
  referral: 36,
  imaging: 44,
  interval: 80,
  'follow-up': 64,
};
const perEnding = 8;
const endingsShown: readonly EndingKind[] = endings.filter(
  (kind) => kind !== 'merged' && kind !== 'entered-in-error',
);

type Timing = 'onTime' | 'late' | 'stuck';
const timings: Readonly<Record<Timing, number>> = { onTime: 74, late: 16, stuck: 10 };

/** When somebody looks at the journey, if its last outcome and its next due date are these. */
function lookedAt(timing: Timing, state: JourneyState, random: Random): number {
  const steps = Object.values(state.steps);
  const open = steps.filter(({ status }) => status === 'open').map(({ dueAt }) => dueAt);
  const waiting = steps
    .filter(({ status }) => status === 'scheduled')
    .map(({ opensAt, dueAt }) => opensAt ?? dueAt);
  if (state.ending) return state.at + between(random, 5, 200) * dayMs;
  const due = Math.max(Math.min(...(open.length > 0 ? open : waiting)), state.at + dayMs);
  switch (timing) {
    case 'onTime':
      // The day is cut off at its midnight: a short wait is looked at early, so that it is not over by the evening.
      return (
        state.at + (due - state.at < 12 * dayMs ? random() * 0.5 : 0.15 + random() * 0.75) * (due - state.at)
      );
    case 'late':
      return due + between(random, 1, 8) * dayMs;
    case 'stuck':
      return due + between(random, 25, 80) * dayMs;
  }
}

interface Setting {
  readonly definition: Definition;
  readonly calendar: WorkingCalendar;
  /** The first instant of the day of the demonstration: everything happened before. */
  readonly today: number;
}

/** Walks twice: the first time to see how long it takes, the second time so that it leads up to today. */
function walkUpToToday(
  { definition, calendar, today }: Setting,
  resident: DemonstrationResident,
  target: Target,
  timing: Timing,
  seed: string,
  mostSettled: number,
): Walk {
  const settle = target.kind === 'stage' ? between(randomOf(`${seed}/settle`), 0, mostSettled) : 0;
  const walk = (startedAt: number): Walk =>
    walkJourney(definition, calendar, resident, target, startedAt, settle, randomOf(seed));
  const trial = today - 1_200 * dayMs + 10 * 3_600_000;
  const { state } = walk(trial);
  const days = Math.floor((today - lookedAt(timing, state, randomOf(`${seed}/look`))) / dayMs);
  return walk(trial + days * dayMs);
}

const iso = (at: number): string => new Date(at).toISOString();

function linesOf(
  setting: Setting,
  resident: DemonstrationResident,
  { startedAt, outcomes }: Walk,
  ended: EndingKind | undefined,
): HistoryLine[] {
  const { definition, today } = setting;
  const common = { identityNumber: resident.identityNumber, pathway: definition.id };
  const lines: HistoryLine[] = [{ ...common, at: iso(startedAt), kind: 'enrolled', by: resident.doctor }];
  let last = startedAt;
  for (const { at, step, outcome, facts, appointmentAt, reason } of outcomes) {
    if (at >= today) break;
    last = at;
    const owner = definition.steps[stepIdOf(step)]?.owner;
    const by = owner && actingStaff(owner, resident.centre, resident.doctor);
    lines.push({
      ...common,
      at: iso(at),
      kind: 'outcome',
      step,
      outcome,
      ...(by !== undefined && { by }),
      ...(Object.keys(facts).length > 0 && { facts }),
      ...(appointmentAt !== undefined && { appointmentAt: iso(appointmentAt) }),
      ...(reason !== undefined && { reason }),
    });
  }
  if (ended !== undefined)
    lines.push({ ...common, at: iso(Math.min(last + 5 * dayMs, today - 1)), kind: 'ended', ending: ended });
  return lines;
}

/** What each of the journeys is to be: a stage or an ending, and whether on time. */
function planOf(definition: Definition): { target: Target; timing: Timing; ended?: EndingKind }[] {
  const random = randomOf('plan');
  const stages = Object.keys(definition.entries);
  const plan: { target: Target; timing: Timing; ended?: EndingKind }[] = stages.flatMap((stage) =>
    Array.from({ length: counts[stage] ?? usualCount }, () => ({
      target: { kind: 'stage', stage } as const,
      timing: weighted(random, timings),
    })),
  );
  for (const ending of endingsShown)
    for (let n = 0; n < perEnding; n++) {
      const target: Target = { kind: 'ending', ending };
      // No step ends a journey so: it happens to a person, in any stage.
      plan.push(
        distancesTo(definition, target).size > 0
          ? { target, timing: 'onTime' }
          : { target: { kind: 'stage', stage: pick(random, stages) }, timing: 'onTime', ended: ending },
      );
    }
  return plan;
}

/** Shares no factor with the number of residents, so that no resident comes twice. */
const stride = 7_919;

/**
 * @param date `YYYY-MM-DD`: everything lies before this day, and the same day gives the same histories
 * @returns journeys in every stage and with every ending, on time, late and stuck, as lines of `yilu adopt`; one
 *   journey at a time, since each takes some milliseconds
 */
export function* demonstrationHistories(
  definition: Definition,
  calendar: WorkingCalendar,
  residents: readonly DemonstrationResident[],
  date: string,
): Generator<NumberedLine[]> {
  const setting = { definition, calendar, today: zoneClock(calendar.zone).instantOf(civilDay(date), 0) };
  let number = 0;
  let nextResident = 0;
  for (const [i, { target, timing, ended }] of planOf(definition).entries()) {
    let chosen: { resident: DemonstrationResident; walk: Walk; unfit: number } | undefined;
    for (let attempt = 0; attempt < attempts && (chosen?.unfit ?? 1) > 0; attempt++) {
      const resident = residents[(nextResident++ * stride) % residents.length];
      if (!resident) continue;
      const seed = `journey/${i}${attempt === 0 ? '' : `/${attempt}`}`;
      const walk = walkUpToToday(setting, resident, target, timing, seed, Math.max(5 - attempt, 0));
      const unfit = unfitness(walk, target, setting.today);
      if (!chosen || unfit < chosen.unfit) chosen = { resident, walk, unfit };
    }
    if (chosen)
      yield linesOf(setting, chosen.resident, chosen.walk, ended).map((line) => ({ number: ++number, line }));
  }
}

/** Walks that are tried for each journey: some endings are only for some, and some ways take too long. */
const attempts = 24;
/** What is later than this looks like a fault of the program, not of a busy clinic. */
const latestMs = 180 * dayMs;

/** @returns 0 for a walk to show; more, the less it is one: it misses an ending, began too long ago or lies too long */
function unfitness({ startedAt, outcomes, states, state }: Walk, target: Target, today: number): number {
  const known = outcomes.findIndex(({ at }) => at >= today);
  const now = states[known < 0 ? states.length - 1 : known] ?? state;
  const dues = Object.values(now.steps)
    .filter(({ status }) => status === 'open' || status === 'scheduled')
    .map(({ dueAt }) => dueAt);
  const late = now.ending || dues.length === 0 ? 0 : today - Math.min(...dues);
  // Stages are near enough; an ending is reached or not.
  const missed = target.kind === 'ending' && now.ending?.kind !== target.ending;
  return (
    (missed ? 1_000 * dayMs : 0) + Math.max(today - startedAt - longestMs, 0) + Math.max(late - latestMs, 0)
  );
}

/** @returns how many journeys there will be */
export const historyCount = (definition: Definition): number => planOf(definition).length;
