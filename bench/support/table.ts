import { keeps, type Row } from './figure.ts';

/** @returns a number with three significant digits, and thousands apart */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
}

const limitOf = ({ limit }: Row): string =>
  limit ? `${limit.kind === 'atLeast' ? '≥' : '≤'} ${short(limit.value)}` : '';

/** Measured as a part of the limit: at least 1 is wanted where the limit is a least, at most 1 where it is a most. */
const ratioOf = ({ limit, value }: Row): string =>
  limit && value !== undefined ? short(value / limit.value) : '';

const verdictOf = (row: Row): string => (row.limit ? (keeps(row) ? 'kept' : 'short') : '');

/** @returns the rows as one Markdown table */
export function table(rows: readonly Row[]): string {
  const lines = [
    ['figure', 'measured', 'limit', 'of the limit', '', 'note'],
    ...rows.map((row) => [
      row.figure,
      row.measured,
      limitOf(row),
      ratioOf(row),
      verdictOf(row),
      row.note ?? '',
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, i) => Math.max(3, ...lines.map((line) => line[i]?.length ?? 0)));
  const text = lines.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`);
  return [text[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...text.slice(1)].join(
    '\n',
  );
}
