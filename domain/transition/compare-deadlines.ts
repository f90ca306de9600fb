import type { StepRef } from '../model/ids.ts';
import type { JourneyState, StepState } from '../model/state.ts';

/** What recomputing did to the deadlines of a journey, or would do: how many steps. */
export interface DeadlineMoves {
  /** A step opens, or is due, earlier than it was. */
  readonly earlier: number;
  readonly later: number;
  /** The dates stay, and the reminders after them move. */
  readonly reminders: number;
  /** Were provisional, and are no longer. */
  readonly definite: number;
  /** Are provisional, and were not. */
  readonly unsure: number;
  /** Something is to be done about them at once, which lay ahead before. */
  readonly dueNow: number;
}

export const noMoves: DeadlineMoves = {
  earlier: 0,
  later: 0,
  reminders: 0,
  definite: 0,
  unsure: 0,
  dueNow: 0,
};

/** @returns both together */
export const addMoves = (a: DeadlineMoves, b: DeadlineMoves): DeadlineMoves => ({
  earlier: a.earlier + b.earlier,
  later: a.later + b.later,
  reminders: a.reminders + b.reminders,
  definite: a.definite + b.definite,
  unsure: a.unsure + b.unsure,
  dueNow: a.dueNow + b.dueNow,
});

/** @returns what differs between a journey before and after its deadlines were computed again; null: nothing at all */
export function compareDeadlines(before: JourneyState, after: JourneyState): DeadlineMoves | null {
  let moves: DeadlineMoves | null = null;
  for (const key in after.steps) {
    const was = before.steps[key as StepRef];
    const is = after.steps[key as StepRef];
    if (!was || !is || was === is) continue;
    const found = movesOf(was, is, after.at);
    if (found) moves = addMoves(moves ?? noMoves, found);
  }
  return moves;
}

function movesOf(was: StepState, is: StepState, at: number): DeadlineMoves | null {
  const dates = Math.sign(is.dueAt - was.dueAt || (is.opensAt ?? 0) - (was.opensAt ?? 0));
  const wakes = is.wakeAt !== was.wakeAt;
  if (dates === 0 && !wakes && is.provisional === was.provisional) return null;
  const wokeAt = was.wakeAt ?? at;
  return {
    earlier: Number(dates < 0),
    later: Number(dates > 0),
    reminders: Number(dates === 0 && wakes),
    definite: Number(was.provisional === true && is.provisional !== true),
    unsure: Number(was.provisional !== true && is.provisional === true),
    dueNow: Number(wakes && is.wakeAt !== undefined && is.wakeAt <= at && wokeAt > at),
  };
}
