import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../domain/checker/check-definition.ts';
import { passes } from '../../domain/checker/problem.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { compileDefinition } from '../../domain/definition/compile.ts';
import type { Definition } from '../../domain/definition/definition.ts';
import { asEventId, stepIdOf, type StepRef } from '../../domain/model/ids.ts';
import type { JourneyEvent } from '../../domain/model/event.ts';
import { isRefusal } from '../../domain/model/refusal.ts';
import type { JourneyState } from '../../domain/model/state.ts';
import { draftOf } from '../../domain/transition/draft.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { reachDeadline } from '../../domain/transition/reach-deadline.ts';
import { acceptedOutcomes, recordOutcome } from '../../domain/transition/record-outcome.ts';
import { transition } from '../../domain/transition/transition.ts';
import { definitionArbitrary } from '../support/random-definition.ts';
import { calendar, clock, doctor, enrolment, factsFor, journey, start } from '../support/random-walk.ts';

const days = compileCalendar(calendar);
const active = (state: JourneyState): StepRef[] =>
  (Object.keys(state.steps) as StepRef[]).filter((ref) =>
    ['open', 'scheduled'].includes(state.steps[ref]?.status ?? ''),
  );

interface Act {
  /** Whether the clock or a person moves next, which step, which outcome, with which facts. */
  readonly person: boolean;
  readonly step: number;
  readonly outcome: number;
  readonly value: number;
}
const actsArbitrary: fc.Arbitrary<readonly Act[]> = fc.array(
  fc.record({ person: fc.boolean(), step: fc.nat(), outcome: fc.nat(), value: fc.nat({ max: 1000 }) }),
  { minLength: 5, maxLength: 40 },
);

/** Does what people and the clock do, without the guard that a transition has in store for what the checker rules out. */
function unguarded(definition: Definition, state: JourneyState, act: Act, n: number): JourneyState {
  const refs = active(state);
  const ref = refs[act.step % refs.length];
  const rules = ref && definition.steps[stepIdOf(ref)];
  const step = ref && state.steps[ref];
  if (!ref || !rules || !step) throw new Error(`nothing is open: ${JSON.stringify(state.steps)}`);
  const id = asEventId(`act-${n}`);
  const deadline = nextDeadline(state)?.at ?? state.at;
  const outcomes = acceptedOutcomes(rules, step);
  // For a notice that waits for its day there is nothing that a person could record.
  if (!act.person || outcomes.length === 0) {
    const event: JourneyEvent = { kind: 'DeadlineReached', id, by: clock };
    const draft = draftOf(definition, state, event, Math.max(deadline, state.at), days);
    reachDeadline(draft);
    return draft.state;
  }
  const outcome = outcomes[act.outcome % outcomes.length] ?? '';
  const at = state.at + 1;
  const event: JourneyEvent = {
    kind: 'OutcomeRecorded',
    id,
    by: doctor,
    step: ref,
    outcome,
    reason: 'a reason',
    appointmentAt: at + 86_400_000,
    facts: factsFor(definition, ref, outcome, act.value),
  };
  const draft = draftOf(definition, state, event, at, days);
  expect(recordOutcome(draft, event)).toBeUndefined();
  return draft.state;
}

describe('a definition that the checker passes', { timeout: 120_000 }, () => {
  it('never strands anybody, always moves time, and counts only from what has happened', () => {
    let walked = 0;
    fc.assert(
      fc.property(definitionArbitrary, actsArbitrary, (source, acts) => {
        if (!passes(checkDefinition(source))) return;
        walked += 1;
        const definition = compileDefinition(source, 1);
        const enrolled = transition(definition, null, enrolment, start, calendar, journey);
        if (isRefusal(enrolled)) throw new Error(enrolled.message.en);
        let state = enrolled.state;
        for (const [n, act] of acts.entries()) {
          if (state.ending) break;
          const before = state.at;
          state = unguarded(definition, state, act, n);
          if (state.ending) {
            expect(active(state)).toEqual([]);
            continue;
          }
          const next = nextDeadline(state);
          expect(active(state).length).toBeGreaterThan(0);
          expect(Number.isFinite(next?.at)).toBe(true);
          expect(next?.owner.role).toBeTruthy();
          if (!act.person) {
            expect(state.at).toBeGreaterThanOrEqual(before);
            expect(next?.at).toBeGreaterThan(state.at);
          }
          for (const ref of active(state)) {
            const anchor = definition.steps[stepIdOf(ref)]?.anchor;
            if (anchor !== undefined) expect(state.anchors).toHaveProperty(anchor);
          }
        }
      }),
      { numRuns: 1_500 },
    );
    // A generator that makes nothing but refused definitions would prove nothing.
    expect(walked).toBeGreaterThan(150);
  });

  it('may have been any: the generator makes definitions that are refused for every kind of reason, and none breaks the checker', () => {
    const codes = new Map<string, number>();
    fc.assert(
      fc.property(definitionArbitrary, (source) => {
        for (const { code, story } of checkDefinition(source)) {
          codes.set(code, (codes.get(code) ?? 0) + 1);
          for (const event of story ?? []) expect(event.zh && event.en).toBeTruthy();
        }
      }),
      { numRuns: 1_500 },
    );
    expect([...codes.keys()]).toEqual(
      expect.arrayContaining([
        'stay-with-nothing-open',
        'no-way-to-an-ending',
        'anchor-not-marked',
        'facts-not-known',
        'unreachable-step',
        'cycle-without-time',
      ]),
    );
  });
});
