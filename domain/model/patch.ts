/** Plain JSON, as the log stores it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
/** An RFC 7396 merge patch: objects merge, null removes, anything else replaces. */
export type Patch = { readonly [key: string]: Json };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Structural sharing makes most comparisons one pointer; the rest is compared by content. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]));
}

/**
 * @param before the value to start from; `{}` for a state that does not exist yet
 * @param after the value to reach; must hold no null (a journey's state never does)
 * @returns the merge patch that turns `before` into `after`; empty when they are equal
 */
export function diff(before: object, after: object): Patch {
  const from = before as Record<string, unknown>;
  const to = after as Record<string, unknown>;
  const patch: Record<string, Json> = {};
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null;
  for (const key of Object.keys(to)) {
    const was = from[key];
    const is = to[key];
    if (was === is) continue;
    if (isObject(was) && isObject(is)) {
      const inner = diff(was, is);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!same(was, is)) patch[key] = is as Json;
  }
  return patch;
}

/** @returns a new value: `before` with the patch merged in (RFC 7396); neither argument is changed */
export function applyPatch<T extends object>(before: T, patch: Patch): T {
  const result: Record<string, unknown> = { ...(before as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isObject(value))
      result[key] = applyPatch(isObject(result[key]) ? (result[key] as object) : {}, value as Patch);
    else result[key] = value;
  }
  return result as T;
}
