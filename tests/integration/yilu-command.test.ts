import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/find-binaries.mjs';

describe('npx yilu', () => {
  it('runs from the command that set-up linked', () => {
    const help = execFileSync(join(root, 'node_modules/.bin/yilu'), ['--help'], {
      encoding: 'utf8',
      cwd: root,
    });
    expect(help).toContain('start');
  });
});
