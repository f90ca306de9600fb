import type { Localized } from '../../domain/model/localized.ts';

/** What is wrong with one cell of a row: it says what would be right. */
export interface RowProblem {
  /** The column as the file's owner knows it. */
  readonly field: Localized;
  readonly reason: Localized;
}

/** A value, or why the cell does not hold one. */
export type Parsed<T> = { readonly value: T } | { readonly wrong: Localized };

export const wrong = (zh: string, en: string): { readonly wrong: Localized } => ({ wrong: { zh, en } });
