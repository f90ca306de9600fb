import type { Effect, Recipient } from '../../domain/model/effect.ts';
import type { StepRef } from '../../domain/model/ids.ts';
import { stepIdOf } from '../../domain/model/ids.ts';
import type { JourneyState } from '../../domain/model/state.ts';
import type { AdoptAnswer } from '../../store/adopt-journey.ts';

export interface OverdueCount {
  readonly pathway: string;
  readonly version: number;
  readonly stage: string;
  /** Id of the centre. */
  readonly centre: string;
  count: number;
}

export interface ToldCount {
  readonly pathway: string;
  readonly version: number;
  /** `resident`, or a role. */
  readonly recipient: string;
  readonly step: string;
  count: number;
}

/** What an adoption did, or would do. */
export interface Tally {
  adopted: number;
  extended: number;
  unchanged: number;
  rejected: number;
  /** Of those adopted or extended. */
  ended: number;
  events: number;
  overdue: number;
  readonly overdueBy: OverdueCount[];
  told: number;
  readonly toldBy: ToldCount[];
}

export const emptyTally = (): Tally => ({
  adopted: 0,
  extended: 0,
  unchanged: 0,
  rejected: 0,
  ended: 0,
  events: 0,
  overdue: 0,
  overdueBy: [],
  told: 0,
  toldBy: [],
});

/** @returns true when a step of the journey is past its due date and no pause holds the clocks */
export const isOverdue = (state: JourneyState, now: number): boolean =>
  !state.ending &&
  !state.pause &&
  Object.values(state.steps).some(({ status, dueAt }) => status === 'open' && dueAt < now);

const nameOf = (recipient: Recipient): string =>
  recipient.kind === 'resident' ? 'resident' : recipient.role;

/** Notices that really go out: those of the past are not sent, nor those that the same event made pointless. */
function noticesOf(effects: readonly Effect[]): { recipient: Recipient; step: StepRef }[] {
  let queued: { recipient: Recipient; step: StepRef }[] = [];
  for (const effect of effects) {
    if (effect.kind === 'NoticeQueued') queued.push({ recipient: effect.recipient, step: effect.step });
    else if (effect.kind === 'NoticeSuperseded') queued = queued.filter(({ step }) => step !== effect.step);
    else if (effect.kind === 'JourneyEnded') queued = [];
  }
  return queued;
}

function increase<T extends { count: number }>(list: T[], key: Omit<T, 'count'>): void {
  const found = list.find((one) =>
    Object.entries(key).every(([name, value]) => one[name as keyof T] === value),
  );
  if (found) found.count += 1;
  else list.push({ ...key, count: 1 } as T);
}

/** @returns the tally with its lists in an order of their own: journeys are taken several at once, and end in any order */
export const inOrder = (tally: Tally): Tally => ({
  ...tally,
  overdueBy: tally.overdueBy.toSorted(byCount(({ stage, centre }) => [stage, centre])),
  toldBy: tally.toldBy.toSorted(byCount(({ recipient, step }) => [recipient, step])),
});

/** The largest count first; then by pathway, version and what else names a line. */
const byCount =
  <T extends { count: number; pathway: string; version: number }>(rest: (one: T) => readonly string[]) =>
  (a: T, b: T): number =>
    b.count - a.count || compareText(name(a, rest), name(b, rest));

const name = <T extends { pathway: string; version: number }>(
  one: T,
  rest: (one: T) => readonly string[],
): string => [one.pathway, String(one.version), ...rest(one)].join('\0');

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Adds one journey to the tally. */
export function count(tally: Tally, answer: AdoptAnswer, now: number): void {
  if (answer.status === 'refused') {
    tally.rejected += 1;
    return;
  }
  tally[answer.status] += 1;
  if (answer.status === 'unchanged') return;
  const { state, log } = answer;
  tally.events += log.length;
  if (state.ending) tally.ended += 1;
  if (isOverdue(state, now)) {
    tally.overdue += 1;
    increase(tally.overdueBy, {
      pathway: state.definition,
      version: state.version,
      stage: state.stage,
      centre: state.assignment.centre,
    });
  }
  for (const { effects, quiet } of log)
    for (const { recipient, step } of quiet ? [] : noticesOf(effects)) {
      tally.told += 1;
      increase(tally.toldBy, {
        pathway: state.definition,
        version: state.version,
        recipient: nameOf(recipient),
        step: stepIdOf(step),
      });
    }
}
