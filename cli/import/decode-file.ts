import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import iconv from 'iconv-lite';
import { PlainError } from '../../local/plain-error.ts';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'gb18030';

/** Files that look like tables and are none, by their first bytes. */
const notText: readonly (readonly [hex: string, what: string])[] = [
  ['504b0304', '.xlsx'],
  ['d0cf11e0', '.xls'],
  ['25504446', 'PDF'],
];

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(4) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** @returns true when every byte of the file is part of valid UTF-8; reads it once, in constant memory */
async function isUtf8(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/**
 * @returns how a text file is encoded: by its byte-order mark; else UTF-8 if all of it is; else GB18030, which
 *   Chinese Windows writes and which holds GBK and GB2312
 * @throws PlainError for a workbook
 */
export async function detectEncoding(path: string): Promise<TextEncoding> {
  const first = await firstBytes(path);
  const hex = first.toString('hex');
  const binary = notText.find(([start]) => hex.startsWith(start));
  if (binary)
    throw new PlainError(
      `${path} 是 ${binary[1]} 文件，不是文本表格；请在表格软件中另存为“CSV UTF-8”，再导入。`,
      `${path} is a ${binary[1]} file, not a text table; save it as "CSV UTF-8" in the spreadsheet program and import that.`,
    );
  if (hex.startsWith('fffe')) return 'utf-16le';
  return (await isUtf8(path)) ? 'utf-8' : 'gb18030';
}

/**
 * @param onBytes told of every chunk that was read
 * @returns the file as text, chunk by chunk, without a byte-order mark
 */
export function decodedText(
  path: string,
  encoding: TextEncoding,
  onBytes: (count: number) => void = () => undefined,
): Readable {
  const decoder = iconv.getDecoder(encoding);
  async function* chunks(): AsyncGenerator<string> {
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      onBytes((chunk as Buffer).length);
      const text = decoder.write(chunk as Buffer);
      if (text !== '') yield text;
    }
    const rest = decoder.end();
    if (rest) yield rest;
  }
  return Readable.from(chunks());
}
