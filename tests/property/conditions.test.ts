import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../domain/condition/condition.ts';
import { conditionEnvironment } from '../../domain/condition/environment.ts';
import type { FactReader } from '../../domain/condition/model-answers.ts';
import { neededFacts } from '../../domain/condition/needed-facts.ts';
import type { FactDeclaration } from '../../domain/definition/source.ts';
import type { FactValue } from '../../domain/model/fact.ts';

const declared: Readonly<Record<string, FactDeclaration>> = {
  a: { type: 'bool' },
  b: { type: 'bool' },
  m: { type: 'int' },
  n: { type: 'int' },
  s: { type: 'string' },
  age: { type: 'double' },
  packYears: { type: 'double' },
  smoker: { type: 'enum', of: ['never', 'former', 'current'] },
};
const environment = conditionEnvironment(declared);

const { truth } = fc.letrec<{ truth: string; count: string; text: string }>((tie) => {
  const infix = (side: fc.Arbitrary<string>, ...operators: string[]): fc.Arbitrary<string> =>
    fc
      .tuple(side, fc.constantFrom(...operators), side)
      .map(([left, op, right]) => `(${left} ${op} ${right})`);
  const ternary = (side: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(tie('truth'), side, side).map(([when, left, right]) => `(${when} ? ${left} : ${right})`);
  return {
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('a', 'b', 'true', 'false', "known('m')", "known('s')", "eligible('cn2021')"),
      infix(tie('truth'), '&&', '||', '&&', '||', '==', '!='),
      tie('truth').map((side) => `!(${side})`),
      infix(tie('count'), '==', '!=', '<', '<=', '>', '>='),
      infix(tie('text'), '==', '!='),
      tie('text').map((text) => `(${text} in ['', 'x', s])`),
      tie('text').map((text) => `${text}.startsWith('x')`),
      tie('count').map((count) => `[m, 1].exists(n, n == ${count})`),
      ternary(tie('truth')),
      fc.constantFrom('(age < 50.0)', "(smoker == 'never')", '(plcoM2012NoRace() > 0.0)'),
    ),
    count: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('m', 'n', '0', '1'),
      infix(tie('count'), '+', '-', '*', '/', '%'),
      tie('text').map((text) => `size(${text})`),
      ternary(tie('count')),
    ),
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('s', "'x'", "''"),
      infix(tie('text'), '+'),
      ternary(tie('text')),
    ),
  };
});

const someFacts: fc.Arbitrary<Readonly<Record<string, FactValue>>> = fc.record(
  {
    a: fc.boolean(),
    b: fc.boolean(),
    m: fc.integer({ min: -2, max: 2 }),
    n: fc.integer({ min: -2, max: 2 }),
    s: fc.constantFrom('', 'x', 'xx'),
    age: fc.constantFrom(40, 60),
    packYears: fc.constantFrom(0, 30),
    smoker: fc.constantFrom('never', 'former', 'current'),
  },
  { requiredKeys: [] },
);

/** The expression library's own answer over the facts that are known, an error counting as not met. */
function evaluated(source: string, read: FactReader): boolean {
  const context: Record<string, FactValue | bigint> = {};
  for (const [name, { type }] of Object.entries(declared)) {
    const value = read(name);
    if (value !== undefined) context[name] = type === 'int' ? BigInt(value as number) : value;
  }
  const parsed = environment.cel.parse(source);
  return environment.withFacts(read, new Map(), () => {
    try {
      return parsed(context) === true;
    } catch {
      return false;
    }
  });
}

describe('a condition over facts of which some are unknown', () => {
  it('holds exactly when the expression library says so', () =>
    fc.assert(
      fc.property(truth, fc.array(someFacts, { minLength: 1, maxLength: 8 }), (source, people) => {
        const condition = compileCondition(source, environment, declared);
        for (const facts of people) {
          const read: FactReader = (name) => facts[name];
          expect({ source, facts, met: condition.holds(read) }).toEqual({
            source,
            facts,
            met: evaluated(source, read),
          });
        }
      }),
      { numRuns: 2000 },
    ));

  it('says the same whether a model is asked again or its answer is handed on', () =>
    fc.assert(
      fc.property(fc.array(truth, { minLength: 2, maxLength: 5 }), someFacts, (sources, facts) => {
        const read: FactReader = (name) => facts[name];
        const answers = new Map();
        for (const source of sources) {
          const condition = compileCondition(source, environment, declared);
          expect(condition.holds(read, answers)).toBe(condition.holds(read));
        }
      }),
    ));

  it.each([
    ['a', ['a']],
    ['a && m > 1', ['a', 'm']],
    ['a || m > 1', []],
    ['a && (b || a)', ['a']],
    ['(a && b) || (a && m > n)', ['a']],
    ['!(a && b)', []],
    ['!(a || b)', ['a', 'b']],
    ['!!a', ['a']],
    ['(a && b) == true', []],
    ['(a && m > 1) != (a || b)', []],
    ["s in ['x', 'y']", ['s']],
    ['m + n * 2 > 3', ['m', 'n']],
    ['a ? b : m > 1', []],
    ["known('m') && a", ['a']],
    ['size(s) > 1', []],
    ['[m].exists(n, n > 1)', []],
  ])('%s needs %j', (source, needed) =>
    expect([...neededFacts(environment.cel.parse(source).ast)].sort()).toEqual(needed),
  );
});
