import { z } from 'zod';

/** Part of a list, and where the next part begins; null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Opaque; give it back unchanged. */
  readonly next: string | null;
}

/** A cursor that this program did not make. */
export class CursorInvalid extends Error {
  override readonly name = 'CursorInvalid';
  constructor() {
    super('分页标记无效，请从第一页重新开始。The cursor is not valid; begin again with the first page.');
  }
}

const parts = z.array(z.union([z.string(), z.number()]));

/** @returns the key of the last row of a page as an opaque text */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/** @returns the key that {@link encodeCursor} was given @throws CursorInvalid */
export function decodeCursor(cursor: string, length: number): readonly (string | number)[] {
  try {
    const key = parts.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    if (key.length === length) return key;
  } catch {
    // Answered below, together with a key of another length.
  }
  throw new CursorInvalid();
}
