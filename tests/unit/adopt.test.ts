import { describe, expect, it } from 'vitest';
import { groupLines } from '../../cli/adopt/group-lines.ts';
import { historyLineSchema, instantOfText, type NumberedLine } from '../../cli/adopt/line.ts';
import { asEventId, asJourneyId, asStepRef } from '../../domain/model/ids.ts';
import { applyHistory, type History, type HistoryRefused } from '../../domain/simulator/apply-history.ts';
import type { Dated } from '../../domain/simulator/simulate.ts';
import { nextDeadline } from '../../domain/transition/next-deadline.ts';
import { local } from '../support/journey-story.ts';
import { calendar, doctor, enrolment } from '../support/random-walk.ts';
import { smallPathway } from '../support/small-pathway.ts';

const journey = asJourneyId('00000000-0000-4000-8000-000000000001');
const enrolled: Dated = { at: local('2025-01-06 10:00'), event: enrolment };
const answered: Dated = {
  at: local('2025-01-08 10:00'),
  event: {
    kind: 'OutcomeRecorded',
    id: asEventId('answered'),
    by: doctor,
    step: asStepRef('questions'),
    outcome: 'completed',
    facts: { points: 9 },
  },
};
const apply = (events: readonly Dated[], now: string): History | HistoryRefused =>
  applyHistory(smallPathway, journey, null, events, calendar, local(now));

describe('a history', () => {
  it('fires no deadline in the past and one at now, after which the next lies ahead', () => {
    const history = apply([enrolled, answered], '2025-12-01 10:00') as History;
    expect(history.log.map(({ event, quiet }) => [event.kind, quiet])).toEqual([
      ['Enrolled', true],
      ['OutcomeRecorded', true],
      ['DeadlineReached', false],
    ]);
    expect(history.log[1]?.event).toMatchObject({ step: 'questions#1' });
    expect(nextDeadline(history.state)?.at).toBeGreaterThan(local('2025-12-01 10:00'));
    const told = history.log.at(-1)?.effects.filter((effect) => effect.kind === 'RungRaised' && effect.told);
    // Of the ladder of the referral that nobody answered, only the highest rung that is due.
    expect(told).toHaveLength(1);
  });

  it('raises nothing when nothing is due', () => {
    const history = apply([enrolled, answered], '2025-01-08 11:00') as History;
    expect(history.log.map(({ event }) => event.kind)).toEqual(['Enrolled', 'OutcomeRecorded']);
  });

  it('says which event the rules refuse', () => {
    expect(
      apply([enrolled, { ...answered, at: local('2026-01-01 10:00') }], '2025-06-01 10:00'),
    ).toMatchObject({
      index: 1,
      refusal: { refused: 'InTheFuture' },
    });
    expect(apply([enrolled, answered, answered], '2025-06-01 10:00')).toMatchObject({
      index: 2,
      refusal: { refused: 'StepNotOpen' },
    });
  });
});

describe('lines', () => {
  const line = (
    number: number,
    identityNumber: string,
    at: string,
    kind: 'enrolled' | 'resumed',
  ): NumberedLine => ({
    number,
    line: historyLineSchema.parse({ identityNumber, pathway: 'small', at, kind }),
  });

  it('become journeys, whatever their order, a new one with every enrolment', () => {
    const { people, orphans } = groupLines(
      [
        line(1, 'b', '2025-02-01', 'resumed'),
        line(2, 'a', '2025-01-01', 'enrolled'),
        line(3, 'A', '2025-06-01', 'enrolled'),
        line(4, 'b', '2025-01-01', 'enrolled'),
        line(5, 'a', '2025-03-01', 'resumed'),
        line(6, 'c', '2025-03-01', 'resumed'),
      ],
      'Asia/Shanghai',
    );
    expect(people.map((journeys) => journeys.map(({ lines }) => lines.map(({ number }) => number)))).toEqual([
      [[4, 1]],
      [[2, 5], [3]],
    ]);
    expect(orphans.map(({ number }) => number)).toEqual([6]);
  });

  it('name the same journey for the same content, and what an earlier run wrote beside it does not count', () => {
    const first = line(1, 'a', '2025-01-01', 'enrolled');
    const again = { number: 9, line: { ...first.line, rejected: { line: 1 } } };
    const idOf = (one: NumberedLine): string | undefined => groupLines([one], 'UTC').people[0]?.[0]?.journey;
    expect(idOf(again)).toBe(idOf(first));
    expect(idOf(first)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/u);
    expect(idOf(line(1, 'a', '2025-01-02', 'enrolled'))).not.toBe(idOf(first));
  });

  it.each([
    ['2026-03-02', '2026-03-02T12:00:00+08:00'],
    ['2026-03-02T09:30', '2026-03-02T09:30:00+08:00'],
    ['2026-03-02 09:30:15', '2026-03-02T09:30:15+08:00'],
    ['2026-03-02T09:30:00Z', '2026-03-02T09:30:00Z'],
    ['2026-03-02T09:30-05:00', '2026-03-02T09:30:00-05:00'],
  ])('at %s', (text, instant) => expect(instantOfText(text, 'Asia/Shanghai')).toBe(Date.parse(instant)));
});
