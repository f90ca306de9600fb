/** What a row of the table is measured against. */
export interface Limit {
  /** `atLeast`: larger is better. */
  readonly kind: 'atLeast' | 'atMost';
  readonly value: number;
}

/** One row of the table. */
export interface Row {
  readonly figure: string;
  /** As people read it, with its unit. */
  readonly measured: string;
  /** Undefined: printed for information. */
  readonly limit?: Limit;
  /** What is held against the limit, in the limit's unit. */
  readonly value?: number;
  /** How it was measured, or why it was not. */
  readonly note?: string;
}

export interface Options {
  /** The whole size that the promise names, however long it takes. */
  readonly full: boolean;
  /** Of the morning of `deadlines`, without `full`. */
  readonly minutes?: number;
  /** Says how far it is. */
  readonly progress: (text: string) => void;
}

/** One benchmark; it brings up what it needs and takes it down. */
export interface Figure {
  readonly name: string;
  readonly run: (options: Options) => Promise<readonly Row[]>;
}

/** @returns true when the row keeps its limit, or has none */
export function keeps({ limit, value }: Row): boolean {
  if (!limit) return true;
  if (value === undefined || !Number.isFinite(value)) return false;
  return limit.kind === 'atLeast' ? value >= limit.value : value <= limit.value;
}
