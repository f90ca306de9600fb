/** What zod says is wrong, whatever the kind; only the parts that somebody reads here. */
export interface ZodIssue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly expected?: string;
  /** Of each form of a union, what does not fit. */
  readonly errors?: readonly (readonly ZodIssue[])[];
}

/** @returns what stands at that place, or undefined */
export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value = root;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return value;
}
