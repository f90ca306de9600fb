import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { readAndCheck, type ReadDefinition } from '../../authoring/read-definition.ts';
import { diffDefinitions } from '../../domain/definition/diff-definitions.ts';
import { smallSource } from '../support/small-pathway.ts';

/** What every object of the language has, so that a careless look-up finds it. */
const inherited = Object.getOwnPropertyNames(Object.prototype);

type Path = readonly (string | number)[];
type Holder = Record<string | number, unknown>;

/** @returns the path of every part of the document */
function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key): Path[] => {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    return [at, ...paths((value as Holder)[key], at)];
  });
}

const holderOf = (root: unknown, path: Path): Holder =>
  path.slice(0, -1).reduce<unknown>((value, key) => (value as Holder)[key], root) as Holder;

/** Own property, also for `__proto__`. */
const put = (holder: Holder, key: string | number, value: unknown): void => {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
};

const read = (document: unknown): ReadDefinition =>
  readAndCheck(stringify(document, { aliasDuplicateObjects: false }), { file: 'names.yaml' });

/** A pathway in which every part of the language names something. */
function everything(): Holder {
  const copy = structuredClone(smallSource) as never as Holder;
  const edit = copy as never as {
    forms: Holder;
    examples: unknown[];
    stages: Record<string, { steps: Record<string, Holder> }>;
    ladders: Record<string, { rungs: Holder[] }>;
  };
  const points = { fact: 'points', text: { zh: '分', en: 'Points' }, answers: [] };
  edit.forms['sheet'] = { title: { zh: '表', en: 'Sheet' }, questions: [points] };
  const { questions } = edit.stages['screening']?.steps ?? {};
  if (questions) questions['form'] = 'sheet';
  const reading = edit.stages['imaging']?.steps['read-ct'];
  if (reading) reading['records'] = { reported: ['category', 'size'] };
  const interval = edit.stages['imaging']?.steps['interval-ct'];
  if (interval)
    (interval['outcomes'] as Holder)['missed'] = { open: { 'interval-ct': { in: '14d', from: 'ct' } } };
  const rung = edit.ladders['routine']?.rungs[0];
  if (rung) rung['template'] = 'welcome';
  edit.examples = [
    {
      title: { zh: '例', en: 'Example' },
      resident: { birthDate: '1960-01-01', sex: 'male' },
      start: '2026-03-02',
      events: [{ on: '2026-03-04', step: 'questions', outcome: 'completed', facts: { points: 0 } }],
      expect: { stage: 'screening', open: ['questions'], due: { questions: '2027-03-18' } },
    },
  ];
  return copy;
}

/** Free text, and what is compared with no name of the definition. */
const free = ['zh', 'en', 'unit', 'pathway', 'service', 'outside', 'of'];
const isFree = (path: Path): boolean => path.some((key) => free.includes(String(key)));
/** Lists of names that the author makes up. */
const maps = ['facts', 'anchors', 'ladders', 'forms', 'templates', 'stages', 'steps', 'options'];
const isName = (path: Path): boolean => {
  const holder = String(path.at(-2));
  return path.length === 2
    ? maps.includes(holder)
    : (path.length === 4 || path.length === 6) && ['steps', 'options'].includes(holder);
};

const document = everything();
const all = paths(document);
const errors = ({ problems }: ReadDefinition) => problems.filter(({ severity }) => severity === 'error');

describe('names that every object has', { timeout: 120_000 }, () => {
  it('are of no harm in the whole document: it passes as it stands', () => {
    expect(errors(read(document))).toEqual([]);
  });

  it('are unknown where a name is looked up', () => {
    const words = all.filter((path) => {
      const value = holderOf(document, path)[path.at(-1) ?? ''];
      return typeof value === 'string' && !isFree(path);
    });
    expect(words.length).toBeGreaterThan(150);
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.constantFrom(...inherited), (path, name) => {
        const copy = structuredClone(document);
        put(holderOf(copy, path), path.at(-1) ?? '', name);
        const found = read(copy);
        expect(errors(found).length, path.join('/')).toBeGreaterThan(0);
        expect(found.problems.every(({ line }) => line >= 1)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['ladder', 'unknown-ladder', ['stages', 'screening', 'steps', 'visit', 'ladder']],
    ['form', 'unknown-form', ['stages', 'screening', 'steps', 'questions', 'form']],
    ['template', 'unknown-template', ['stages', 'screening', 'steps', 'invitation', 'template']],
    ['template of a rung', 'unknown-template', ['ladders', 'routine', 'rungs', 0, 'template']],
    ['fact to record', 'unknown-fact', ['stages', 'palliative', 'steps', 'pain-check', 'records', 0]],
    ['fact of a form', 'unknown-fact', ['forms', 'sheet', 'questions', 0, 'fact']],
    ['anchor', 'unknown-anchor', ['stages', 'follow-up', 'steps', 'visits', 'anchor']],
    ['marks', 'unknown-anchor', ['stages', 'imaging', 'steps', 'book-ct', 'outcomes', 'attended', 'marks']],
    ['enter', 'unknown-stage', ['stages', 'referral', 'steps', 'refer-up', 'outcomes', 'accepted', 'enter']],
    ['open', 'unknown-step', ['stages', 'imaging', 'steps', 'read-ct', 'outcomes', 'inadequate', 'open']],
    ['step of an example', 'unknown-step', ['examples', 0, 'events', 0, 'step']],
    ['outcome of an example', 'unknown-outcome', ['examples', 0, 'events', 0, 'outcome']],
    ['stage of an example', 'unknown-stage', ['examples', 0, 'expect', 'stage']],
  ] as const)('are told as unknown, with the usual remedy: %s', (_what, code, path) => {
    const copy = structuredClone(document);
    put(holderOf(copy, path), path.at(-1) ?? '', 'constructor');
    const [problem, ...others] = errors(read(copy)).filter((one) => one.code === code);
    expect(others).toEqual([]);
    expect(problem?.message.en).toContain('constructor');
    expect(problem?.remedy.en).not.toBe('');
  });

  it.each([
    "tier('constructor') == 'high'",
    "known('constructor')",
    'constructor',
    'toString == 1',
    'valueOf()',
  ])('are unknown in a condition: %s', (when) => {
    const copy = structuredClone(document);
    const path = ['stages', 'screening', 'steps', 'questions', 'outcomes', 'completed', 0, 'when'];
    put(holderOf(copy, path), 'when', when);
    expect(errors(read(copy)).map(({ code }) => code)).not.toEqual([]);
  });

  it('are refused as names, wherever the author makes one up', () => {
    const named = all.filter(isName);
    expect(named.length).toBeGreaterThan(30);
    fc.assert(
      fc.property(fc.constantFrom(...named), fc.constantFrom(...inherited), (path, name) => {
        const copy = structuredClone(document);
        const holder = holderOf(copy, path);
        put(holder, name, holder[path.at(-1) ?? '']);
        const codes = errors(read(copy)).map(({ code }) => code);
        expect(codes.some((code) => code === 'reserved-name' || code === 'wrong-name')).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('are refused as keys, wherever there is one', () =>
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...inherited), (path, name) => {
        const copy = structuredClone(document);
        const holder = holderOf(copy, path);
        fc.pre(!Array.isArray(holder));
        put(holder, name, holder[path.at(-1) ?? '']);
        expect(errors(read(copy)).length, path.join('/')).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    ));

  it('are compared like other names', () => {
    const copy = structuredClone(smallSource) as never as {
      stages: { referral: { steps: { review: { options: Holder } } } };
    };
    put(copy.stages.referral.steps.review.options, 'toString', { zh: '字', en: 'Text' });
    const after = structuredClone(copy);
    put(after.stages.referral.steps.review.options, 'toString', { zh: '文', en: 'Text' });
    const [change] = diffDefinitions(copy as never, after as never);
    expect(change?.message.en).toContain('toString');
    expect(change?.message.en).not.toContain('undefined');
  });
});
