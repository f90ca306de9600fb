import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../../domain/definition/compile.ts';
import { asStepRef, asWorkId } from '../../../domain/model/ids.ts';
import { local, localText, rungs, Story } from '../../support/journey-story.ts';
import { journey } from '../../support/random-walk.ts';
import { smallPathway, smallSource } from '../../support/small-pathway.ts';

const enrolled = (from = '2026-01-05 10:00', stage?: string): Story =>
  new Story(smallPathway, from, stage === undefined ? {} : { stage });
const day = (at: number): string => localText(at).slice(0, 10);
const read = (category: string): Story =>
  enrolled('2026-01-05 10:00', 'imaging')
    .outcome('book-ct#1', 'attended')
    .outcome('read-ct#1', 'reported', { category, size: 5 });
const bookCt = asStepRef('book-ct#1');

describe('what is recorded late', () => {
  const treatedAgain = (): Story => {
    const story = enrolled('2026-01-05 10:00', 'treatment')
      .outcome('board#1', 'decided')
      .outcome('operate#1', 'completed');
    story.until('2027-01-04 12:00');
    return story.outcome('visits#2', 'done', { recurrence: true });
  };

  it('changes the record and not the road, once somebody has gone on from the miss', () => {
    const story = treatedAgain();
    expect(story.open).toEqual(['board#2']);
    story.outcome('visits#1', 'done', { recurrence: false }, { happenedAt: local('2026-07-08 10:00') });
    expect(story.step('visits#1')).toMatchObject({ status: 'done', outcome: 'done' });
    expect(story.state.stage).toBe('treatment');
    expect(story.open).toEqual(['board#2']);
    expect(story.state.facts['recurrence']?.value).toBe(true);
  });

  it('brings back what the miss had closed on its way', () => {
    const source = structuredClone(smallSource);
    const interval = source.stages['imaging']?.steps['interval-ct'];
    if (!interval) throw new Error('no interval-ct');
    interval.outcomes['missed'] = { enter: 'screening' };
    interval.outcomes['cancelled'] = { stay: true };
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00', { stage: 'imaging' })
      .outcome('book-ct#1', 'attended')
      .outcome('read-ct#1', 'reported', { category: '3', size: 5 })
      .outcome('watch#1', 'assessed')
      .outcome('interval-ct#1', 'booked', {}, { appointmentAt: local('2026-02-10 10:00') });
    story.until('2026-02-26 10:00');
    expect(story.state.stage).toBe('screening');
    story.outcome('interval-ct#1', 'cancelled');
    expect(story.state.stage).toBe('imaging');
    expect(story.open).toEqual(['(watch#2)']);
  });

  it('is taken back to the miss and what came of it, and may then be recorded rightly', () => {
    const story = enrolled();
    story.until('2026-01-27 12:00');
    const missed = story.step('questions#1');
    expect(story.open).toEqual(['visit#1']);
    story.outcome('questions#1', 'completed', { points: 6 }).retract('OutcomeRecorded');
    expect(story.step('questions#1')).toEqual(missed);
    expect(story.open).toEqual(['visit#1']);
    expect(story.step('refer-up#1')).toMatchObject({ status: 'cancelled', reason: 'entered-in-error' });
    expect(story.state).toMatchObject({ stage: 'screening', facts: {} });
    expect(story.outcome('questions#1', 'completed', { points: 6 }).open).toEqual(['refer-up#2']);
  });

  it('is taken back to where the miss had led, with what it had closed', () => {
    const source = structuredClone(smallSource);
    const interval = source.stages['imaging']?.steps['interval-ct'];
    if (!interval) throw new Error('no interval-ct');
    interval.outcomes['missed'] = { enter: 'screening' };
    interval.outcomes['cancelled'] = { stay: true };
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00', { stage: 'imaging' })
      .outcome('book-ct#1', 'attended')
      .outcome('read-ct#1', 'reported', { category: '3', size: 5 })
      .outcome('watch#1', 'assessed')
      .outcome('interval-ct#1', 'booked', {}, { appointmentAt: local('2026-02-10 10:00') });
    story.until('2026-02-26 10:00');
    const before = { open: story.open, stage: story.state.stage };
    story.outcome('interval-ct#1', 'cancelled');
    expect(story.open).toEqual(['(watch#2)']);
    const wrong = story.retraction('OutcomeRecorded');
    story.take(wrong);
    expect({ open: story.open, stage: story.state.stage }).toEqual(before);
    expect(story.step('interval-ct#1')).toMatchObject({ status: 'missed', outcome: 'missed' });
    expect(story.step('watch#2').status).toBe('cancelled');
    expect(story.try(wrong)?.refused).toBe('EventNotRetractable');
  });

  it('of the record alone is taken back although the road has gone on', () => {
    const story = treatedAgain();
    const before = structuredClone(story.state);
    story
      .outcome('visits#1', 'done', { recurrence: false }, { happenedAt: local('2026-07-08 10:00') })
      .retract('OutcomeRecorded');
    expect(story.step('visits#1')).toEqual(before.steps['visits#1' as never]);
    expect(story.open).toEqual(['board#2']);
    expect(story.state.stage).toBe(before.stage);
  });

  it('is not taken back once somebody has gone on from it', () => {
    const story = enrolled();
    story.until('2026-01-27 12:00');
    story.outcome('questions#1', 'completed', { points: 6 });
    const wrong = story.retraction('OutcomeRecorded');
    story.outcome('refer-up#1', 'accepted');
    expect(story.try(wrong)).toMatchObject({ refused: 'EventNotRetractable', accepted: ['refer-up#1'] });
  });

  it('does not move an anchor back', () => {
    const story = read('3');
    story.until('2026-03-10 12:00');
    story.outcome('interval-ct#1', 'attended');
    const ct = story.state.anchors['ct'];
    story
      .outcome('read-ct#2', 'inadequate')
      .outcome('book-ct#2', 'attended', {}, { happenedAt: local('2026-01-20 10:00') });
    expect(story.state.anchors['ct']).toBe(ct);
  });
});

describe('an appointment', () => {
  const booked = (appointment: string): Story =>
    enrolled('2026-01-05 10:00', 'imaging').outcome(
      'book-ct#1',
      'booked',
      {},
      { appointmentAt: local(appointment) },
    );

  it('replaces time that was given before, and more time never makes it due sooner', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging');
    story.take({ kind: 'Extended', step: bookCt, until: local('2026-01-20 10:00'), reason: 'asked' });
    story.outcome('book-ct#1', 'booked', {}, { appointmentAt: local('2026-02-10 14:00') });
    expect(story.step('book-ct#1').dueAt).toBe(local('2026-02-10 14:00'));
    story.until('2026-02-10 13:59');
    expect(story.step('book-ct#1').status).toBe('open');
    story.take({ kind: 'Extended', step: bookCt, until: local('2026-02-10 15:00'), reason: 'late' });
    expect(story.step('book-ct#1').dueAt).toBe(local('2026-02-10 15:00'));
  });

  it('in the afternoon is not overdue that morning', () => {
    const story = booked('2026-01-15 15:00');
    expect(rungs(story.until('2026-01-15 14:59'))).toEqual(['book-ct#1 0 → resident']);
    expect(rungs(story.until('2026-01-15 15:01'))).toEqual(['book-ct#1 1 → hospital-coordinator']);
  });

  it.each([
    ['2062-03-09 10:00', 'TooLong'],
    ['1970-01-20 10:00', 'InThePast'],
  ])('at %s is a slip: %s', (appointment, code) =>
    expect(
      enrolled('2026-01-05 10:00', 'imaging').try({
        kind: 'OutcomeRecorded',
        step: bookCt,
        outcome: 'booked',
        appointmentAt: local(appointment),
      })?.refused,
    ).toBe(code),
  );

  it('and a happening before the resident was born is one too', () => {
    const happenedAt = local('1926-01-05 10:00');
    expect(
      enrolled().try({
        kind: 'OutcomeRecorded',
        step: asStepRef('questions#1'),
        outcome: 'declined',
        happenedAt,
      })?.refused,
    ).toBe('InThePast');
  });

  it('that fell into a pause is not missed: another one is to be made', () => {
    const story = booked('2026-01-12 15:00');
    story.take({ kind: 'Paused', reason: 'in-hospital-elsewhere', until: local('2026-01-20 10:00') });
    story.until('2026-01-20 12:00');
    expect(story.step('book-ct#1').status).toBe('open');
    expect(story.step('book-ct#1').appointmentAt).toBeUndefined();
    expect(day(story.step('book-ct#1').dueAt)).toBe('2026-02-03');
  });

  it('retracted after a rebooking is refused: the newer one stands', () => {
    const story = booked('2026-01-12 15:00');
    const wrong = story.retraction('OutcomeRecorded');
    story.outcome('book-ct#1', 'rebooked', {}, { appointmentAt: local('2026-01-20 10:00') });
    const newer = story.retraction('OutcomeRecorded');
    expect(story.try(wrong)?.refused).toBe('EventNotRetractable');
    story.take(newer);
    expect(story.step('book-ct#1').appointmentAt).toBe(local('2026-01-12 15:00'));
    expect(story.take(wrong).step('book-ct#1').appointmentAt).toBeUndefined();
  });
});

describe('a pause gives its time back', () => {
  it('to an extension', () => {
    const story = enrolled();
    story.take({
      kind: 'Extended',
      step: asStepRef('questions#1'),
      until: local('2026-01-30 10:00'),
      reason: 'asked',
    });
    story.until('2026-01-12 10:00');
    story.take({ kind: 'Paused', reason: 'in-hospital-elsewhere', until: local('2026-04-20 10:00') });
    story.until('2026-04-20 12:00');
    expect(story.step('questions#1')).toMatchObject({ status: 'open', dueAt: local('2026-05-08 10:00') });
  });

  it('to a step that would have opened meanwhile', () => {
    const story = read('3').outcome('watch#1', 'assessed');
    story.until('2026-02-01 10:00');
    story.take({ kind: 'Paused', reason: 'in-hospital-elsewhere', until: local('2026-07-01 10:00') });
    story.until('2026-07-01 10:30');
    expect(story.open).toEqual(['interval-ct#1', 'watch#2']);
    // Thirty days from when it would have opened, and the pause: Saturday 1 August, so Monday.
    expect(day(story.step('watch#2').dueAt)).toBe('2026-08-03');
    expect(day(story.step('interval-ct#1').dueAt)).toBe('2026-07-31');
    expect(rungs(story.effects)).toEqual([]);
  });
});

describe('an outage of years', () => {
  it('is one entry in the record for each rung, not one for each week', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment').outageUntil('2029-01-05 10:00');
    story.take({ kind: 'DeadlineReached' });
    expect(rungs(story.effects)).toHaveLength(5);
    expect(rungs(story.effects).at(-1)).toMatch(/^board#1 3\+1[45]\d → district-coordinator$/u);
  });

  it('a reminder before the due date is left out when its time had passed before the step opened, or was given more time', () => {
    const story = enrolled('2026-01-09 16:30', 'imaging').outcome('book-ct#1', 'attended');
    // Due on Saturday afternoon: the owner hears of it on Monday.
    expect(day(story.step('read-ct#1').wakeAt ?? 0)).toBe('2026-01-12');
    expect(rungs(story.until('2026-01-09 16:31'))).toEqual([]);
    const extended = enrolled('2026-01-05 10:00', 'treatment');
    extended.take({
      kind: 'Extended',
      step: asStepRef('board#1'),
      until: local('2026-01-05 10:02'),
      reason: 'soon',
    });
    expect(extended.step('board#1').wakeAt).toBe(local('2026-01-05 10:02'));
  });
});

describe('outside work that comes late', () => {
  const work = asWorkId(`${journey}/book-ct#1/1`);
  const finished = { kind: 'OutsideWorkFinished', step: bookCt, work } as const;

  it('supersedes a miss as the same record by hand would', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging').outcome(
      'book-ct#1',
      'booked',
      {},
      { appointmentAt: local('2026-01-12 10:00') },
    );
    story.until('2026-01-20 10:00');
    story.take({ ...finished, result: { status: 'done', outcome: 'attended' } });
    expect(story.step('book-ct#1')).toMatchObject({ status: 'done', outcome: 'attended' });
    expect(story.open).toEqual(['read-ct#1']);
  });

  it.each([
    ['an outcome that the step does not take', { outcome: 'nonsense' }],
    ['an impossible appointment', { outcome: 'booked', appointmentAt: local('2062-01-01 10:00') }],
  ])('%s is left to the owner, and not refused for ever', (_, result) => {
    const story = enrolled('2026-01-05 10:00', 'imaging').take({
      ...finished,
      result: { status: 'done', ...result },
    });
    expect(story.step('book-ct#1').workFailure).toContain(result.outcome);
    expect(story.effects).toContainEqual(expect.objectContaining({ template: 'outside-work-failed' }));
  });
});

describe('retracting', () => {
  it('an older correction leaves the newer value alone, and is refused', () => {
    const story = read('3').take({
      kind: 'FactsCorrected',
      anchors: { ct: local('2026-01-02 10:00') },
      reason: 'first',
    });
    const wrong = story.retraction('FactsCorrected');
    story.take({ kind: 'FactsCorrected', anchors: { ct: local('2026-01-03 10:00') }, reason: 'second' });
    expect(story.try(wrong)?.refused).toBe('EventNotRetractable');
    expect(story.state.anchors['ct']).toBe(local('2026-01-03 10:00'));
  });

  it('the start of a treatment leaves it to be started', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment')
      .outcome('board#1', 'decided')
      .outcome('operate#1', 'started')
      .retract('OutcomeRecorded');
    expect(story.open).toEqual(['operate#1']);
  });
});

describe('reopening', () => {
  it('opens the step again whose outcome had ended the journey', () => {
    const story = enrolled().outcome('questions#1', 'declined');
    expect(story.state.ending?.kind).toBe('declined');
    expect(story.take({ kind: 'Reopened', reason: 'thought again' }).open).toEqual(['questions#1']);
  });
});

describe('moving to another version', () => {
  const changed = (change: (source: typeof smallSource) => void): ReturnType<typeof compileDefinition> => {
    const source = structuredClone(smallSource);
    change(source);
    return compileDefinition(source, 2);
  };
  const move = (story: Story, target: ReturnType<typeof compileDefinition>): Story => {
    const moved = new Story(target, '2026-01-05 10:00');
    moved.state = story.state;
    moved.at = story.at;
    return moved.take({ kind: 'Migrated', toVersion: 2, reason: 'guideline' });
  };

  it('with fewer cases of a deadline', () => {
    const target = changed((source) =>
      Object.assign(source.stages['imaging']?.steps['interval-ct'] ?? {}, { due: { in: '3mo' } }),
    );
    expect(day(move(read('1'), target).step('interval-ct#1').dueAt)).toBe('2026-04-07');
  });

  it('with a shorter series: the visit under way is its last', () => {
    const target = changed((source) =>
      Object.assign(source.stages['follow-up']?.steps['visits'] ?? {}, {
        schedule: [{ every: '12mo', until: '12mo' }],
      }),
    );
    const story = new Story(smallPathway, '2026-01-05 10:00', {
      stage: 'follow-up',
      anchors: { surgery: local('2024-06-05 10:00') },
    });
    const moved = move(story, target);
    expect(day(moved.step('visits#1').dueAt)).toBe('2025-06-05');
    expect(moved.outcome('visits#1', 'done', { recurrence: false }).state.ending?.kind).toBe('completed');
  });

  it('a late outcome of a step that it no longer has is refused, not an error', () => {
    const story = enrolled();
    story.until('2026-01-27 10:00');
    const target = changed((source) => {
      const screening = source.stages['screening'];
      if (!screening) throw new Error('no screening');
      delete screening.steps['questions'];
      screening.entry = 'visit';
      Object.assign(screening.steps['visit'] ?? {}, { outcomes: { done: { enter: 'referral' } } });
    });
    expect(
      move(story, target).try({
        kind: 'OutcomeRecorded',
        step: asStepRef('questions#1'),
        outcome: 'declined',
      })?.refused,
    ).toBe('StepUnknown');
  });

  const without = (stage: string, step: string, mend: (steps: Record<string, object>) => void) =>
    changed((source) => {
      const steps: Record<string, object> = source.stages[stage]?.steps ?? {};
      delete steps[step];
      mend(steps);
    });

  it('a retraction that would open a step that it no longer has is refused, not an error', () => {
    const story = enrolled().outcome('questions#1', 'unreachable');
    const target = changed((source) => {
      const screening = source.stages['screening'];
      delete screening?.steps['questions'];
      Object.assign(screening ?? {}, { entry: 'visit' });
      Object.assign(screening?.steps['visit'] ?? {}, { outcomes: { done: { enter: 'referral' } } });
    });
    const retraction = story.retraction('OutcomeRecorded');
    const refusal = move(story, target).try(retraction);
    expect(refusal?.refused).toBe('EventNotRetractable');
    expect(refusal?.message.en).toContain('has no step "questions#1"');
  });

  it('what somebody did in a step that it no longer has still counts as gone on', () => {
    const story = enrolled().outcome('questions#1', 'unreachable');
    const retraction = story.retraction('OutcomeRecorded');
    story.outcome('visit#1', 'done');
    const target = without('screening', 'visit', (steps) =>
      Object.assign(steps['questions'] ?? {}, {
        outcomes: { completed: { enter: 'referral' }, declined: { end: 'declined' } },
      }),
    );
    expect(move(story, target).try(retraction)).toMatchObject({
      refused: 'EventNotRetractable',
      accepted: ['visit#1'],
    });
  });

  it('a retraction leaves closed what it had cancelled and the version no longer has', () => {
    const story = read('3').outcome('interval-ct#1', 'attended');
    const retraction = story.retraction('OutcomeRecorded');
    const target = without('imaging', 'watch', (steps) => {
      Object.assign(steps['read-ct'] ?? {}, { outcomes: { reported: { open: 'interval-ct' } } });
      Object.assign(steps['interval-ct'] ?? {}, { outcomes: { attended: { marks: 'ct', open: 'read-ct' } } });
    });
    expect(move(story, target).take(retraction).open).toEqual(['(interval-ct#1)']);
  });
});

describe('a step that waits to open', () => {
  const twice = (sooner: string): Story => {
    const source = structuredClone(smallSource);
    const watch = source.stages['imaging']?.steps['watch'];
    const interval = source.stages['imaging']?.steps['interval-ct'];
    if (!watch || !interval) throw new Error('no watch');
    interval.outcomes['cancelled'] = { open: { watch: { in: sooner } } };
    return new Story(compileDefinition(source, 1), '2026-01-05 10:00', { stage: 'imaging' })
      .outcome('book-ct#1', 'attended')
      .outcome('read-ct#1', 'reported', { category: '3', size: 5 })
      .outcome('watch#1', 'assessed')
      .outcome('interval-ct#1', 'cancelled');
  };

  it('opens on the earlier of two days when it is opened again', () => {
    expect(day(twice('3d').step('watch#2').opensAt ?? 0)).toBe('2026-01-08');
    expect(day(twice('90d').step('watch#2').opensAt ?? 0)).toBe('2026-03-06');
  });
});

describe('enrolling into a stage', () => {
  it('whose deadlines count from something needs to know when that was', () => {
    expect(() => new Story(smallPathway, '2026-01-05 10:00', { stage: 'follow-up' })).toThrow(/"surgery"/u);
    expect(
      new Story(smallPathway, '2026-01-05 10:00', {
        stage: 'follow-up',
        anchors: { surgery: local('2026-01-02 10:00') },
      }).open,
    ).toEqual(['(visits#1)']);
  });
});
