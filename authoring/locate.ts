import {
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Document,
  type LineCounter,
  type Node,
  type Scalar,
} from 'yaml';
import type { Problem, ProblemPath } from '../domain/checker/problem.ts';

/** Counted from 1, as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

interface Spot {
  readonly key: Node | undefined;
  readonly value: Node | undefined;
}

/** @returns the node at the path, or the nearest one above it when the path goes on into what is missing */
function spotOf(document: Document, path: ProblemPath): Spot & { readonly complete: boolean } {
  let spot: Spot = { key: undefined, value: document.contents ?? undefined };
  for (const key of path) {
    const node = isAlias(spot.value) ? spot.value.resolve(document) : spot.value;
    let next: Spot | undefined;
    if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && keyText(item.key) === String(key));
      if (pair) next = { key: pair.key as Node, value: (pair.value ?? undefined) as Node | undefined };
    } else if (isSeq(node)) {
      const item = node.items[Number(key)] as Node | undefined;
      if (item) next = { key: undefined, value: item };
    }
    if (!next) return { ...spot, complete: false };
    spot = next;
  }
  return { ...spot, complete: true };
}

const keyText = (key: unknown): string => (isScalar(key) ? String(key.value) : String(key));

/** @returns how far the text of the scalar begins into its place in the file, for the kinds written on one line */
function textOffset(scalar: Scalar, offset: number, text: string): number {
  const start = scalar.range?.[0] ?? 0;
  const raw = text.slice(start, scalar.range?.[1] ?? start);
  const value = String(scalar.value);
  if (raw.startsWith(value)) return start + offset;
  const within = raw.indexOf(value);
  if (within >= 0) return start + within + offset;
  // Folded or escaped: walk both texts side by side, skipping what the file has more of.
  let at = scalar.type === 'BLOCK_FOLDED' || scalar.type === 'BLOCK_LITERAL' ? raw.indexOf('\n') + 1 : 1;
  for (let seen = 0; seen < offset && at < raw.length; at++) {
    const [have, want] = [raw[at], value[seen]];
    if (have === want || (want === ' ' && have === '\n')) seen++;
  }
  while (/\s/u.test(raw[at] ?? '') && raw[at] !== value[offset]) at++;
  return start + Math.min(at, raw.length);
}

/** @returns the place in the file that a problem is about */
export function locate(document: Document, lines: LineCounter, text: string, problem: Problem): Position {
  const spot = spotOf(document, problem.path);
  const { key, value } = spot;
  let offset: number;
  if (spot.complete && problem.range && isScalar(value))
    offset = textOffset(value, problem.range.start, text);
  else if (!spot.complete || problem.atKey || !value) offset = (key ?? value)?.range?.[0] ?? 0;
  else offset = value.range?.[0] ?? 0;
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
