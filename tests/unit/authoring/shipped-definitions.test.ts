import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAndCheck } from '../../../authoring/read-definition.ts';

const root = new URL('../../../', import.meta.url);
const textOf = (name: string): string => readFileSync(new URL(name, root), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => folder + name);
// Among the examples are calendars and rules for messages as well.
const files = [
  ...filesIn('definitions/'),
  ...filesIn('examples/').filter((name) => /^pathway:/mu.test(textOf(name))),
];

describe('the definitions that ship', () => {
  it('are the lung pathway and the one of minutes', () =>
    expect(files).toEqual(['definitions/lung.yaml', 'examples/quick.yaml']));

  it.each(files)('%s passes, examples included', (name) => {
    const { source, problems } = readAndCheck(textOf(name), { file: name });
    expect(problems).toEqual([]);
    expect(source?.examples.length).toBeGreaterThan(0);
  });
});
