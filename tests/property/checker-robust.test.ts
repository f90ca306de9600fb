import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readAndCheck } from '../../authoring/read-definition.ts';
import { checkContext } from '../../domain/checker/context.ts';
import { enrolment, explore } from '../../domain/checker/explore.ts';
import { journeyGraph } from '../../domain/checker/journey-graph.ts';
import { passes } from '../../domain/checker/problem.ts';
import { compileDefinition } from '../../domain/definition/compile.ts';
import { smallSource } from '../support/small-pathway.ts';

type Place = readonly [holder: Record<string, unknown>, key: string];

/** @returns every place in the document, as holder and key */
function places(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key): Place[] => [[holder, key], ...places(holder[key])]);
}

/** One slip: a part deleted, another part of the document in its place, or a word that is wrong. */
interface Slip {
  readonly at: number;
  readonly how: number;
  readonly other: number;
}
const slips: fc.Arbitrary<readonly Slip[]> = fc.array(
  fc.record({ at: fc.nat(), how: fc.nat({ max: 3 }), other: fc.nat() }),
  { minLength: 1, maxLength: 3 },
);
const words = [
  'questions',
  'imaging',
  'ct',
  "points >= 4 && category == '4'",
  '0d',
  '3wd',
  '',
  true,
  7,
  null,
  {},
  [],
];

function slip(document: unknown, { at, how, other }: Slip): void {
  const all = places(document);
  const [holder, key] = all[at % all.length] ?? [{}, ''];
  const [from, fromKey] = all[other % all.length] ?? [{}, ''];
  if (how === 0) delete holder[key];
  else if (how === 1) holder[key] = structuredClone(from[fromKey]);
  else if (how === 2) holder[key] = words[other % words.length];
  else holder[fromKey] = holder[key];
}

describe('the checker, over definitions with random slips', { timeout: 120_000 }, () => {
  it('never throws, always says where, and what it passes compiles', () =>
    fc.assert(
      fc.property(slips, (made) => {
        const document = structuredClone(smallSource) as unknown;
        for (const one of made) slip(document, one);
        const text = stringify(document, { aliasDuplicateObjects: false });
        const lines = text.split('\n');
        const { source, problems } = readAndCheck(text, { file: 'slips.yaml' });
        if (!source) expect(problems.length).toBeGreaterThan(0);
        for (const { line, column, message, remedy, story = [] } of problems) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines.length);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
          for (const said of [message, remedy, ...story]) expect(said.zh && said.en).toBeTruthy();
        }
        if (source && passes(problems)) expect(compileDefinition(source, 1).id).toBe(source.pathway);
      }),
      { numRuns: 600 },
    ));
});

describe('the exploration', () => {
  it('says so when there are more sets than it may look at, instead of proving half of it', () => {
    const graph = journeyGraph(checkContext(smallSource));
    expect(explore(graph, [enrolment(graph)]).tooMany).toBe(false);
    expect(explore(graph, [enrolment(graph)], 3).tooMany).toBe(true);
  });
});
