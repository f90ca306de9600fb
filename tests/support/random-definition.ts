import fc from 'fast-check';
import { definitionSourceSchema, type DefinitionSource } from '../../domain/definition/source.ts';
import { mainOutcome } from '../../domain/definition/main-outcome.ts';
import { stepKinds } from '../../domain/steps/step-kinds.ts';
import { stepKindNames, type StepKindName } from '../../domain/steps/kind.ts';

const t = (text: string) => ({ zh: text, en: text });
const enumFact = 'colour';
const enumValues = ['red', 'green', 'blue'];

/** Steps of one stage lie next to each other, and so do those of the next: `s0`, `s1`, … */
interface Plan {
  readonly kind: StepKindName;
  readonly due: string;
  readonly anchored: boolean;
  readonly lead: boolean;
  readonly continues: boolean;
  readonly marks: boolean;
  readonly records: boolean;
  readonly timeoutAfter: string | undefined;
  /** One number for each outcome says where it goes. */
  readonly goes: readonly number[];
  readonly conditional: readonly number[];
}

const small = fc.nat({ max: 999 });
const lengths = fc.constantFrom('0d', '1h', '3d', '14d', '3wd', '6mo');

const planArbitrary: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom(...stepKindNames),
  due: lengths,
  anchored: fc.boolean(),
  lead: fc.boolean(),
  continues: fc.boolean(),
  marks: fc.boolean(),
  records: fc.boolean(),
  timeoutAfter: fc.option(lengths, { nil: undefined }),
  goes: fc.array(small, { minLength: 7, maxLength: 7 }),
  conditional: fc.array(small, { minLength: 7, maxLength: 7 }),
});

/**
 * Small definitions of a proper shape, whose references resolve and whose every outcome is answered, but whose outcomes
 * go anywhere: some of them could strand a resident, and many pass the checker.
 */
export const definitionArbitrary: fc.Arbitrary<DefinitionSource> = fc
  .record({
    plans: fc.array(planArbitrary, { minLength: 2, maxLength: 7 }),
    cut: fc.nat({ max: 5 }),
    entry: fc.nat({ max: 3 }),
    calm: fc.nat({ max: 3 }),
  })
  .map(({ plans, cut, entry, calm }) =>
    sourceOf(calm > 1 ? prepared(plans) : plans, 1 + (cut % (plans.length - 1)), entry, calm > 0),
  );

/** The first step decides, dates and records what later ones ask for, so that most of what follows is well founded. */
const prepared = ([first, ...others]: readonly Plan[]): Plan[] =>
  first ? [{ ...first, kind: 'decision', anchored: false, marks: true, records: true }, ...others] : [];

function sourceOf(plans: readonly Plan[], cut: number, entry: number, calm: boolean): DefinitionSource {
  const ids = plans.map((_, i) => `s${i}`);
  const stageOf = (i: number): string => (i < cut ? 'first' : 'second');
  const steps = (from: number, to: number) =>
    Object.fromEntries(
      plans.slice(from, to).map((plan, i) => [`s${from + i}`, stepOf(plan, from + i, ids, calm)]),
    );
  const both = entry === 0 && cut > 1 && !calm ? { entry: ['s0', 's1'] } : {};
  return definitionSourceSchema.parse({
    pathway: 'random',
    title: t('random'),
    facts: {
      [enumFact]: { type: 'enum', of: enumValues },
      age: { type: 'int', from: 'resident.birthDate' },
    },
    anchors: { anchor: { title: t('anchor') } },
    ladders: {
      routine: {
        rungs: [
          { after: '0d', tell: 'owner' },
          { after: '3d', tell: 'district-coordinator' },
        ],
        repeat: '30d',
      },
    },
    templates: { hello: { subject: t('hello'), body: t('hello') } },
    stages: {
      [stageOf(0)]: { title: t('first'), ...both, steps: steps(0, cut) },
      second: { title: t('second'), steps: steps(cut, plans.length) },
    },
  });
}

function stepOf(plan: Plan, index: number, ids: readonly string[], calm: boolean): object {
  const kind = stepKinds[plan.kind];
  const names = kind.openOutcomes
    ? ['yes', 'no']
    : Object.entries(kind.outcomes)
        .filter(([, rule]) => rule.required)
        .map(([name]) => name);
  const outcomes = Object.fromEntries(
    names.map((name, i) => [
      name,
      outcomeOf(plan, name, index, ids, plan.goes[i] ?? 0, plan.conditional[i] ?? 0, calm),
    ]),
  );
  const common = {
    kind: plan.kind,
    title: t(`step ${index}`),
    outcomes,
    ...(plan.continues && { continues: true }),
  };
  if (plan.kind === 'notice') return { ...common, tell: 'resident', template: 'hello' };
  const series = plan.kind === 'series';
  return {
    ...common,
    owner: 'family-doctor',
    ladder: 'routine',
    ...(!series && { due: { in: plan.due } }),
    ...((series || plan.anchored) && { anchor: 'anchor' }),
    ...(plan.lead && { lead: '2d' }),
    ...(plan.kind === 'referral' && plan.timeoutAfter !== undefined && { expiresAfter: plan.timeoutAfter }),
    ...(kind.timeout === 'missed' && plan.timeoutAfter !== undefined && { missedAfter: plan.timeoutAfter }),
    ...((plan.records || plan.kind === 'questionnaire') && { records: [enumFact] }),
    ...(plan.kind === 'decision' && { options: { yes: t('yes'), no: t('no') } }),
    ...(series && { schedule: [{ every: '3mo', until: '9mo' }] }),
  };
}

function outcomeOf(
  plan: Plan,
  name: string,
  index: number,
  ids: readonly string[],
  goes: number,
  conditional: number,
  calm: boolean,
): unknown {
  const marks =
    plan.marks && (mainOutcome[plan.kind] === name || plan.kind === 'decision') ? { marks: 'anchor' } : {};
  const one = (seed: number): object => ({
    ...marks,
    ...consequence(plan.kind, name, index, ids, seed, calm),
  });
  switch (conditional % 6) {
    case 0:
      return [{ when: `${enumFact} == 'red' && age >= 40`, ...one(goes) }, { otherwise: one(goes + 1) }];
    case 1:
      return enumValues.map((value, i) => ({ when: `${enumFact} == '${value}'`, ...one(goes + i) }));
    default:
      return one(goes);
  }
}

/** In calm definitions journeys mostly go on to a later step, so that they pass the checker more often. */
function consequence(
  kind: StepKindName,
  outcome: string,
  index: number,
  ids: readonly string[],
  seed: number,
  calm: boolean,
): object {
  const ahead = ids[Math.min(index + 1, ids.length - 1)] ?? 's0';
  const any = ids[seed % ids.length] ?? 's0';
  const other = ids[(seed >> 3) % ids.length] ?? 's0';
  if (kind === 'series' && outcome !== 'finished' && seed % 3 > 0) return { next: true };
  if (calm && index === ids.length - 1) return { end: 'completed' };
  switch (seed % (calm ? 9 : 12)) {
    case 0:
      return { end: 'completed' };
    case 1:
      return { enter: 'second' };
    case 2:
      return { open: [ahead, other] };
    case 3:
      return { open: ahead, cancel: other };
    case 4:
    case 5:
      return { open: ahead };
    case 6:
      return { open: { [ahead]: { in: '7d' } } };
    case 7:
      return { open: any };
    case 8:
      return calm ? { open: ahead } : { enter: 'first' };
    case 9:
      return { stay: true };
    case 10:
      return { open: { [any]: { in: '2d', from: 'anchor' } } };
    default:
      return { cancel: other, stay: true };
  }
}
