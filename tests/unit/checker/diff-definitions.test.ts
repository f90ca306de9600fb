import { describe, expect, it } from 'vitest';
import { diffDefinitions } from '../../../domain/definition/diff-definitions.ts';
import { definitionSourceSchema, type DefinitionSource } from '../../../domain/definition/source.ts';
import { smallSource } from '../../support/small-pathway.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- edits that the types cannot follow
const edited = (edit: (d: any) => void): DefinitionSource => {
  const copy = structuredClone(smallSource);
  edit(copy);
  return definitionSourceSchema.parse(copy);
};
const english = (after: DefinitionSource) =>
  diffDefinitions(smallSource, after).map(({ message }) => message.en);
const chinese = (after: DefinitionSource) =>
  diffDefinitions(smallSource, after).map(({ message }) => message.zh);

describe('the difference between two versions', () => {
  it('is nothing when only the layout differs', () => {
    const { stages, ...rest } = smallSource;
    expect(diffDefinitions(smallSource, { stages, ...rest })).toEqual([]);
  });

  it('names a deadline that changed', () => {
    const after = edited((d) => (d.stages.screening.steps.visit.due.in = '7wd'));
    expect(english(after)).toEqual(['step visit: deadline changed from 5wd to 7wd']);
    expect(chinese(after)).toEqual(['步骤 visit：期限由 5wd 改为 7wd']);
  });

  it('names what was added and removed', () => {
    const after = edited((d) => {
      d.stages.screening.steps.call = d.stages.screening.steps.visit;
      delete d.stages.imaging.steps.watch;
      d.facts.weight = { type: 'double' };
      d.stages.screening.steps.visit.confirm = true;
    });
    expect(diffDefinitions(smallSource, after).map(({ kind, message }) => [kind, message.en])).toEqual([
      ['added', 'fact weight added'],
      ['added', 'step visit: confirm added true'],
      ['added', 'step call added'],
      ['removed', 'step watch removed'],
    ]);
  });

  it('shows what follows an outcome before and after', () => {
    const after = edited(
      (d) => (d.stages.screening.steps.visit.outcomes.done = { open: { questions: { in: '7d' } } }),
    );
    expect(english(after)).toEqual([
      'outcome done of step visit: what follows changed from { open: questions } to { open: { questions: 7d } }',
    ]);
  });

  it('sees that another step now comes first', () => {
    const after = edited((d) => {
      const { 'book-ct': first, ...others } = d.stages.imaging.steps;
      d.stages.imaging.steps = { ...others, 'book-ct': first };
    });
    expect(english(after)).toEqual([
      'stage imaging: order of its steps changed from book-ct, read-ct, interval-ct, watch to read-ct, interval-ct, watch, book-ct',
    ]);
  });
});
