import { Buffer } from 'node:buffer';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readFromZip } from '../../scripts/unzip.mjs';

/** A zip archive as PKWARE's APPNOTE.TXT 4.3 lays it out, without check sums. */
function zip(files: Record<string, { content: Buffer; method: 0 | 8 }>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, { content, method }] of Object.entries(files)) {
    const data = method === 8 ? deflateRawSync(content) : content;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(data.length, 20);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    parts.push(local, Buffer.from(name), data);
    offset += 30 + Buffer.byteLength(name) + data.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

describe('readFromZip', () => {
  const content = Buffer.from('一路'.repeat(1000));
  const archive = zip({
    'a/METADATA': { content: Buffer.from('meta'), method: 0 },
    'a.data/scripts/temporal': { content, method: 8 },
  });

  it('reads a deflated and a stored file', () => {
    expect(readFromZip(archive, (name) => name.endsWith('/scripts/temporal'))).toEqual(content);
    expect(readFromZip(archive, (name) => name === 'a/METADATA')?.toString()).toBe('meta');
  });

  it('answers undefined for a file that is not in it', () => {
    expect(readFromZip(archive, (name) => name === 'other')).toBeUndefined();
  });

  it('refuses an archive that was cut short', () => {
    expect(() => readFromZip(archive.subarray(0, archive.length - 30), () => true)).toThrow('cut short');
  });
});
