import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHolder, processIdentity, takeLock } from '../../scripts/lock.mjs';

describe('lock file', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'yilu-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is held until released', () => {
    const first = takeLock(path);
    expect(takeLock(path).holder?.pid).toBe(process.pid);
    first.release?.();
    expect(takeLock(path).holder).toBeUndefined();
  });

  it('is healed after its holder died', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(path, JSON.stringify({ pid, identity: '' }));
    expect(lockHolder(path)).toBeUndefined();
    expect(takeLock(path).holder).toBeUndefined();
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is healed when the number of its dead holder was given to another process', () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
    try {
      writeFileSync(
        path,
        JSON.stringify({ pid: other.pid, identity: `another life than ${processIdentity(other.pid ?? 0)}` }),
      );
      expect(takeLock(path).holder).toBeUndefined();
    } finally {
      other.kill();
    }
  });

  it.each(['', '{"pid":', 'null'])('is healed when it holds %j', (text) => {
    writeFileSync(path, text);
    expect(takeLock(path).release).toBeTypeOf('function');
  });
});
