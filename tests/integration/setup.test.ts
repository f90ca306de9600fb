import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/find-binaries.mjs';

const touched = (): number[] =>
  ['node_modules/.yilu-installed', '.cache/binaries.json'].map((file) => statSync(join(root, file)).mtimeMs);

describe('set-up', () => {
  it('does and says nothing when all is in place', () => {
    const before = touched();
    const said = execFileSync(process.execPath, [join(root, 'scripts/setup.mjs'), '--for', 'test'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(said).toBe('');
    expect(touched()).toEqual(before);
  });
});
