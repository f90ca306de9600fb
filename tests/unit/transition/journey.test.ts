import { describe, expect, it } from 'vitest';
import { compileDefinition } from '../../../domain/definition/compile.ts';
import { asStepRef, asWorkId } from '../../../domain/model/ids.ts';
import { local, localText, rungs, Story } from '../../support/journey-story.ts';
import { smallPathway, smallSource } from '../../support/small-pathway.ts';
import { journey } from '../../support/random-walk.ts';

const enrolled = (from = '2026-01-05 10:00', stage?: string): Story =>
  new Story(smallPathway, from, stage === undefined ? {} : { stage });
const day = (at: number): string => localText(at).slice(0, 10);
const read = (category: string): Story =>
  enrolled('2026-01-05 10:00', 'imaging')
    .outcome('book-ct#1', 'attended')
    .outcome('read-ct#1', 'reported', { category, size: 5 });

describe('opening and deadlines', () => {
  it('enrolment opens the entry steps of the first stage; a notice takes no time', () => {
    const story = enrolled();
    expect(story.open).toEqual(['questions#1']);
    expect(story.step('invitation#1').status).toBe('done');
    expect(story.effects.map(({ kind }) => kind)).toContain('NoticeQueued');
  });

  it('a deadline counted in days falls in the morning of a working day', () => {
    // 14 days after 5 January is Monday 19; from 3 February it would be 17 February, in the Spring Festival: 24 February.
    expect(day(enrolled().step('questions#1').dueAt)).toBe('2026-01-19');
    const story = enrolled('2026-02-03 10:00');
    expect(day(story.step('questions#1').dueAt)).toBe('2026-02-24');
    expect(Number(localText(story.step('questions#1').dueAt).slice(11, 13))).toBeGreaterThanOrEqual(8);
    expect(Number(localText(story.step('questions#1').dueAt).slice(11, 13))).toBeLessThan(10);
  });

  it('a deadline counted in hours is exact, on whatever day', () => {
    const story = enrolled('2026-01-09 16:30', 'imaging').outcome('book-ct#1', 'attended');
    expect(localText(story.step('read-ct#1').dueAt)).toBe('2026-01-10 16:30');
  });

  it('a deadline in a year without official working days is marked provisional', () => {
    expect(read('1').step('interval-ct#1').provisional).toBe(true);
    expect(read('3').step('interval-ct#1').provisional).toBeUndefined();
  });

  it.each([
    ['1', '2027-01-05'],
    ['2', '2026-07-06'],
    ['3', '2026-04-07'],
  ])('category %s: the interval CT is due %s, counted from the CT', (category, due) => {
    const story = read(category);
    expect(day(story.step('interval-ct#1').dueAt)).toBe(due);
    expect(story.open).toEqual(['(interval-ct#1)', 'watch#1']);
  });

  it('a step with a lead opens that long before it is due', () => {
    const story = read('3');
    story.until('2026-03-08 12:00');
    expect(story.open).toContain('interval-ct#1');
  });

  it('a late record of a CT counts from the CT, not from when somebody noticed', () => {
    const story = enrolled('2026-01-20 10:00', 'imaging').outcome(
      'book-ct#1',
      'attended',
      {},
      { happenedAt: local('2026-01-05 10:00') },
    );
    story.outcome('read-ct#1', 'reported', { category: '3', size: 5 });
    expect(day(story.step('interval-ct#1').dueAt)).toBe('2026-04-07');
  });

  it('correcting the fact that a deadline hangs on moves it', () => {
    const story = read('2').take({
      kind: 'FactsCorrected',
      facts: { category: '3' },
      reason: 'second reading',
    });
    expect(day(story.step('interval-ct#1').dueAt)).toBe('2026-04-07');
  });

  it('correcting an anchor moves what counts from it', () => {
    const story = read('3').take({
      kind: 'FactsCorrected',
      anchors: { ct: local('2026-01-04 10:00') },
      reason: 'wrong day',
    });
    expect(day(story.step('interval-ct#1').dueAt)).toBe('2026-04-07');
    story.take({ kind: 'FactsCorrected', anchors: { ct: local('2025-12-10 10:00') }, reason: 'wrong month' });
    expect(day(story.step('interval-ct#1').dueAt)).toBe('2026-03-10');
  });
});

describe('ladders', () => {
  it('climb resident, owner, manager, district, then repeat weekly, and time out as missed', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment');
    expect(rungs(story.until('2026-02-04 12:00'))).toEqual([
      'board#1 0 → resident',
      'board#1 1 → mdt-coordinator',
      'board#1 2 → centre-manager',
      'board#1 3 → district-coordinator',
      'board#1 3+1 → district-coordinator',
      'board#1 3+2 → district-coordinator',
    ]);
  });

  it('a questionnaire that nobody answers is missed at its last rung, and the home visit opens', () => {
    const story = enrolled();
    story.until('2026-01-26 12:00');
    expect(story.step('questions#1')).toMatchObject({ status: 'missed', outcome: 'missed' });
    expect(story.open).toEqual(['visit#1']);
  });

  it('after an outage only the highest rung due tells anybody, and stale reminders to the resident are not sent', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment').outageUntil('2026-01-16 12:00');
    story.take({ kind: 'DeadlineReached' });
    expect(rungs(story.effects)).toEqual([
      'board#1 0 → resident (skipped)',
      'board#1 1 → mdt-coordinator (skipped)',
      'board#1 2 → centre-manager',
    ]);
    expect(story.effects.filter(({ kind }) => kind === 'NoticeQueued')).toHaveLength(1);
  });

  it('an acknowledgement silences the ladder until its instant, and no longer', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment');
    story.until('2026-01-12 12:00');
    story.take({ kind: 'Acknowledged', step: asStepRef('board#1'), until: local('2026-01-21 12:00') });
    expect(rungs(story.until('2026-01-21 11:59'))).toEqual([]);
    expect(rungs(story.until('2026-01-21 12:01'))).toEqual([
      'board#1 2 → centre-manager (skipped)',
      'board#1 3 → district-coordinator',
    ]);
  });

  it('an extension starts a new cycle at its instant', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment');
    story.until('2026-01-16 12:00');
    story.take({
      kind: 'Extended',
      step: asStepRef('board#1'),
      until: local('2026-02-02 09:00'),
      reason: 'surgeon away',
    });
    expect(story.step('board#1')).toMatchObject({ cycle: 2, dueAt: local('2026-02-02 09:00') });
    expect(rungs(story.until('2026-02-02 12:00'))).toEqual([
      'board#1 0 → resident',
      'board#1 1 → mdt-coordinator',
    ]);
  });

  it('stops the moment the step is done, and what was queued is superseded', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment');
    story.until('2026-01-12 12:00');
    story.outcome('board#1', 'decided');
    expect(story.effects.map(({ kind }) => kind)).toContain('NoticeSuperseded');
    expect(rungs(story.until('2026-01-25 12:00')).filter((line) => line.startsWith('board'))).toEqual([]);
  });
});

describe('outcomes', () => {
  it('conditions choose the branch from facts and the resident’s age', () => {
    expect(enrolled().outcome('questions#1', 'completed', { points: 5 }).state.stage).toBe('referral');
    expect(enrolled().outcome('questions#1', 'completed', { points: 1 }).open).toEqual(['(questions#2)']);
    const young = new Story(smallPathway, '2026-01-05 10:00', {
      resident: { birthDate: '1990-01-01', sex: 'female' },
    });
    expect(young.outcome('questions#1', 'completed', { points: 5 }).open).toEqual(['(questions#2)']);
  });

  it('an outcome that arrives after its step was missed is accepted and supersedes what the miss opened', () => {
    const story = enrolled();
    story.until('2026-01-27 12:00');
    story.outcome('questions#1', 'completed', { points: 6 }, { happenedAt: local('2026-01-18 10:00') });
    expect(story.step('questions#1')).toMatchObject({
      status: 'done',
      outcome: 'completed',
      happenedAt: local('2026-01-18 10:00'),
    });
    expect(story.step('visit#1')).toMatchObject({
      status: 'cancelled',
      reason: 'superseded-by-late-outcome',
    });
    expect(story.open).toEqual(['refer-up#1']);
  });

  it('a referral expires; its answer is still accepted', () => {
    const story = enrolled('2026-01-05 10:00', 'referral');
    story.until('2026-01-26 12:00');
    expect(story.step('refer-up#1').outcome).toBe('expired');
    expect(story.open).toEqual(['review#1']);
    expect(story.outcome('refer-up#1', 'accepted').open).toEqual(['book-ct#1']);
  });

  it('a booking: unbooked it climbs its ladder but is never missed; booked and past, it is', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging');
    story.until('2026-03-02 12:00');
    expect(story.step('book-ct#1').status).toBe('open');
    story.outcome('book-ct#1', 'booked', {}, { appointmentAt: local('2026-03-05 14:30') });
    expect(story.step('book-ct#1')).toMatchObject({
      status: 'open',
      cycle: 2,
      dueAt: local('2026-03-05 14:30'),
    });
    story.until('2026-03-10 12:00');
    expect(story.step('book-ct#1').status).toBe('missed');
    expect(story.open).toEqual(['book-ct#2']);
  });

  it('rebooking starts a new cycle at the new appointment', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging').outcome(
      'book-ct#1',
      'booked',
      {},
      { appointmentAt: local('2026-01-08 14:30') },
    );
    story.outcome('book-ct#1', 'rebooked', {}, { appointmentAt: local('2026-01-15 09:00') });
    expect(story.step('book-ct#1')).toMatchObject({ cycle: 3, dueAt: local('2026-01-15 09:00') });
  });
});

describe('five years of follow-up', () => {
  it('opens every planned visit from the operation, none in advance, and ends', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment')
      .outcome('board#1', 'decided')
      .outcome('operate#1', 'completed');
    const planned: string[] = [];
    for (let n = 1; !story.state.ending; n++) {
      const visit = story.step(`visits#${n}`);
      expect(story.open).toHaveLength(1);
      planned.push(day(visit.dueAt));
      story.until(localText(visit.dueAt));
      story.outcome(`visits#${n}`, 'done', { recurrence: false });
    }
    expect(planned).toEqual([
      '2026-07-06',
      '2027-01-05',
      '2027-07-05',
      '2028-01-05',
      '2028-07-05',
      '2029-01-05',
      '2030-01-07',
      '2031-01-06',
    ]);
    expect(story.state.ending?.kind).toBe('completed');
  });

  it('a missed visit is a state of its own, and the next one is still due as planned', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment')
      .outcome('board#1', 'decided')
      .outcome('operate#1', 'completed');
    story.until('2026-09-01 12:00');
    expect(story.step('visits#1').status).toBe('missed');
    expect(day(story.step('visits#2').dueAt)).toBe('2027-01-05');
  });

  it('an adopted patient long after the operation has one overdue visit, not a heap', () => {
    const story = new Story(smallPathway, '2026-01-05 10:00', {
      stage: 'follow-up',
      anchors: { surgery: local('2024-01-10 10:00') },
    });
    expect(story.open).toEqual(['visits#1']);
    expect(day(story.step('visits#1').dueAt)).toBe('2025-07-10');
    story.outcome('visits#1', 'done', { recurrence: false });
    expect(day(story.step('visits#2').dueAt)).toBe('2026-01-12');
  });
});

describe('taking back', () => {
  it('a retracted outcome closes what it opened, opens again what it closed, and restores the facts', () => {
    const story = enrolled().outcome('questions#1', 'completed', { points: 5 }).retract('OutcomeRecorded');
    expect(story.open).toEqual(['questions#1']);
    expect(story.state.stage).toBe('screening');
    expect(story.state.facts).toEqual({});
    expect(story.step('refer-up#1')).toMatchObject({ status: 'cancelled', reason: 'entered-in-error' });
    expect(story.step('questions#1').cycle).toBe(2);
  });

  it('what somebody has gone on from is taken back from its end: the later record first', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging').outcome('book-ct#1', 'attended');
    const wrong = story.retraction('OutcomeRecorded');
    story.outcome('read-ct#1', 'reported', { category: '2', size: 7 });
    expect(story.try(wrong)).toMatchObject({ refused: 'EventNotRetractable', accepted: ['read-ct#1'] });
    story.retract('OutcomeRecorded').take(wrong);
    expect(story.open).toEqual(['book-ct#1']);
    expect(story.state.anchors).toEqual({});
    expect(story.state.facts).toEqual({});
  });

  it('steps that were cancelled on leaving a stage come back', () => {
    const story = read('2');
    story.until('2026-06-20 12:00');
    story.outcome('interval-ct#1', 'attended');
    expect(story.open.some((ref) => ref.includes('watch'))).toBe(false);
    story.retract('OutcomeRecorded');
    expect(story.open.some((ref) => ref.includes('watch'))).toBe(true);
    expect(day(story.state.anchors['ct'] ?? 0)).toBe('2026-01-05');
  });

  it('an ending entered for the wrong person is taken back', () => {
    const story = read('2').take({ kind: 'Ended', ending: 'died' });
    expect(story.open).toEqual([]);
    expect(story.retract('Ended').open).toEqual(['(interval-ct#1)', 'watch#1']);
  });

  it('twice is refused', () => {
    const story = enrolled().outcome('questions#1', 'completed', { points: 5 });
    const retraction = story.retraction('OutcomeRecorded');
    story.take(retraction);
    expect(story.try(retraction)?.refused).toBe('EventNotRetractable');
  });
});

describe('pauses', () => {
  it('stop the clocks, give the time back on resuming, and end by themselves at their limit', () => {
    const story = enrolled('2026-01-05 10:00', 'treatment');
    const due = story.step('board#1').dueAt;
    story.until('2026-01-08 10:00');
    story.take({ kind: 'Paused', reason: 'in-hospital-elsewhere', until: local('2026-01-22 10:00') });
    expect(rungs(story.until('2026-01-22 09:59'))).toEqual([]);
    story.until('2026-01-22 10:01');
    expect(story.state.pause).toBeUndefined();
    expect(day(story.step('board#1').dueAt)).toBe(day(due + 14 * 86_400_000));
    expect(story.step('board#1').cycle).toBe(2);
  });

  it('do not move an appointment', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging').outcome(
      'book-ct#1',
      'booked',
      {},
      { appointmentAt: local('2026-01-30 14:30') },
    );
    story.take({ kind: 'Paused', reason: 'away', until: local('2026-01-20 10:00') });
    story.until('2026-01-21 10:00');
    expect(story.step('book-ct#1').dueAt).toBe(local('2026-01-30 14:30'));
  });

  it.each([
    ['in the past', '2026-01-01 10:00', 'InThePast'],
    ['longer than the limit', '2027-01-05 10:00', 'TooLong'],
  ])('a pause %s is refused', (_, until, code) => {
    expect(enrolled().try({ kind: 'Paused', reason: 'away', until: local(until) })?.refused).toBe(code);
  });
});

describe('outside work', () => {
  const work = asWorkId(`${journey}/book-ct#1/1`);
  const book = asStepRef('book-ct#1');

  it('is asked for when the step opens, under the key that makes it once', () => {
    expect(enrolled('2026-01-05 10:00', 'imaging').effects).toContainEqual(
      expect.objectContaining({ kind: 'OutsideWorkRequested', work, provider: 'booking' }),
    );
  });

  it('its result is an outcome of the step', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging').take({
      kind: 'OutsideWorkFinished',
      step: book,
      work,
      result: { status: 'done', outcome: 'booked', appointmentAt: local('2026-01-15 09:00') },
    });
    expect(story.step('book-ct#1')).toMatchObject({
      appointmentAt: local('2026-01-15 09:00'),
      status: 'open',
    });
  });

  it('a failure becomes the owner’s task', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging').take({
      kind: 'OutsideWorkFinished',
      step: book,
      work,
      result: { status: 'unknown', reason: 'no answer for an hour' },
    });
    expect(story.step('book-ct#1').workFailure).toBe('no answer for an hour');
    expect(story.effects).toContainEqual(
      expect.objectContaining({ kind: 'NoticeQueued', template: 'outside-work-failed' }),
    );
  });

  it('is accepted after an ending, and queues nothing', () => {
    const story = enrolled('2026-01-05 10:00', 'imaging')
      .take({ kind: 'Ended', ending: 'moved' })
      .take({
        kind: 'OutsideWorkFinished',
        step: book,
        work,
        result: { status: 'done', outcome: 'booked', appointmentAt: local('2026-01-15 09:00') },
      });
    expect(story.state.ending?.kind).toBe('moved');
    expect(story.effects).toEqual([]);
  });

  it('that nobody asked for is refused', () => {
    expect(
      enrolled('2026-01-05 10:00', 'imaging').try({
        kind: 'OutsideWorkFinished',
        step: book,
        work: asWorkId('other'),
        result: { status: 'done' },
      })?.refused,
    ).toBe('WorkUnknown');
  });
});

describe('other events', () => {
  it('a transfer makes what is open the new doctor’s', () => {
    const story = enrolled().take({
      kind: 'Transferred',
      assignment: { district: 'd', hospital: 'h', centre: 'c2', doctor: 'doctor-9' },
    });
    expect(story.step('questions#1').owner).toEqual({ role: 'family-doctor', staff: 'doctor-9' });
  });

  it('reopening takes up what the ending had closed', () => {
    const story = read('2')
      .take({ kind: 'Ended', ending: 'moved' })
      .take({ kind: 'Reopened', reason: 'came back' });
    expect(story.open).toEqual(['(interval-ct#1)', 'watch#1']);
  });

  it('a migration moves to the new version and computes deadlines from the anchors again', () => {
    const source = structuredClone(smallSource);
    const interval = source.stages['imaging']?.steps['interval-ct'];
    if (!interval) throw new Error('no interval-ct');
    interval.due = { in: '2mo' };
    const target = compileDefinition(source, 2);
    const story = read('2');
    const moved = new Story(target, '2026-01-05 10:00');
    moved.state = story.state;
    moved.take({ kind: 'Migrated', toVersion: 2, reason: 'new guideline' });
    expect(moved.state.version).toBe(2);
    expect(day(moved.step('interval-ct#1').dueAt)).toBe('2026-03-05');
  });
});

describe('refusals say what would be accepted', () => {
  const cases: [string, () => ReturnType<Story['try']>, string, string | undefined][] = [
    [
      'an unknown step',
      () => enrolled().try({ kind: 'OutcomeRecorded', step: asStepRef('nothing#1'), outcome: 'done' }),
      'StepUnknown',
      'questions#1',
    ],
    [
      'an outcome of another kind',
      () => enrolled().try({ kind: 'OutcomeRecorded', step: asStepRef('questions#1'), outcome: 'attended' }),
      'OutcomeNotAccepted',
      'completed',
    ],
    [
      'a fact left out',
      () => enrolled().try({ kind: 'OutcomeRecorded', step: asStepRef('questions#1'), outcome: 'completed' }),
      'FactMissing',
      'points',
    ],
    [
      'a fact out of range',
      () =>
        enrolled().try({
          kind: 'OutcomeRecorded',
          step: asStepRef('questions#1'),
          outcome: 'completed',
          facts: { points: 11 },
        }),
      'FactInvalid',
      undefined,
    ],
    [
      'a fact of another type',
      () =>
        enrolled().try({
          kind: 'OutcomeRecorded',
          step: asStepRef('questions#1'),
          outcome: 'completed',
          facts: { points: '5' },
        }),
      'FactInvalid',
      undefined,
    ],
    [
      'a fact nobody declared',
      () =>
        enrolled().try({
          kind: 'OutcomeRecorded',
          step: asStepRef('questions#1'),
          outcome: 'completed',
          facts: { points: 5, shoeSize: 42 },
        }),
      'FactUnknown',
      'points',
    ],
    [
      'a fact that comes from the resident',
      () => enrolled().try({ kind: 'FactsCorrected', facts: { age: 30 }, reason: 'typo' }),
      'FactUnknown',
      'points',
    ],
    [
      'a future happening',
      () =>
        enrolled().try({
          kind: 'OutcomeRecorded',
          step: asStepRef('questions#1'),
          outcome: 'declined',
          happenedAt: local('2026-01-06 10:00'),
        }),
      'InTheFuture',
      undefined,
    ],
    [
      'a rejection without a reason',
      () =>
        enrolled('2026-01-05 10:00', 'referral').try({
          kind: 'OutcomeRecorded',
          step: asStepRef('refer-up#1'),
          outcome: 'rejected',
        }),
      'ReasonRequired',
      undefined,
    ],
    [
      'a booking without its time',
      () =>
        enrolled('2026-01-05 10:00', 'imaging').try({
          kind: 'OutcomeRecorded',
          step: asStepRef('book-ct#1'),
          outcome: 'booked',
        }),
      'AppointmentRequired',
      undefined,
    ],
    [
      'a done step',
      () => read('2').try({ kind: 'OutcomeRecorded', step: asStepRef('read-ct#1'), outcome: 'reported' }),
      'StepNotOpen',
      'watch#1',
    ],
    [
      'anything after the ending',
      () => read('2').take({ kind: 'Ended', ending: 'died' }).try({ kind: 'Resumed' }),
      'JourneyEnded',
      'Reopened',
    ],
    [
      'a second enrolment',
      () =>
        enrolled().try({
          kind: 'Enrolled',
          resident: { birthDate: '1960-01-01', sex: 'male' },
          assignment: { district: 'd', hospital: 'h', centre: 'c' },
        }),
      'AlreadyEnrolled',
      undefined,
    ],
  ];
  it.each(cases)('%s', (_, attempt, code, accepted) => {
    const refusal = attempt();
    expect(refusal?.refused).toBe(code);
    expect(refusal?.message.zh).toMatch(/[\u4E00-\u9FFF]/u);
    if (accepted !== undefined) expect(refusal?.accepted).toContain(accepted);
  });
});

describe('facts that come again', () => {
  const source = structuredClone(smallSource);
  const read = source.stages['imaging']?.steps['read-ct'];
  if (!read) throw new Error('no read-ct');
  read.records = ['category', 'size', 'note'];
  const pathway = compileDefinition(source, 1);
  const twice = (): Story =>
    new Story(pathway, '2026-01-05 10:00', { stage: 'imaging' })
      .outcome('book-ct#1', 'attended')
      .outcome('read-ct#1', 'reported', { category: '2', size: 7, note: 'left lobe' })
      .outcome('interval-ct#1', 'attended')
      .outcome('read-ct#2', 'reported', { category: '2', size: 6 });

  it('an optional fact that does not come with a new result is unknown, not left over from the last one', () => {
    expect(twice().state.facts['note']).toBeUndefined();
    expect(twice().state.facts['size']?.value).toBe(6);
  });

  it('and is back when the new result is retracted', () => {
    const story = twice().retract('OutcomeRecorded');
    expect(story.state.facts['note']?.value).toBe('left lobe');
    expect(story.state.facts['size']?.value).toBe(7);
  });
});

describe('a series entered again', () => {
  it('does not ask for a visit that was made before it was left', () => {
    const source = structuredClone(smallSource);
    const board = source.stages['treatment']?.steps['board'];
    if (!board) throw new Error('no board');
    board.outcomes['deferred'] = { enter: 'follow-up' };
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00', { stage: 'treatment' })
      .outcome('board#1', 'decided')
      .outcome('operate#1', 'completed');
    story.until('2026-07-06 12:00');
    story.outcome('visits#1', 'done', { recurrence: true });
    story.until('2026-07-13 12:00');
    story.outcome('board#2', 'deferred');
    expect(story.open).toEqual(['(visits#2)']);
    expect(day(story.step('visits#2').dueAt)).toBe('2027-01-05');
  });
});

describe('notices', () => {
  const withNotice = (questions: object, sent: object): Story => {
    const source = structuredClone(smallSource);
    const screening = source.stages['screening']?.steps;
    if (!screening?.['questions'] || !screening['invitation']) throw new Error('no screening');
    screening['goodbye'] = { ...screening['invitation'], outcomes: { sent } };
    screening['questions'].outcomes['declined'] = questions;
    return new Story(compileDefinition(source, 1), '2026-01-05 10:00').outcome('questions#1', 'declined');
  };
  const notices = (effects: Story['effects']): string[] =>
    effects.flatMap((effect) => (effect.kind === 'NoticeQueued' ? [effect.step] : []));

  it('one that ends the journey ends it: nothing named beside it opens', () => {
    const story = withNotice({ open: ['goodbye', 'visit'] }, { end: 'declined' });
    expect(story.state.ending?.kind).toBe('declined');
    expect(story.open).toEqual([]);
  });

  it('one that is opened for later leaves then', () => {
    const story = withNotice({ open: { goodbye: { in: '7d' } } }, { open: 'visit' });
    expect(story.open).toEqual(['(goodbye#1)']);
    expect(notices(story.until('2026-01-12 07:00'))).toEqual([]);
    expect(notices(story.until('2026-01-12 11:00'))).toEqual(['goodbye#1']);
    expect(story.open).toEqual(['visit#1']);
  });
});
