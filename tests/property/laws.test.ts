import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPatch, diff, type Patch } from '../../domain/model/patch.ts';
import { asEventId, asStepRef, stepIdOf, type StepRef } from '../../domain/model/ids.ts';
import { isRefusal } from '../../domain/model/refusal.ts';
import type { JourneyEvent } from '../../domain/model/event.ts';
import type { JourneyState } from '../../domain/model/state.ts';
import { dayMs } from '../../domain/calendar/civil-day.ts';
import { isBesideTheRoad } from '../../domain/definition/built-in-steps.ts';
import { compileCalendar } from '../../domain/calendar/working-calendar.ts';
import { draftOf } from '../../domain/transition/draft.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { timingOf } from '../../domain/transition/timing.ts';
import { transition } from '../../domain/transition/transition.ts';
import {
  calendar,
  clock,
  doctor,
  enrolment,
  factsFor,
  journey,
  start,
  walk,
  walkArbitrary,
  type Taken,
} from '../support/random-walk.ts';
import { localText, Story } from '../support/journey-story.ts';
import { smallPathway } from '../support/small-pathway.ts';

const walks = walkArbitrary;
const runs = { numRuns: 200 };
const hourMs = 3_600_000;
const accepted = (taken: readonly Taken[]): (Taken & { after: JourneyState })[] =>
  taken.filter((item): item is Taken & { after: JourneyState } => !item.refusal && item.after !== null);
const active = (state: JourneyState): StepRef[] =>
  (Object.keys(state.steps) as StepRef[]).filter((ref) =>
    ['open', 'scheduled'].includes(state.steps[ref]?.status ?? ''),
  );

describe('the laws of a journey, over random histories', { timeout: 120_000 }, () => {
  it('1. never stranded: what has not ended has something open, a finite deadline and an owner', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { after } of accepted(walk(smallPathway, history))) {
          if (after.ending) expect(active(after)).toEqual([]);
          else {
            const next = nextDeadline(after);
            // A wrong address, or a doubtful message, is somebody's work, and no part of the road.
            expect(active(after).filter((ref) => !isBesideTheRoad(ref)).length).toBeGreaterThan(0);
            expect(Number.isFinite(next?.at)).toBe(true);
            expect(next?.owner.role).toBeTruthy();
          }
        }
      }),
      runs,
    ));

  it('2. time moves: after DeadlineReached at t the next deadline lies after t', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { event, after } of accepted(walk(smallPathway, history)))
          if (event.kind === 'DeadlineReached')
            expect(nextDeadline(after)?.at ?? Infinity).toBeGreaterThan(after.at);
      }),
      runs,
    ));

  it('4. refusal is silence: a refused event leaves the state byte for byte as it was', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { event, at, before, refusal } of walk(smallPathway, history)) {
          if (!refusal || !before) continue;
          const bytes = JSON.stringify(before);
          transition(smallPathway, before, event, at, calendar, journey);
          expect(JSON.stringify(before)).toBe(bytes);
        }
      }),
      runs,
    ));

  it('5. replay: the patches of the log, applied from nothing, give the stored state, and deciding again gives the same patches', () =>
    fc.assert(
      fc.property(walks, (history) => {
        let rebuilt: object = {};
        for (const { event, at, before, after } of accepted(walk(smallPathway, history))) {
          const patch = JSON.parse(JSON.stringify(diff(before ?? {}, after))) as Patch;
          rebuilt = applyPatch(rebuilt, patch);
          expect(rebuilt).toEqual(after);
          const again = transition(smallPathway, before, event, at, calendar, journey);
          expect(isRefusal(again) ? again : diff(before ?? {}, again.state)).toEqual(patch);
        }
      }),
      runs,
    ));

  it('the state survives a JSON round trip', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { after } of accepted(walk(smallPathway, history)))
          expect(JSON.parse(JSON.stringify(after))).toEqual(after);
      }),
      runs,
    ));

  it('6. two outcomes of independent steps commute', () => {
    // A CT that waits and a community watch are independent: neither names the other, but on `attended`.
    const outcomes = {
      watch: fc.constant('assessed'),
      ct: fc.constantFrom('missed', 'cancelled', 'booked'),
      category: fc.constantFrom('1', '2', '3'),
      hours: fc.nat({ max: 24 * 300 }),
    };
    const read = { kind: 'OutcomeRecorded', by: doctor, reason: 'a reason' } as const;
    fc.assert(
      fc.property(fc.record(outcomes), ({ watch, ct, category, hours }) => {
        const at = start + hours * 3_600_000;
        const past: JourneyEvent[] = [
          { ...enrolment, stage: 'imaging' },
          { ...read, id: asEventId('1'), step: asStepRef('book-ct#1'), outcome: 'attended' },
          {
            ...read,
            id: asEventId('2'),
            step: asStepRef('read-ct#1'),
            outcome: 'reported',
            facts: { category, size: 5 },
          },
        ];
        const two: JourneyEvent[] = [
          { ...read, id: asEventId('a'), step: asStepRef('watch#1'), outcome: watch },
          {
            ...read,
            id: asEventId('b'),
            step: asStepRef('interval-ct#1'),
            outcome: ct,
            appointmentAt: at + 86_400_000,
          },
        ];
        const run = (events: JourneyEvent[]): unknown => {
          let state: JourneyState | null = null;
          for (const event of events) {
            const answer = transition(
              smallPathway,
              state,
              event,
              events.indexOf(event) < 3 ? start : at,
              calendar,
              journey,
            );
            if (isRefusal(answer)) throw new Error(answer.message.en);
            state = answer.state;
          }
          return state;
        };
        expect(run([...past, ...two])).toEqual(run([...past, ...two.toReversed()]));
      }),
    );
  });

  it('7. rungs: in order, once per cycle; none after the step closed, none while paused; one telling at a time', () =>
    fc.assert(
      fc.property(walks, (history) => {
        const raised = new Map<string, number>();
        for (const { before, after, effects } of accepted(walk(smallPathway, history))) {
          const told = new Map<string, number>();
          for (const effect of effects) {
            if (effect.kind !== 'RungRaised') continue;
            const place = `${effect.step}/${effect.cycle}`;
            const position = effect.rung * 1_000_000 + effect.repeat;
            expect(position).toBeGreaterThan(raised.get(place) ?? -1);
            raised.set(place, position);
            expect(before?.steps[effect.step]?.status ?? 'open').not.toMatch(/done|missed|cancelled/u);
            if (before?.pause) expect(after.pause).toBeUndefined();
            if (effect.told) told.set(place, (told.get(place) ?? 0) + 1);
          }
          for (const count of told.values()) expect(count).toBe(1);
        }
      }),
      runs,
    ));

  it('7b. a ladder never falls silent: an open step that nobody acknowledged or that cannot time out wakes again', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { after } of accepted(walk(smallPathway, history)))
          for (const ref of active(after)) expect(after.steps[ref]?.wakeAt).toBeTypeOf('number');
      }),
      runs,
    ));

  it('7c. a resident who has confirmed is not reminded again in that cycle, and whoever owns the step is', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { before, effects } of accepted(walk(smallPathway, history)))
          for (const effect of effects) {
            if (effect.kind !== 'RungRaised') continue;
            const was = before?.steps[effect.step];
            const confirmed =
              was?.residentAnswer?.answer === 'confirmed' && was.residentAnswer.cycle === effect.cycle;
            expect(effect.silenced === true).toBe(confirmed && effect.tell.kind === 'resident');
            if (effect.silenced) expect(effect.told).toBe(false);
          }
      }),
      runs,
    ));

  it('7d. acknowledgements keep no ladder silent for more than thirty days after the due date in one cycle', () => {
    const hours = (max: number) => fc.nat({ max });
    const putOff = fc.record({ gap: hours(24 * 12), ahead: hours(24 * 32), reason: fc.boolean() });
    fc.assert(
      fc.property(fc.array(putOff, { minLength: 3, maxLength: 12 }), (asked) => {
        const step = asStepRef('board#1');
        const story = new Story(smallPathway, '2026-01-05 10:00', { stage: 'treatment' });
        const { dueAt } = story.step(step);
        const silent: { from: number; until: number }[] = [];
        for (const { gap, ahead, reason } of asked) {
          story.until(localText(story.at + gap * hourMs));
          const until = story.at + ahead * hourMs;
          const why = reason ? { reason: 'surgeon away' } : {};
          if (story.try({ kind: 'Acknowledged', step, until, ...why })) continue;
          expect(reason || silent.length === 0).toBe(true);
          const before = silent.at(-1);
          if (before) before.until = Math.min(before.until, story.at);
          silent.push({ from: Math.max(story.at, dueAt), until });
          const all = silent.reduce((sum, part) => sum + Math.max(0, part.until - part.from), 0);
          expect(all).toBeLessThanOrEqual(30 * dayMs);
        }
      }),
      runs,
    );
  });

  it('a wrong address and doubtful messages are one task each at most, beside the road and never in its way', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { before, after, event } of accepted(walk(smallPathway, history))) {
          const open = active(after).filter(isBesideTheRoad).map(stepIdOf);
          expect(new Set(open).size).toBe(open.length);
          if (after.ending) expect(open).toEqual([]);
          if ((event.kind !== 'ContactFailed' && event.kind !== 'MessageInDoubt') || !before) continue;
          expect(open).toContain(event.kind === 'ContactFailed' ? 'contact-details' : 'message-in-doubt');
          expect(after.stage).toBe(before.stage);
          expect(active(after).filter((ref) => !isBesideTheRoad(ref))).toEqual(
            active(before).filter((ref) => !isBesideTheRoad(ref)),
          );
        }
      }),
      runs,
    ));

  it('no notice is ever queued twice under one key, unless what it told of was taken back', () =>
    fc.assert(
      fc.property(walks, (history) => {
        const keys = new Set<string>();
        for (const { effects } of accepted(walk(smallPathway, history)))
          for (const effect of effects) {
            if (effect.kind !== 'NoticeQueued') continue;
            expect(keys).not.toContain(effect.key);
            keys.add(effect.key);
          }
      }),
      runs,
    ));

  it('8. anchored: computing every deadline again from its anchor gives the stored one', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { event, after } of accepted(walk(smallPathway, history))) {
          const draft = draftOf(smallPathway, after, event, after.at, compileCalendar(calendar));
          for (const ref of active(after)) {
            const state = after.steps[ref];
            const step = smallPathway.steps[stepIdOf(ref)];
            if (!state || !step) throw new Error(ref);
            expect({ ref, dueAt: timingOf(draft, step, state).dueAt }).toEqual({ ref, dueAt: state.dueAt });
          }
        }
      }),
      runs,
    ));

  it('9. endings are final but for Reopened and retractions; an ended journey queues nothing', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { before, after, effects, event } of accepted(walk(smallPathway, history))) {
          if (!before?.ending) continue;
          expect(['Reopened', 'EnteredInError', 'OutsideWorkFinished']).toContain(event.kind);
          if (after.ending)
            expect(effects.filter(({ kind }) => kind === 'NoticeQueued' || kind === 'StepOpened')).toEqual(
              [],
            );
        }
      }),
      runs,
    ));

  it('a DeadlineReached before anything is due is refused', () =>
    fc.assert(
      fc.property(walks, (history) => {
        const last = accepted(walk(smallPathway, history)).at(-1)?.after;
        if (!last || last.ending) return;
        const next = nextDeadline(last)?.at ?? 0;
        fc.pre(next - 1 >= last.at);
        const answer = transition(
          smallPathway,
          last,
          { kind: 'DeadlineReached', id: asEventId('early'), by: clock },
          next - 1,
          calendar,
        );
        expect(isRefusal(answer) && answer.refused).toBe('NothingDue');
      }),
      runs,
    ));

  it('the state stays small however long the road: closed occurrences of one step are bounded', () =>
    fc.assert(
      fc.property(walks, (history) => {
        for (const { after } of accepted(walk(smallPathway, history))) {
          const kept = new Map<string, number>();
          for (const ref of Object.keys(after.steps) as StepRef[])
            kept.set(stepIdOf(ref), (kept.get(stepIdOf(ref)) ?? 0) + 1);
          expect(Math.max(...kept.values())).toBeLessThanOrEqual(9);
        }
      }),
      runs,
    ));

  it('every walk visits enough of the pathway for these laws to mean something', () => {
    const kinds = new Set<string>();
    const stages = new Set<string>();
    for (const history of fc.sample(walks, { numRuns: 400, seed: 7 }))
      for (const { event, after } of accepted(walk(smallPathway, history))) {
        kinds.add(event.kind);
        stages.add(after.stage);
      }
    expect([...kinds].sort()).toEqual(
      [
        'Acknowledged',
        'Assigned',
        'ContactFailed',
        'DeadlineReached',
        'DeadlinesRecomputed',
        'Ended',
        'EnteredInError',
        'Enrolled',
        'Extended',
        'FactsCorrected',
        'MessageInDoubt',
        'OutcomeRecorded',
        'OutsideWorkFinished',
        'Paused',
        'Reopened',
        'ResidentAnswered',
        'Resumed',
        'Transferred',
      ].sort(),
    );
    expect([...stages].sort()).toEqual([
      'follow-up',
      'imaging',
      'palliative',
      'referral',
      'screening',
      'treatment',
    ]);
    expect(factsFor(smallPathway, 'read-ct#1' as StepRef, 'reported', 1)).toHaveProperty('category');
  });
});
