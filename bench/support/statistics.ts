import { short } from './table.ts';

/** @returns the value below which the part `p` (0 to 1) of the values lies; NaN of none */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

/** @returns the middle one, or the mean of the two in the middle; NaN of none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** @returns `min / median / max`, as every figure of several rounds is printed */
export const spread = (values: readonly number[]): string =>
  [Math.min(...values), median(values), Math.max(...values)].map(short).join(' / ');
