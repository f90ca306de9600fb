import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilDay, civilText } from '../../domain/calendar/civil-day.ts';
import type { OfficialYear } from '../../domain/calendar/official-years.ts';
import type { WorkingCalendar } from '../../domain/calendar/working-calendar.ts';
import { asEventId } from '../../domain/model/ids.ts';
import { isRefusal } from '../../domain/model/refusal.ts';
import type { JourneyState } from '../../domain/model/state.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { transition } from '../../domain/transition/transition.ts';
import { calendar, clock, walk, walkArbitrary } from '../support/random-walk.ts';
import { smallPathway } from '../support/small-pathway.ts';

/** @returns the journey with its deadlines computed by another calendar */
function recomputed(state: JourneyState, by: WorkingCalendar): JourneyState {
  const event = {
    kind: 'DeadlinesRecomputed',
    id: asEventId('again'),
    by: clock,
    calendar: by.version,
  } as const;
  const answer = transition(smallPathway, state, event, state.at, by);
  if (isRefusal(answer)) throw new Error(answer.refused);
  expect(answer.effects).toEqual([]);
  return answer.state;
}

/** @returns every state of the walk that is under way */
const underWay = (history: Parameters<typeof walk>[1]): JourneyState[] =>
  walk(smallPathway, history).flatMap(({ after, refusal }) =>
    refusal || !after || after.ending ? [] : [after],
  );

/** Any days off in any years: nobody would announce such a year, and nothing may be lost by it. */
const yearArbitrary = (year: number): fc.Arbitrary<OfficialYear> =>
  fc.uniqueArray(fc.nat({ max: 364 }), { maxLength: 40 }).map((days) => ({
    holidays: days.map((day) => civilText(civilDay(`${year}-01-01`) + day)),
    workdays: [],
  }));
const years = Array.from({ length: 12 }, (_, i) => 2025 + i);
const calendarArbitrary: fc.Arbitrary<WorkingCalendar> = fc
  .tuple(...years.map(yearArbitrary))
  .map((days) => ({
    ...calendar,
    version: 'other',
    years: Object.fromEntries(days.map((year, i) => [years[i], year])),
  }));

const runs = { numRuns: 150 };

describe('deadlines computed again', { timeout: 60_000 }, () => {
  it('by the same calendar are the same, to the last field', () =>
    fc.assert(
      fc.property(walkArbitrary, (history) => {
        for (const state of underWay(history)) {
          const { seq, ...again } = recomputed(state, calendar);
          const { seq: before, ...was } = state;
          expect(seq).toBe(before + 1);
          expect(again).toEqual(was);
        }
      }),
      runs,
    ));

  it('by any calendar leave nobody without a deadline, and nothing provisional where every year is announced', () =>
    fc.assert(
      fc.property(walkArbitrary, calendarArbitrary, (history, other) => {
        for (const state of underWay(history)) {
          const after = recomputed(state, other);
          expect(Number.isFinite(nextDeadline(after)?.at)).toBe(true);
          for (const step of Object.values(after.steps))
            if (step.status === 'open' || step.status === 'scheduled')
              expect(step.provisional).toBeUndefined();
        }
      }),
      runs,
    ));

  it('and back again are as they were', () =>
    fc.assert(
      fc.property(walkArbitrary, calendarArbitrary, (history, other) => {
        for (const state of underWay(history))
          expect(recomputed(recomputed(state, other), calendar).steps).toEqual(state.steps);
      }),
      runs,
    ));
});
