import type { DefinitionSource } from './source.ts';

/** Where the order of the keys means something: the first stage and step begin, and screens list the rest as written. */
const orderedAt: readonly RegExp[] = [
  /^(facts|anchors|ladders|forms|templates|stages)$/u,
  /^stages\/[^/]+\/steps$/u,
  /^stages\/[^/]+\/steps\/[^/]+\/(options|outcomes)$/u,
];

/**
 * @returns the one JSON text that stands for a definition, however it was laid out: the keys of the language are
 * sorted, the author's own names stay in the author's order, because that order has a meaning. Keep it as text (or the
 * database's `json`): `jsonb` would forget the order.
 */
export const canonicalJson = (source: DefinitionSource): string => JSON.stringify(canonicalSource(source));

/** @returns the same definition with its keys in canonical order */
export const canonicalSource = (source: DefinitionSource): DefinitionSource =>
  arrange(source, '') as DefinitionSource;

function arrange(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((item) => arrange(item, `${path}/*`));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  if (!orderedAt.some((pattern) => pattern.test(path))) entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    entries.map(([key, part]) => [key, arrange(part, path === '' ? key : `${path}/${key}`)]),
  );
}
