import { describe, expect, it } from 'vitest';
import { checkDefinition } from '../../../domain/checker/check-definition.ts';
import { definitionSourceSchema, type ExampleSource } from '../../../domain/definition/source.ts';
import { smallSource } from '../../support/small-pathway.ts';

const example: ExampleSource = {
  title: { zh: '高分者转诊', en: 'Many points lead to the hospital' },
  resident: { birthDate: '1960-02-29', sex: 'male' },
  start: '2026-01-05',
  events: [
    { on: '2026-01-07', step: 'questions', outcome: 'completed', facts: { points: 6 } },
    { on: '2026-01-09', step: 'refer-up', outcome: 'accepted' },
    { on: '2026-01-12', step: 'book-ct', outcome: 'booked', appointment: '2026-01-20' },
    { on: '2026-01-20', step: 'book-ct', outcome: 'attended' },
    { on: '2026-01-21', step: 'read-ct', outcome: 'reported', facts: { category: '2', size: 5 } },
  ],
  expect: { stage: 'imaging', open: ['watch'], due: { 'interval-ct': '2026-07-20' } },
};
const problems = (change: (example: ExampleSource) => ExampleSource) =>
  checkDefinition(definitionSourceSchema.parse({ ...smallSource, examples: [change(example)] })).map(
    ({ code, path, message }) => [code, path.join('/'), message.en],
  );

describe('the examples of a definition', () => {
  it('are refused when they run for longer than anybody would follow', () => {
    const far = { on: '2042-01-05', step: 'questions', outcome: 'declined' };
    expect(problems((one) => ({ ...one, events: [far] }))).toEqual([
      [
        'example-too-long',
        'examples/0/events/0/on',
        'The example runs to 2042-01-05, more than 15 years after its start.',
      ],
    ]);
  });

  it('pass when they come true; a scheduled step may be named or not', () => {
    expect(problems((same) => same)).toEqual([]);
    expect(
      problems((one) => ({ ...one, expect: { ...one.expect, open: ['watch', 'interval-ct'] } })),
    ).toEqual([]);
  });

  it('let the deadlines fire between their events', () => {
    expect(
      problems((one) => ({
        ...one,
        events: [{ on: '2026-03-02', step: 'visit', outcome: 'unreachable' }],
        expect: { ending: 'lost-to-follow-up' },
      })),
    ).toEqual([]);
  });

  it.each<[string, (one: ExampleSource) => ExampleSource, string, string]>([
    [
      'another stage',
      (one) => ({ ...one, expect: { stage: 'treatment' } }),
      'examples/0/expect/stage',
      'The example "Many points lead to the hospital" expects stage treatment, and it comes out as imaging.',
    ],
    [
      'another step',
      (one) => ({ ...one, expect: { open: ['read-ct'] } }),
      'examples/0/expect/open',
      'The example "Many points lead to the hospital" expects open read-ct, and it comes out as interval-ct, watch.',
    ],
    [
      'another due date',
      (one) => ({ ...one, expect: { due: { 'interval-ct': '2026-07-21' } } }),
      'examples/0/expect/due',
      'The example "Many points lead to the hospital" expects due interval-ct 2026-07-21, and it comes out as 2026-07-20.',
    ],
    [
      'an ending',
      (one) => ({ ...one, expect: { ending: 'completed' } }),
      'examples/0/expect/ending',
      'The example "Many points lead to the hospital" expects ending completed, and it comes out as none.',
    ],
    [
      'an event that the rules refuse',
      (one) => ({ ...one, events: [{ on: '2026-01-07', step: 'questions', outcome: 'completed' }] }),
      'examples/0/events/0',
      'The rules refuse this event of the example: The outcome "completed" must come with the fact "points".',
    ],
    [
      'events out of order',
      (one) => ({ ...one, events: [...one.events].reverse() }),
      'examples/0/events/1/on',
      'The events of the example are not in the order of their dates.',
    ],
  ])('fail otherwise: %s', (_what, change, path, message) =>
    expect(problems(change)).toContainEqual(['example-fails', path, message]),
  );

  it('name only days that there are, and values that fit', () => {
    expect(problems((one) => ({ ...one, start: '2026-02-30' }))).toEqual([
      ['wrong-date', 'examples/0/start', 'There is no day "2026-02-30".'],
    ]);
    expect(
      problems((one) => ({
        ...one,
        events: [{ on: '2026-01-07', step: 'questions', outcome: 'completed', facts: { points: 11 } }],
      })),
    ).toEqual([['value-does-not-fit', 'examples/0/events/0/facts/points', '"points" cannot be "11".']]);
  });
});
