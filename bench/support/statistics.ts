import { short } from './table.ts';

/** @returns the value below which the part `p` (0 to 1) of the values lies; NaN of none */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** @returns `min / median / max`, as every figure of several rounds is printed */
export const spread = (values: readonly number[]): string =>
  [Math.min(...values), median(values), Math.max(...values)].map(short).join(' / ');

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
