import { createHash } from 'node:crypto';

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => [key, sorted(part)]),
  );
}

/** @returns SHA-256, base64url, of the value as JSON with its keys in order: equal for equal bodies however they were written */
export const bodyHash = (body: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sorted(body)))
    .digest('base64url');

/** @returns SHA-256, base64url, of the value as JSON with its keys as they stand, where their order means something */
export const orderedHash = (body: unknown): string =>
  createHash('sha256').update(JSON.stringify(body)).digest('base64url');
