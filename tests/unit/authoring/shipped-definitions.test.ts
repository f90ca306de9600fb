import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAndCheck } from '../../../authoring/read-definition.ts';

const folder = new URL('../../../definitions/', import.meta.url);

describe('the definitions that ship', () => {
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
    '%s passes, examples included',
    (name) => {
      const { source, problems } = readAndCheck(readFileSync(new URL(name, folder), 'utf8'), { file: name });
      expect(problems).toEqual([]);
      expect(source?.examples.length).toBeGreaterThan(0);
    },
  );
});
