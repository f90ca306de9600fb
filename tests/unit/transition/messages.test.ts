import { describe, expect, it } from 'vitest';
import { contactDetails } from '../../../domain/definition/contact-details.ts';
import { compileDefinition } from '../../../domain/definition/compile.ts';
import { checkDefinition } from '../../../domain/checker/check-definition.ts';
import { definitionSourceSchema, type DefinitionSource } from '../../../domain/definition/source.ts';
import type { Effect } from '../../../domain/model/effect.ts';
import { asStepRef } from '../../../domain/model/ids.ts';
import type { ResidentAnswerKind } from '../../../domain/model/message.ts';
import { nextDeadline } from '../../../domain/transition/next-deadline.ts';
import { local, localText, rungs, Story } from '../../support/journey-story.ts';
import { journey } from '../../support/random-walk.ts';
import { smallPathway, smallSource } from '../../support/small-pathway.ts';

type Queued = Extract<Effect, { kind: 'NoticeQueued' }>;
const queued = (effects: readonly Effect[]): Queued[] =>
  effects.filter((effect): effect is Queued => effect.kind === 'NoticeQueued');
const at = (stage?: string, from = '2026-01-05 10:00'): Story =>
  new Story(smallPathway, from, stage === undefined ? {} : { stage });
const board = asStepRef('board#1');
const bookCt = asStepRef('book-ct#1');
const changed = (change: (source: DefinitionSource) => void): DefinitionSource => {
  const source = structuredClone(smallSource);
  change(source);
  return source;
};

describe('a notice', () => {
  it('has a key of its own whatever the channel, a purpose, and a link where something is asked', () => {
    const story = at();
    expect(queued(story.effects)).toEqual([
      expect.objectContaining({
        key: `${journey}/invitation#1/1/opened/0/resident/any`,
        purpose: 'invitation',
      }),
    ]);
    // What only informs has nothing to answer.
    expect(queued(story.effects)[0]).not.toHaveProperty('link');
    const reminders = queued(story.until('2026-01-20 12:00'));
    expect(reminders.map(({ purpose, link }) => [purpose, link?.asks])).toEqual([
      ['reminder', ['confirm', 'another-time', 'done-elsewhere']],
      ['reminder', undefined],
    ]);
  });

  it('of an appointment says when it is, and is pointless after it', () => {
    const story = at('imaging').outcome(
      'book-ct#1',
      'booked',
      {},
      { appointmentAt: local('2026-01-15 15:00') },
    );
    expect(queued(story.until('2026-01-14 12:00'))).toEqual([
      expect.objectContaining({
        purpose: 'appointment',
        expiresAt: local('2026-01-15 15:00'),
        parameters: { dueDate: '2026-01-15', appointment: '2026-01-15T15:00' },
      }),
    ]);
    // The owner is to act after it, so that notice holds.
    expect(queued(story.until('2026-01-15 15:01'))[0]).not.toHaveProperty('expiresAt');
  });

  it('holds as long as its template says', () => {
    const source = changed(({ templates }) => Object.assign(templates['welcome'] ?? {}, { validFor: '3d' }));
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00');
    expect(localText(queued(story.effects)[0]?.expiresAt ?? 0).slice(0, 10)).toBe('2026-01-08');
  });

  it('is urgent whatever queues it when its template is', () => {
    const source = changed(({ templates }) => Object.assign(templates['welcome'] ?? {}, { urgent: true }));
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00');
    expect(queued(story.effects).map(({ urgent }) => urgent)).toEqual([true]);
  });

  it('is urgent where the definition says so: on a rung, and on a notice step', () => {
    const source = changed((one) => {
      Object.assign(one.ladders['routine']?.rungs[2] ?? {}, { urgent: true });
      Object.assign(one.stages['screening']?.steps['invitation'] ?? {}, { urgent: true });
    });
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00');
    expect(queued(story.effects).map(({ urgent }) => urgent)).toEqual([true]);
    expect(queued(story.until('2026-01-22 12:00')).map(({ urgent }) => urgent)).toEqual([
      undefined,
      undefined,
      true,
    ]);
  });
});

describe('where a definition may say `urgent` and `bring`', () => {
  const codes = (source: DefinitionSource): string[] => checkDefinition(source).map(({ code }) => code);
  const withStep = (stage: string, step: string, part: object): DefinitionSource =>
    changed((source) => Object.assign(source.stages[stage]?.steps[step] ?? {}, part));
  const bring = { zh: '请带身份证', en: 'Please bring your identity card' };

  it.each([
    ['urgent on a notice', 'screening', 'invitation', { urgent: true }, false],
    ['urgent on a step that waits', 'screening', 'questions', { urgent: true }, true],
    ['bring on a booking', 'imaging', 'book-ct', { bring }, false],
    ['bring on a board meeting', 'treatment', 'board', { bring }, true],
  ])('%s', (_, stage, step, part, wrong) =>
    expect(codes(withStep(stage, step, part)).includes('misplaced-part')).toBe(wrong),
  );

  it('is known to the language, and nowhere else', () => {
    const ladders = { routine: { rungs: [{ after: '0wd', tell: 'owner' }], urgent: true } };
    expect(definitionSourceSchema.safeParse({ ...smallSource, ladders }).success).toBe(false);
  });
});

describe('an answer of the resident', () => {
  const answer = (story: Story, step: string, said: ResidentAnswerKind, note?: string): Story =>
    story.take({
      kind: 'ResidentAnswered',
      step: asStepRef(step),
      answer: said,
      ...(note !== undefined && { note }),
    });

  it('that confirms silences reminders to the resident in this cycle, and not those to the owner', () => {
    const story = answer(at('treatment'), 'board#1', 'confirmed', 'will come');
    expect(story.step('board#1').residentAnswer).toEqual({
      answer: 'confirmed',
      at: local('2026-01-05 10:00'),
      cycle: 1,
      note: 'will come',
    });
    expect(story.effects).toEqual([{ kind: 'NoticeSuperseded', step: board, to: 'resident' }]);
    expect(rungs(story.until('2026-01-12 12:00'))).toEqual([
      'board#1 0 → resident (skipped)',
      'board#1 1 → mdt-coordinator',
    ]);
    expect(queued(story.effects).map(({ recipient }) => recipient.kind)).toEqual(['staff']);
    story.take({ kind: 'Extended', step: board, until: local('2026-01-20 10:00'), reason: 'asked' });
    expect(rungs(story.until('2026-01-19 12:00'))).toEqual(['board#1 0 → resident']);
  });

  it('that confirms does not hide the owner behind the resident after an outage', () => {
    const source = changed(({ ladders }) => {
      const { rungs: list } = ladders['routine'] ?? { rungs: [] };
      list.splice(2, 0, { after: '1wd', tell: 'resident' });
    });
    const story = new Story(compileDefinition(source, 1), '2026-01-05 10:00', { stage: 'treatment' });
    answer(story, 'board#1', 'confirmed').outageUntil('2026-01-13 12:00').take({ kind: 'DeadlineReached' });
    expect(rungs(story.effects)).toEqual([
      'board#1 0 → resident (skipped)',
      'board#1 1 → mdt-coordinator',
      'board#1 2 → resident (skipped)',
    ]);
  });

  it.each(['another-time', 'done-elsewhere', 'do-not-contact'] as const)(
    '“%s” is told to the owner at once, and once',
    (said) => {
      const story = answer(at('treatment'), 'board#1', said);
      expect(queued(story.effects)).toEqual([
        expect.objectContaining({
          template: 'resident-answered',
          urgent: true,
          purpose: 'answer',
          recipient: { kind: 'staff', role: 'mdt-coordinator' },
          parameters: { dueDate: '2026-01-12', answer: said },
        }),
      ]);
      const { key } = queued(story.effects)[0] ?? {};
      expect(queued(answer(story, 'board#1', said).effects)).toEqual([]);
      // Something else to say is another notice, and under another key.
      expect(queued(answer(story, 'board#1', said, 'in March').effects).map((one) => one.key)).not.toContain(
        key,
      );
      expect(queued(story.effects)).toHaveLength(1);
    },
  );

  it('to a step that waits to open is taken', () => {
    const story = new Story(smallPathway, '2026-01-05 10:00', {
      stage: 'follow-up',
      anchors: { surgery: local('2026-01-02 10:00') },
    });
    expect(story.open).toEqual(['(visits#1)']);
    expect(answer(story, 'visits#1', 'confirmed').step('visits#1').residentAnswer?.answer).toBe('confirmed');
  });

  it('to a closed step is refused in words that the resident may read', () => {
    const story = at('treatment').outcome('board#1', 'decided');
    for (const step of ['board#1', 'nothing#1']) {
      const refusal = story.try({
        kind: 'ResidentAnswered',
        step: asStepRef(step),
        answer: 'confirmed',
      });
      expect(refusal?.refused).toMatch(/^Step/u);
      expect(refusal?.message.zh).toContain('不需要再答复');
      expect(JSON.stringify(refusal)).not.toMatch(/board|operate/u);
    }
  });
});

describe('a message that cannot be delivered', () => {
  const fail = (story: Story, channel: 'sms' | 'email' = 'sms', reason = 'no such number'): Story =>
    story.take({ kind: 'ContactFailed', channel, notice: 'notice-1', reason });
  const contact = 'contact-details#1';

  it('opens the correction of the contact details, once, and keeps why', () => {
    const story = fail(fail(fail(at()), 'email', 'no such mailbox'), 'sms', 'out of service');
    expect(story.open).toEqual([contact, 'questions#1']);
    expect(story.step(contact)).toMatchObject({
      owner: { role: 'centre-nurse' },
      contactFailures: {
        sms: { reason: 'out of service', notice: 'notice-1' },
        email: { reason: 'no such mailbox' },
      },
    });
    expect(localText(story.step(contact).dueAt).slice(0, 10)).toBe('2026-01-08');
  });

  it('has a ladder of its own that ends at the district and repeats, and its wakes are deadlines', () => {
    const story = fail(at());
    expect(nextDeadline(story.state)).toMatchObject({ step: contact, owner: { role: 'centre-nurse' } });
    expect(rungs(story.until('2026-01-22 18:00')).filter((rung) => rung.startsWith(contact))).toEqual([
      `${contact} 0 → centre-nurse`,
      `${contact} 1 → centre-manager`,
      `${contact} 2 → district-coordinator`,
      `${contact} 2+1 → district-coordinator`,
    ]);
  });

  it('does not hold up the road: the ladder goes on, stages change, and it comes along', () => {
    const story = fail(at());
    expect(rungs(story.until('2026-01-20 12:00')).filter((rung) => rung.startsWith('questions'))).toEqual([
      'questions#1 0 → resident',
      'questions#1 1 → family-doctor',
    ]);
    story.outcome('questions#1', 'completed', { points: 6 });
    expect(story.open).toEqual([contact, 'refer-up#1']);
    expect(story.outcome(contact, 'corrected').open).toEqual(['refer-up#1']);
    expect(fail(story).open).toEqual(['contact-details#2', 'refer-up#1']);
    story.take({ kind: 'Ended', ending: 'moved' });
    expect(story.open).toEqual([]);
  });

  it('is no road: a journey with nothing else open takes up its stage again', () => {
    const story = fail(at('treatment'));
    // A road that breaks off slips past the checker only by a fault; here the state itself is broken off.
    const { [board]: _gone, ...steps } = story.state.steps;
    story.state = { ...story.state, steps };
    expect(fail(story).open).toEqual(['board#2', contact]);
  });

  it('a correction entered in error opens it again, and leaves the stage alone', () => {
    const story = fail(at()).outcome(contact, 'corrected');
    const wrong = story.retraction('OutcomeRecorded');
    story.outcome('questions#1', 'completed', { points: 6 });
    expect(story.take(wrong).open).toEqual([contact, 'refer-up#1']);
    expect(story.state.stage).toBe('referral');
    const again = at();
    fail(again).outcome(contact, 'corrected');
    const late = again.retraction('OutcomeRecorded');
    expect(fail(again).try(late)?.refused).toBe('EventNotRetractable');
    expect(again.open).toEqual(['contact-details#2', 'questions#1']);
  });

  it('goes along to another version, which has it too', () => {
    const story = fail(at());
    const moved = new Story(compileDefinition(smallSource, 2), '2026-01-05 10:00');
    moved.state = story.state;
    moved.take({ kind: 'Migrated', toVersion: 2, reason: 'guideline' });
    expect(moved.open).toEqual([contact, 'questions#1']);
  });

  it.each(['contact-details', 'message-in-doubt'])(
    'a step of a definition that is called %s is refused, by the checker and the compiler',
    (name) => {
      const source = changed(({ stages }) => {
        const steps = stages['screening']?.steps;
        if (steps?.['visit']) steps[name] = structuredClone(steps['visit']);
      });
      expect(checkDefinition(source)[0]).toMatchObject({
        code: 'reserved-name',
        path: ['stages', 'screening', 'steps', name],
      });
      expect(() => compileDefinition(source, 1)).toThrow(name);
    },
  );

  it('takes its name from no definition, and is opened by none', () => {
    const opens = changed(({ stages }) => {
      const visit = stages['screening']?.steps['visit'];
      if (visit) visit.outcomes['done'] = { open: ['questions', 'contact-details'] };
    });
    expect(checkDefinition(opens).map(({ code }) => code)).toContain('unknown-step');
    expect(smallPathway.steps['contact-details']).toBe(contactDetails);
  });
});

describe('a message of which nobody knows whether it has arrived', () => {
  const doubt = (story: Story, message = 'message-1'): Story =>
    story.take({
      kind: 'MessageInDoubt',
      channel: 'email',
      message,
      to: 'resident',
      about: [asStepRef('questions#1')],
    });
  const inDoubt = 'message-in-doubt#1';

  it('is a task of the centre for the next working day, and further ones are added to it', () => {
    const story = doubt(doubt(at()), 'message-2');
    expect(story.open).toEqual([inDoubt, 'questions#1']);
    expect(story.step(inDoubt)).toMatchObject({
      owner: { role: 'centre-nurse' },
      doubts: [
        { message: 'message-1', channel: 'email', to: 'resident', about: ['questions#1'] },
        { message: 'message-2' },
      ],
    });
    expect(localText(story.step(inDoubt).dueAt).slice(0, 10)).toBe('2026-01-06');
    expect(rungs(story.until('2026-01-20 18:00')).filter((rung) => rung.startsWith(inDoubt))).toEqual([
      `${inDoubt} 0 → centre-nurse`,
      `${inDoubt} 1 → centre-manager`,
      `${inDoubt} 2 → district-coordinator`,
      `${inDoubt} 2+1 → district-coordinator`,
    ]);
  });

  it('keeps eight of them while one gateway is ill for weeks', () => {
    const story = at();
    for (let n = 1; n <= 12; n++) doubt(story, `message-${n}`);
    expect(story.step(inDoubt).doubts?.map(({ message }) => message)).toEqual(
      [5, 6, 7, 8, 9, 10, 11, 12].map((n) => `message-${n}`),
    );
  });

  it.each(['told-otherwise', 'sent-again', 'not-needed'])('ends with “%s”, beside the road', (outcome) => {
    const story = doubt(at());
    story.take({ kind: 'ContactFailed', channel: 'sms', notice: 'notice-1', reason: 'no such number' });
    expect(story.open).toEqual(['contact-details#1', inDoubt, 'questions#1']);
    expect(story.outcome(inDoubt, outcome).open).toEqual(['contact-details#1', 'questions#1']);
    const wrong = story.retraction('OutcomeRecorded');
    // The other task that is open beside the road is another matter.
    expect(story.take(wrong).open).toEqual(['contact-details#1', inDoubt, 'questions#1']);
    expect(doubt(story.outcome(inDoubt, outcome)).open).toContain('message-in-doubt#2');
  });

  it('is nothing to an ended journey', () => {
    const story = doubt(at()).take({ kind: 'Ended', ending: 'moved' });
    expect(story.open).toEqual([]);
    expect(
      story.try({ kind: 'MessageInDoubt', channel: 'sms', message: 'm', to: 'resident', about: [] })?.refused,
    ).toBe('JourneyEnded');
  });
});

describe('acknowledging, and putting off again', () => {
  const until = (text: string, reason?: string) =>
    ({
      kind: 'Acknowledged',
      step: board,
      until: local(text),
      ...(reason !== undefined && { reason }),
    }) as const;

  it('needs no reason the first time, and one from then on', () => {
    const story = at('treatment');
    story.until('2026-01-12 12:00');
    story.take(until('2026-01-20 12:00'));
    expect(story.step('board#1')).not.toHaveProperty('acknowledgedReason');
    expect(story.try(until('2026-01-21 12:00'))?.refused).toBe('ReasonRequired');
    story.take(until('2026-01-21 12:00', 'surgeon away'));
    expect(story.step('board#1').acknowledgedReason).toBe('surgeon away');
    story.take({ kind: 'Extended', step: board, until: local('2026-01-25 10:00'), reason: 'asked' });
    // A new cycle begins with a new word.
    story.take(until('2026-01-25 20:00'));
    expect(story.step('board#1')).not.toHaveProperty('acknowledgedReason');
  });

  it('without a reason reaches fourteen days ahead, with one thirty', () => {
    const story = at('treatment');
    expect(story.try(until('2026-01-19 10:01'))?.refused).toBe('TooLong');
    expect(story.try(until('2026-02-04 10:01', 'on leave'))?.refused).toBe('TooLong');
    story.take(until('2026-02-04 09:00', 'on leave'));
  });

  it('ends after thirty days of silence past the due date, whatever the reason', () => {
    const story = at('treatment');
    story.until('2026-01-13 12:00');
    story.take(until('2026-01-27 12:00'));
    story.until('2026-01-27 11:00');
    story.take(until('2026-02-10 11:00', 'holiday'));
    story.until('2026-02-10 10:00');
    expect(story.try(until('2026-02-12 13:00', 'still'))?.message.en).toContain('30 days in all');
    story.take(until('2026-02-12 11:00', 'still'));
    // What was silent is counted; what was spoken in between is not.
    expect(story.until('2026-02-20 12:00').length).toBeGreaterThan(0);
    expect(story.try(until('2026-02-21 12:00', 'again'))?.refused).toBe('TooLong');
  });

  it('keeps the ladder where it is, and does not put off a timeout', () => {
    const story = at();
    story.until('2026-01-19 12:00');
    const rung = story.step('questions#1').rung;
    story.take({ kind: 'Acknowledged', step: asStepRef('questions#1'), until: local('2026-02-01 12:00') });
    expect(story.step('questions#1').rung).toBe(rung);
    story.until('2026-01-26 12:00');
    expect(story.step('questions#1').status).toBe('missed');
  });
});

describe('a whole ladder over Spring Festival 2026', () => {
  // Off from Sunday 15 to Monday 23 February; Saturdays 14 and 28 are worked.
  const source = changed(({ ladders }) => {
    ladders['routine'] = {
      rungs: [
        { after: '-1wd', tell: 'resident' },
        { after: '0wd', tell: 'owner' },
        { after: '1wd', tell: 'centre-manager' },
        { after: '5wd', tell: 'district-coordinator' },
      ],
      repeat: '7d',
    };
  });

  it('climbs on working days alone: due on the last one before, and the next rung on the first one after', () => {
    // Seven days from Saturday 7 February is Saturday 14: a working day.
    const story = new Story(compileDefinition(source, 1), '2026-02-07 10:00', { stage: 'treatment' });
    const days: string[] = [];
    for (let next = nextDeadline(story.state); next; next = nextDeadline(story.state)) {
      if (next.at > local('2026-03-13 23:00')) break;
      const raised = rungs(story.until(localText(next.at + 60_000)));
      days.push(...raised.map((rung) => `${localText(next?.at ?? 0).slice(0, 10)} ${rung}`));
    }
    expect(days).toEqual([
      '2026-02-13 board#1 0 → resident',
      '2026-02-14 board#1 1 → mdt-coordinator',
      '2026-02-24 board#1 2 → centre-manager',
      '2026-02-28 board#1 3 → district-coordinator',
      '2026-03-07 board#1 3+1 → district-coordinator',
    ]);
  });

  it('a step opened on the eve is due in working days after the feast, and acknowledged over it stays silent', () => {
    const story = new Story(compileDefinition(source, 1), '2026-02-14 10:00', { stage: 'imaging' });
    // Ten working days: 24, 25, 26, 27, 28 February, 2 to 6 March.
    expect(localText(story.step('book-ct#1').dueAt).slice(0, 10)).toBe('2026-03-06');
    story.until('2026-03-06 12:00');
    story.take({ kind: 'Acknowledged', step: bookCt, until: local('2026-03-12 12:00') });
    expect(rungs(story.until('2026-03-12 11:59'))).toEqual([]);
    expect(rungs(story.until('2026-03-13 12:00'))).toEqual([
      'book-ct#1 2 → centre-manager',
      'book-ct#1 3 → district-coordinator',
    ]);
  });
});
