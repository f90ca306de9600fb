import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../../domain/checker/check-definition.ts';
import { longerThan, shorterThan } from '../../../domain/checker/duration-bounds.ts';
import { limits, maximumRungs } from '../../../domain/checker/limits.ts';
import type { Problem } from '../../../domain/checker/problem.ts';
import { definitionSourceSchema } from '../../../domain/definition/source.ts';
import { smallSource } from '../../support/small-pathway.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- the point is to write what the types forbid
type Loose = any;
type Spoil = (d: Loose) => unknown;

function spoilt(spoil: Spoil): Problem[] {
  const copy: Loose = structuredClone(smallSource);
  spoil(copy);
  return checkDefinition(definitionSourceSchema.parse(copy));
}
const found = (spoil: Spoil): string[] =>
  spoilt(spoil)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, path }) => `${code} ${path.join('/')}`);

const step = (d: Loose, stage: string, id: string): Loose => d.stages[stage].steps[id];
const questions = (d: Loose): Loose => step(d, 'screening', 'questions');
const interval = (d: Loose): Loose => step(d, 'imaging', 'interval-ct');
const bookCt = (d: Loose): Loose => step(d, 'imaging', 'book-ct');
const visits = (d: Loose): Loose => step(d, 'follow-up', 'visits');
const at = 'stages/screening/steps/questions';

/** For each limit: a length just over it, where that is told, and the length that is still allowed. */
const edges: readonly (readonly [
  name: string,
  set: (d: Loose, length: string) => unknown,
  wrong: string,
  path: string,
  right: string,
])[] = [
  ['deadline', (d, x) => (questions(d).due = { in: x }), '25mo', `${at}/due/in`, '24mo'],
  ['deadline in days', (d, x) => (questions(d).due = { in: x }), '733d', `${at}/due/in`, '731d'],
  [
    'deadline from an anchor',
    (d, x) => (interval(d).due[2].otherwise = x),
    '121mo',
    'stages/imaging/steps/interval-ct/due/2/otherwise',
    '10y',
  ],
  [
    'what an opener puts off',
    (d, x) => (interval(d).outcomes.missed = { open: { 'interval-ct': { in: x } } }),
    '25mo',
    'stages/imaging/steps/interval-ct/outcomes/missed/open/interval-ct/in',
    '2y',
  ],
  [
    'what an opener puts off from an anchor',
    (d, x) => (interval(d).outcomes.missed = { open: { 'interval-ct': { in: x, from: 'ct' } } }),
    '121mo',
    'stages/imaging/steps/interval-ct/outcomes/missed/open/interval-ct/in',
    '10y',
  ],
  [
    'last rung',
    (d, x) => (d.ladders.routine.rungs = [{ after: x, tell: 'owner' }]),
    '91d',
    'ladders/routine/rungs/0/after',
    '90d',
  ],
  [
    'last rung in working days',
    (d, x) => (d.ladders.routine.rungs[3].after = x),
    '65wd',
    'ladders/routine/rungs/3/after',
    '64wd',
  ],
  [
    'first reminder',
    (d, x) => (d.ladders.routine.rungs[0].after = x),
    '-91d',
    'ladders/routine/rungs/0/after',
    '-90d',
  ],
  ['repetition', (d, x) => (d.ladders.routine.repeat = x), '32d', 'ladders/routine/repeat', '31d'],
  ['missedAfter', (d, x) => (questions(d).missedAfter = x), '13mo', `${at}/missedAfter`, '1y'],
  [
    'expiresAfter',
    (d, x) => (step(d, 'referral', 'refer-up').expiresAfter = x),
    '13mo',
    'stages/referral/steps/refer-up/expiresAfter',
    '366d',
  ],
  [
    'lead',
    (d, x) => {
      interval(d).due = { in: '5y' };
      interval(d).lead = x;
    },
    '13mo',
    'stages/imaging/steps/interval-ct/lead',
    '12mo',
  ],
  [
    'last planned point',
    (d, x) => (visits(d).schedule = [{ every: '12mo', until: x }]),
    '361mo',
    'stages/follow-up/steps/visits/schedule/0/until',
    '30y',
  ],
  [
    'interval of a series',
    (d, x) => (visits(d).schedule = [{ every: x, until: '30y' }]),
    '11y',
    'stages/follow-up/steps/visits/schedule/0/every',
    '10y',
  ],
  [
    'grace of a series',
    (d, x) => (visits(d).due = { in: x }),
    '91d',
    'stages/follow-up/steps/visits/due/in',
    '3mo',
  ],
];

describe('a length of time that would strand a resident', () => {
  it.each(edges)('is refused: %s', (_name, set, wrong, path, right) => {
    expect(found((d) => set(d, wrong))).toEqual([`duration-too-long ${path}`]);
    expect(found((d) => set(d, right))).toEqual([]);
    const [problem] = spoilt((d) => set(d, wrong));
    for (const said of [problem?.message, problem?.remedy]) expect(said?.zh && said.en).toBeTruthy();
    expect(problem?.message.en).toContain(wrong.replace('-', ''));
  });

  it.each(['500y', '99999y', '99999mo', '99999wd', '99999w', '99999h'])('a deadline of %s', (length) =>
    expect(found((d) => (questions(d).due = { in: length }))).toEqual([`duration-too-long ${at}/due/in`]),
  );

  it.each([
    ['1min', ['duration-too-short ladders/routine/repeat']],
    ['59min', ['duration-too-short ladders/routine/repeat']],
    ['0d', ['duration-not-positive ladders/routine/repeat']],
    ['1h', []],
    ['100y', ['duration-too-long ladders/routine/repeat']],
  ])('a ladder that repeats every %s', (repeat, problems) =>
    expect(found((d) => (d.ladders.routine.repeat = repeat))).toEqual(problems),
  );

  it.each([
    ['0d', false],
    ['0wd', false],
    ['2h', false],
    ['23h', false],
    ['24h', true],
    ['1d', true],
    ['1wd', true],
  ])('a booking that counts as missed %s after the appointment', (after, allowed) =>
    expect(found((d) => (bookCt(d).missedAfter = after))).toEqual(
      allowed ? [] : ['duration-too-short stages/imaging/steps/book-ct/missedAfter'],
    ),
  );

  it('a booking whose ladder ends on the day of the appointment', () =>
    expect(
      found((d) => {
        d.ladders.short = { rungs: [{ after: '0wd', tell: 'owner' }], repeat: '1d' };
        bookCt(d).ladder = 'short';
        delete bookCt(d).missedAfter;
      }),
    ).toEqual(['duration-too-short stages/imaging/steps/book-ct/ladder']));

  it('a ladder of more rungs than anybody would heed', () => {
    const rungs = (n: number) => Array.from({ length: n }, (_, i) => ({ after: `${i}h`, tell: 'owner' }));
    expect(found((d) => (d.ladders.routine.rungs = rungs(maximumRungs)))).toEqual([]);
    expect(found((d) => (d.ladders.routine.rungs = rungs(maximumRungs + 1)))).toEqual([
      'too-many-rungs ladders/routine/rungs/12',
    ]);
  });

  it('a message that brings itself back every minute', () => {
    const every = (length: string) =>
      found(
        (d) => (step(d, 'screening', 'invitation').outcomes.sent = { open: { invitation: { in: length } } }),
      );
    expect(every('59min')).toEqual(['cycle-without-time stages/screening/steps/invitation/outcomes/sent']);
    expect(every('1h')).toEqual([]);
  });

  it('a lead longer than every deadline is refused, and one longer than some is a hint', () => {
    expect(found((d) => (interval(d).due = { in: '14d' }))).toEqual([
      'lead-longer-than-due stages/imaging/steps/interval-ct/lead',
    ]);
    expect(
      spoilt((d) => (interval(d).due[1].in = '14d')).map(({ severity, code }) => [severity, code]),
    ).toEqual([['warning', 'lead-longer-than-due']]);
  });
});

describe('holding a length against a limit', () => {
  it.each([
    ['24mo', '2y', false],
    ['25mo', '2y', true],
    ['366d', '1y', false],
    ['367d', '1y', true],
    ['3mo', '90d', false],
    ['4mo', '90d', true],
    ['1mo', '31d', false],
    ['744h', '31d', false],
    ['745h', '31d', true],
    ['522wd', '2y', false],
    ['523wd', '2y', true],
  ])('%s is over %s: %s', (length, limit, over) => expect(longerThan(length, limit)).toBe(over));

  it('a working day is not under a day, and 23 hours are', () => {
    expect(shorterThan('1wd', '1d')).toBe(false);
    expect(shorterThan('23h', '1d')).toBe(true);
  });
});

it('the guide names every limit', () => {
  const guide = readFileSync(new URL('../../../docs/definitions.md', import.meta.url), 'utf8');
  const table = guide.slice(guide.indexOf('| length of time'), guide.indexOf('## 5.'));
  expect(guide).toContain(`at most ${maximumRungs} rungs`);
  expect(Object.values(limits).filter((limit) => !table.includes(`\`${limit}\``))).toEqual([]);
});
