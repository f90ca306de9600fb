import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAndCheck } from '../../../authoring/read-definition.ts';

const root = new URL('../../../', import.meta.url);
const files = ['definitions/', 'examples/'].flatMap((folder) =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => folder + name),
);

describe('the definitions that ship', () => {
  it.each(files)('%s passes, examples included', (name) => {
    const { source, problems } = readAndCheck(readFileSync(new URL(name, root), 'utf8'), { file: name });
    expect(problems).toEqual([]);
    expect(source?.examples.length).toBeGreaterThan(0);
  });
});
