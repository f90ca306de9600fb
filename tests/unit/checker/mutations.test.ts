import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../../domain/checker/check-definition.ts';
import { parseDefinition } from '../../../domain/definition/parse.ts';
import type { Problem } from '../../../domain/checker/problem.ts';
import { smallSource } from '../../support/small-pathway.ts';

/** The small pathway as plain data that a mutation may spoil in any way. */
// oxlint-disable-next-line typescript/no-explicit-any -- the point is to write what the types forbid
type Loose = any;
type Spoil = (d: Loose) => void;

const spoilt = (spoil: Spoil): Problem[] => {
  const copy: Loose = structuredClone(smallSource);
  spoil(copy);
  const parsed = parseDefinition(copy);
  return 'problems' in parsed ? [...parsed.problems] : checkDefinition(parsed.source);
};

const screening = (d: Loose): Loose => d.stages.screening.steps;
const imaging = (d: Loose): Loose => d.stages.imaging.steps;
const treatment = (d: Loose): Loose => d.stages.treatment.steps;
const visits = (d: Loose): Loose => d.stages['follow-up'].steps.visits;
const pain = (d: Loose): Loose => d.stages.palliative.steps['pain-check'];

interface Case {
  readonly name: string;
  readonly spoil: Spoil;
  readonly code: string;
  readonly path: string;
  /** Part of what the English message, remedy and story say. */
  readonly says?: string;
  readonly story?: readonly string[];
}

const enrolled = 'The resident is enrolled: invitation, questions opens';

const cases: readonly Case[] = [
  // What must be answered.
  {
    name: 'a required outcome without an answer',
    spoil: (d) => delete screening(d).questions.outcomes.missed,
    code: 'outcome-unanswered',
    path: 'stages/screening/steps/questions/outcomes',
    says: 'questions can be missed (day 14 + 5 working days), and nothing is said about what follows: the resident would be forgotten. Say what happens after `missed`.',
    story: [enrolled, 'invitation: sent', 'questions can be missed (day 14 + 5 working days)'],
  },
  {
    name: 'a decision whose option leads nowhere',
    spoil: (d) => (d.stages.referral.steps.review.options.wait = { zh: '等', en: 'Wait' }),
    code: 'outcome-unanswered',
    path: 'stages/referral/steps/review/outcomes',
    says: 'review can end in "wait"',
  },
  {
    name: 'an outcome that the kind does not have',
    spoil: (d) => (screening(d).visit.outcomes.unreachabel = { end: 'declined' }),
    code: 'unknown-outcome',
    path: 'stages/screening/steps/visit/outcomes/unreachabel',
    says: 'Did you mean "unreachable"?',
  },
  {
    name: 'an outcome after which nothing happens',
    spoil: (d) => (imaging(d)['book-ct'].outcomes.attended = { marks: 'ct' }),
    code: 'consequence-missing',
    path: 'stages/imaging/steps/book-ct/outcomes/attended',
  },
  // Nobody is forgotten.
  {
    name: 'stay with nothing else open',
    spoil: (d) => (screening(d).visit.outcomes.unreachable = { stay: true }),
    code: 'stay-with-nothing-open',
    path: 'stages/screening/steps/visit/outcomes/unreachable',
    says: 'visit can end in "unreachable" and then nothing is open',
    story: [enrolled, 'invitation: sent', 'questions: unreachable', 'visit: unreachable'],
  },
  {
    name: 'a consequence that only opens a notice which says stay',
    spoil: (d) => (screening(d).visit.outcomes.done = { open: 'invitation' }),
    code: 'stay-with-nothing-open',
    path: 'stages/screening/steps/invitation/outcomes/sent',
    story: [enrolled, 'invitation: sent', 'questions: unreachable', 'visit: done', 'invitation: sent'],
  },
  {
    name: 'no way to an ending but round and round',
    spoil: (d) => (imaging(d)['interval-ct'].outcomes.cancelled = { stay: true }),
    code: 'no-way-to-an-ending',
    path: 'stages/imaging/steps/watch',
    says: 'Once watch is what is open, the journey can never end.',
  },
  {
    name: 'no way to an ending',
    spoil: (d) => delete pain(d).outcomes.declined,
    code: 'no-way-to-an-ending',
    path: 'stages/palliative/steps/pain-check',
    says: 'Once pain-check is what is open, the journey can never end.',
  },
  {
    name: 'a step that nothing opens',
    spoil: (d) => (screening(d).spare = { ...screening(d).visit }),
    code: 'unreachable-step',
    path: 'stages/screening/steps/spare',
  },
  {
    name: 'a stage that nothing enters',
    spoil: (d) =>
      (d.stages.spare = { title: { zh: '多', en: 'Spare' }, steps: { sparing: { ...screening(d).visit } } }),
    code: 'unreachable-stage',
    path: 'stages/spare',
  },
  // Deadlines, owners, ladders.
  {
    name: 'no owner',
    spoil: (d) => delete screening(d).visit.owner,
    code: 'owner-missing',
    path: 'stages/screening/steps/visit',
  },
  {
    name: 'no deadline',
    spoil: (d) => delete screening(d).visit.due,
    code: 'due-missing',
    path: 'stages/screening/steps/visit',
  },
  {
    name: 'no ladder',
    spoil: (d) => delete screening(d).visit.ladder,
    code: 'ladder-missing',
    path: 'stages/screening/steps/visit',
  },
  {
    name: 'an unknown ladder',
    spoil: (d) => (screening(d).visit.ladder = 'rutine'),
    code: 'unknown-ladder',
    path: 'stages/screening/steps/visit/ladder',
    says: 'Did you mean "routine"?',
  },
  {
    name: 'a ladder that ends at the resident',
    spoil: (d) => (d.ladders.routine.rungs[3].tell = 'resident'),
    code: 'ladder-ends-at-resident',
    path: 'ladders/routine/rungs/3/tell',
  },
  {
    name: 'a ladder that ends before the due date',
    spoil: (d) => (d.ladders.routine.rungs = [{ after: '-1d', tell: 'owner' }]),
    code: 'ladder-ends-before-due',
    path: 'ladders/routine/rungs/0/after',
  },
  {
    name: 'rungs that do not climb',
    spoil: (d) => (d.ladders.routine.rungs[3].after = '3wd'),
    code: 'rungs-not-increasing',
    path: 'ladders/routine/rungs/3/after',
  },
  {
    name: 'a rung in days that a holiday may overtake',
    spoil: (d) => (d.ladders.routine.rungs[3].after = '5d'),
    code: 'rungs-not-increasing',
    path: 'ladders/routine/rungs/3/after',
    says: 'Count both in the same unit',
  },
  {
    name: 'a ladder that repeats without time passing',
    spoil: (d) => (d.ladders.routine.repeat = '0d'),
    code: 'duration-not-positive',
    path: 'ladders/routine/repeat',
  },
  {
    name: 'a deadline in the past',
    spoil: (d) => (screening(d).visit.due = { in: '-3d' }),
    code: 'duration-not-positive',
    path: 'stages/screening/steps/visit/due/in',
  },
  // Conditions.
  {
    name: 'a fact that is not declared',
    spoil: (d) => (screening(d).questions.outcomes.completed[0].when = 'poits >= 4'),
    code: 'unknown-fact',
    path: 'stages/screening/steps/questions/outcomes/completed/0/when',
    says: 'Did you mean "points"?',
  },
  {
    name: 'a comparison of different types',
    spoil: (d) => (screening(d).questions.outcomes.completed[0].when = "points >= '4'"),
    code: 'condition-invalid',
    path: 'stages/screening/steps/questions/outcomes/completed/0/when',
  },
  {
    name: 'a condition that is a number',
    spoil: (d) => (screening(d).questions.outcomes.completed[0].when = 'points + 1'),
    code: 'condition-not-bool',
    path: 'stages/screening/steps/questions/outcomes/completed/0/when',
  },
  {
    name: 'a value that the enumeration does not have',
    spoil: (d) => (imaging(d)['read-ct'].outcomes.reported[0].when = "category == '5'"),
    code: 'unknown-enum-value',
    path: 'stages/imaging/steps/read-ct/outcomes/reported/0/when',
    says: 'Known here: 1, 2, 3, 4',
  },
  {
    name: 'a risk model whose inputs are not declared',
    spoil: (d) => (screening(d).questions.outcomes.completed[0].when = "tier('apcs') == 'high'"),
    code: 'model-input',
    path: 'stages/screening/steps/questions/outcomes/completed/0/when',
  },
  {
    name: 'an answer that the risk model never gives',
    spoil: (d) => {
      d.facts.firstDegreeRelative = { type: 'bool' };
      d.facts.smoker = { type: 'bool' };
      screening(d).questions.outcomes.completed[0].when = "tier('apcs') == 'hihg'";
    },
    code: 'unknown-enum-value',
    path: 'stages/screening/steps/questions/outcomes/completed/0/when',
    says: 'Did you mean "high"?',
  },
  {
    name: 'a score by a rule that does not exist',
    spoil: (d) => {
      d.facts.packYears = { type: 'double' };
      screening(d).questions.scores = ['lungEligibility/cn2020'];
    },
    code: 'unknown-model',
    path: 'stages/screening/steps/questions/scores/0',
    says: 'Did you mean "cn2021"?',
  },
  {
    name: 'a score that does not say by which rule',
    spoil: (d) => (screening(d).questions.scores = ['lungEligibility']),
    code: 'unknown-model',
    path: 'stages/screening/steps/questions/scores/0',
    says: 'lungEligibility/uspstf2021',
  },
  {
    name: 'a score by a rule of a model that has none',
    spoil: (d) => {
      d.facts.firstDegreeRelative = { type: 'bool' };
      d.facts.smoker = { type: 'bool' };
      screening(d).questions.scores = ['apcs/cn2021'];
    },
    code: 'unknown-model',
    path: 'stages/screening/steps/questions/scores/0',
    says: 'Write apcs',
  },
  {
    name: 'a risk model that does not answer that question',
    spoil: (d) => (screening(d).questions.outcomes.completed[0].when = "tier('plcoM2012') == 'high'"),
    code: 'unknown-model',
    path: 'stages/screening/steps/questions/outcomes/completed/0/when',
  },
  {
    name: 'a list of branches that may all fail',
    spoil: (d) => screening(d).questions.outcomes.completed.pop(),
    code: 'branches-not-exhaustive',
    path: 'stages/screening/steps/questions/outcomes/completed',
    says: 'End the list with "otherwise".',
  },
  {
    name: 'otherwise before the end',
    spoil: (d) => screening(d).questions.outcomes.completed.reverse(),
    code: 'otherwise-not-last',
    path: 'stages/screening/steps/questions/outcomes/completed/0',
  },
  {
    name: 'a questionnaire that asks nothing',
    spoil: (d) => delete screening(d).questions.records,
    code: 'form-missing',
    path: 'stages/screening/steps/questions',
  },
  {
    name: 'a deadline without otherwise, decided by a fact that is not known yet',
    spoil: (d) => {
      screening(d).visit.due = [
        { when: 'recurrence', in: '3d' },
        { when: '!recurrence', in: '5d' },
      ];
    },
    code: 'facts-not-known',
    path: 'stages/screening/steps/visit/due',
    story: [enrolled, 'invitation: sent', 'questions: unreachable'],
  },
  // Anchors and cycles.
  {
    name: 'counting from what may not have happened',
    spoil: (d) => (treatment(d).operate.anchor = 'surgery'),
    code: 'anchor-not-marked',
    path: 'stages/treatment/steps/operate/anchor',
    says: 'Write marks: surgery before it opens',
  },
  {
    name: 'a series after a treatment that may have been declined',
    spoil: (d) => (treatment(d).operate.outcomes.declined = { enter: 'follow-up' }),
    code: 'anchor-not-marked',
    path: 'stages/follow-up/steps/visits/anchor',
    says: 'operate: declined',
  },
  {
    name: 'notices that call each other',
    spoil: (d) => (screening(d).invitation.outcomes.sent = { open: 'invitation' }),
    code: 'cycle-without-time',
    path: 'stages/screening/steps/invitation/outcomes/sent',
  },
  {
    name: 'an assessment that is missed the moment it opens, for ever',
    spoil: (d) => {
      pain(d).due = { in: '0h' };
      pain(d).missedAfter = '0h';
    },
    code: 'cycle-without-time',
    path: 'stages/palliative/steps/pain-check/outcomes/missed',
  },
  // Notices that wait for their day.
  {
    name: 'a notice in a week that closes what else is open by then',
    spoil: (d) => {
      screening(d).invitation.outcomes.sent = { cancel: 'visit', stay: true };
      screening(d).questions.outcomes.unreachable = {
        open: { invitation: { in: '7d' }, visit: { in: '1h' } },
      };
    },
    code: 'stay-with-nothing-open',
    path: 'stages/screening/steps/invitation/outcomes/sent',
    story: [enrolled, 'invitation: sent', 'questions: unreachable', 'invitation: sent'],
  },
  {
    name: 'a notice counted from what lies in the past, which may leave at once, for ever',
    spoil: (d) => {
      imaging(d).watch.outcomes.assessed = { open: ['tell', 'watch'] };
      imaging(d).tell = {
        ...screening(d).invitation,
        outcomes: { sent: { open: { tell: { in: '7d', from: 'ct' } } } },
      };
    },
    code: 'cycle-without-time',
    path: 'stages/imaging/steps/tell/outcomes/sent',
  },
  // Series.
  {
    name: 'a series that opens itself again when it has finished',
    spoil: (d) => (visits(d).outcomes.finished = { open: 'visits' }),
    code: 'series-without-end',
    path: 'stages/follow-up/steps/visits/outcomes/finished',
    says: 'mark its anchor anew',
  },
  {
    name: 'a series that enters its own stage when it has finished',
    spoil: (d) => (visits(d).outcomes.finished = { enter: 'follow-up' }),
    code: 'series-without-end',
    path: 'stages/follow-up/steps/visits/outcomes/finished',
  },
  {
    name: 'a series that is over as soon as it opens again',
    spoil: (d) => {
      d.stages['follow-up'].steps.call = { ...screening(d).visit, outcomes: { done: { open: 'visits' } } };
      visits(d).outcomes = {
        done: [{ when: 'recurrence', end: 'completed' }, { otherwise: { open: 'call' } }],
        missed: { open: 'call' },
        finished: { stay: true },
      };
    },
    code: 'stay-with-nothing-open',
    path: 'stages/follow-up/steps/visits/outcomes/finished',
  },
  {
    name: 'a schedule that goes back',
    spoil: (d) => (visits(d).schedule[1].until = '24mo'),
    code: 'schedule-not-increasing',
    path: 'stages/follow-up/steps/visits/schedule/1',
  },
  {
    name: 'a series that says nothing about its end',
    spoil: (d) => delete visits(d).outcomes.finished,
    code: 'outcome-unanswered',
    path: 'stages/follow-up/steps/visits/outcomes',
    says: 'Say what happens after `finished`.',
  },
  {
    name: 'next outside a series',
    spoil: (d) => (screening(d).visit.outcomes.done = { next: true }),
    code: 'consequence-contradicts',
    path: 'stages/screening/steps/visit/outcomes/done',
  },
  // References and names.
  {
    name: 'an unknown step',
    spoil: (d) => (screening(d).visit.outcomes.done = { open: 'question' }),
    code: 'unknown-step',
    path: 'stages/screening/steps/visit/outcomes/done/open',
    says: 'Did you mean "questions"?',
  },
  {
    name: 'an unknown stage',
    spoil: (d) => (pain(d).outcomes.declined = { enter: 'paliative' }),
    code: 'unknown-stage',
    path: 'stages/palliative/steps/pain-check/outcomes/declined/enter',
    says: 'Did you mean "palliative"?',
  },
  {
    name: 'an unknown anchor',
    spoil: (d) => (imaging(d)['book-ct'].outcomes.attended.marks = 'cat'),
    code: 'unknown-anchor',
    path: 'stages/imaging/steps/book-ct/outcomes/attended/marks',
  },
  {
    name: 'an unknown template',
    spoil: (d) => (screening(d).invitation.template = 'welcom'),
    code: 'unknown-template',
    path: 'stages/screening/steps/invitation/template',
    says: 'Did you mean "welcome"?',
  },
  {
    name: 'a template that is missing a language',
    spoil: (d) => delete d.templates.welcome.body.zh,
    code: 'missing',
    path: 'templates/welcome/body/zh',
  },
  {
    name: 'a variable that nobody fills in',
    spoil: (d) => (d.templates.welcome.body.en = 'Come before {dueDay}'),
    code: 'unknown-variable',
    path: 'templates/welcome/body/en',
    says: 'Did you mean "dueDate"?',
  },
  {
    name: 'an unknown fact to record',
    spoil: (d) => (pain(d).records = ['pane']),
    code: 'unknown-fact',
    path: 'stages/palliative/steps/pain-check/records/0',
    says: 'Did you mean "pain"?',
  },
  {
    name: 'recording what comes from the resident',
    spoil: (d) => pain(d).records.push('age'),
    code: 'fact-not-recordable',
    path: 'stages/palliative/steps/pain-check/records/1',
  },
  {
    name: 'one step name twice',
    spoil: (d) => (imaging(d).visit = { ...screening(d).visit }),
    code: 'name-twice',
    path: 'stages/imaging/steps/visit',
  },
  {
    name: 'an enumeration without values',
    spoil: (d) => delete d.facts.category.of,
    code: 'fact-declaration',
    path: 'facts/category',
  },
  {
    name: 'a fact named like a word of the condition language',
    spoil: (d) => (d.facts.in = { type: 'bool' }),
    code: 'reserved-name',
    path: 'facts/in',
  },
  {
    name: 'a part that the kind does not have',
    spoil: (d) => (screening(d).visit.service = 'low-dose-ct'),
    code: 'misplaced-part',
    path: 'stages/screening/steps/visit/service',
  },
  {
    name: 'a key that the language does not have',
    spoil: (d) => (screening(d).visit.outcomes.done = { opne: 'questions' }),
    code: 'unknown-key',
    path: 'stages/screening/steps/visit/outcomes/done/opne',
    says: 'Did you mean "open"?',
  },
  {
    name: 'a role that does not exist',
    spoil: (d) => (screening(d).visit.owner = 'family-docter'),
    code: 'unknown-value',
    path: 'stages/screening/steps/visit/owner',
    says: 'Did you mean "family-doctor"?',
  },
  {
    name: 'a length of time without a unit',
    spoil: (d) => (screening(d).visit.due = { in: '14' }),
    code: 'wrong-form',
    path: 'stages/screening/steps/visit/due/in',
    says: '30min, 8h, 14d',
  },
  {
    name: 'an interim outcome that leaves the stage',
    spoil: (d) => (imaging(d)['book-ct'].outcomes.booked = { enter: 'treatment' }),
    code: 'consequence-contradicts',
    path: 'stages/imaging/steps/book-ct/outcomes/booked',
  },
  {
    name: 'an end that goes on',
    spoil: (d) => (screening(d).visit.outcomes.unreachable = { end: 'declined', open: 'questions' }),
    code: 'consequence-contradicts',
    path: 'stages/screening/steps/visit/outcomes/unreachable',
  },
];

describe('a definition that could strand a resident', () => {
  it('passes as it stands', () => expect(checkDefinition(smallSource)).toEqual([]));

  it('may say stay while something else is surely open', () =>
    expect(spoilt((d) => (imaging(d).watch.outcomes.declined = { stay: true }))).toEqual([]));

  it('may begin a series anew, from a new date', () =>
    expect(
      spoilt((d) => {
        visits(d).outcomes.finished = { marks: 'surgery', open: 'visits' };
        visits(d).outcomes.declined = { end: 'declined' };
      }),
    ).toEqual([]));

  it('may repeat a notice every week, and hold a journey by a notice that is still to leave', () => {
    expect(
      spoilt((d) => (screening(d).invitation.outcomes.sent = { open: { invitation: { in: '7d' } } })),
    ).toEqual([]);
    expect(
      spoilt((d) => {
        screening(d).later = { ...screening(d).invitation, outcomes: { sent: { open: 'questions' } } };
        screening(d).visit.outcomes.done = { open: { later: { in: '7d' } } };
      }),
    ).toEqual([]);
  });

  it.each(cases)('is refused for one reason: $name', ({ spoil, code, path, says, story }) => {
    const problems = spoilt(spoil);
    expect(problems.map((problem) => [problem.severity, problem.code, problem.path.join('/')])).toEqual([
      ['error', code, path],
    ]);
    const [problem] = problems;
    const told = (problem?.story ?? []).map(({ en }) => en);
    if (says !== undefined)
      expect([problem?.message.en, problem?.remedy.en, ...told].join(' ')).toContain(says);
    if (story) expect(told).toEqual(story);
    for (const text of [problem?.message, problem?.remedy, ...(problem?.story ?? [])])
      expect(text?.zh).not.toBe('');
  });

  it('tells in Chinese what it tells in English', () => {
    const [problem] = spoilt((d) => delete screening(d).questions.outcomes.missed);
    expect(problem?.message.zh).toBe(
      'questions（问卷）可能“逾期未做”（第 14 天，再过 5 个工作日），但没有写之后怎么办：居民会被遗忘。',
    );
    expect(problem?.remedy.zh).toBe('请写明“missed”之后的下一步。');
  });
});

describe('a hint', () => {
  const hints: readonly Case[] = [
    {
      name: 'a condition that can never be the one that holds',
      spoil: (d) => pain(d).outcomes.assessed.splice(1, 0, { when: 'pain > 8', open: 'pain-check' }),
      code: 'branch-unreachable',
      path: 'stages/palliative/steps/pain-check/outcomes/assessed/1/when',
    },
    {
      name: 'a template that nobody sends',
      spoil: (d) => (d.templates.spare = d.templates.welcome),
      code: 'unused',
      path: 'templates/spare',
    },
    {
      name: 'a stage in which a journey that is taken over would soon have nothing open',
      spoil: (d) => {
        pain(d).continues = true;
        pain(d).outcomes.assessed[0] = { when: 'pain >= 7', enter: 'home', open: 'pain-check' };
        const call = { ...screening(d).visit, outcomes: { done: { stay: true } } };
        d.stages.home = { title: { zh: '居家', en: 'At home' }, steps: { call } };
      },
      code: 'stay-with-nothing-open',
      path: 'stages/home/steps/call/outcomes/done',
      says: 'Taking over into "home" opens call alone, and needs no anchor.',
      story: ['A resident already in the stage "home" is taken over', 'call: done'],
    },
    {
      name: 'and which anchors whoever takes it over has to give',
      spoil: (d) => {
        pain(d).continues = true;
        pain(d).outcomes.assessed[0] = { when: 'pain >= 7', enter: 'home', open: 'pain-check' };
        treatment(d).operate.outcomes = {
          ...treatment(d).operate.outcomes,
          stopped: { enter: 'palliative', marks: 'surgery' },
          declined: { end: 'declined' },
          refused: { enter: 'palliative', marks: 'surgery' },
        };
        const call = { ...screening(d).visit, anchor: 'surgery', outcomes: { done: { stay: true } } };
        d.stages.home = { title: { zh: '居家', en: 'At home' }, steps: { call } };
      },
      code: 'stay-with-nothing-open',
      path: 'stages/home/steps/call/outcomes/done',
      says: 'opens call alone, and must give the dates of its anchors: surgery.',
    },
  ];
  it.each(hints)(
    'does not keep a definition from being published: $name',
    ({ spoil, code, path, says, story }) => {
      const problems = spoilt(spoil);
      expect(problems.map((problem) => [problem.severity, problem.code, problem.path.join('/')])).toEqual([
        ['warning', code, path],
      ]);
      if (says !== undefined) expect(problems[0]?.remedy.en).toContain(says);
      if (story) expect(problems[0]?.story?.map(({ en }) => en)).toEqual(story);
    },
  );
});
