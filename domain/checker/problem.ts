import type { Localized } from '../model/localized.ts';

export type ProblemPath = readonly (string | number)[];

/** Something that keeps a definition from being published, or a hint about it. */
export interface Problem {
  /** Stable, kebab-case. */
  readonly code: string;
  /** Only errors keep a definition from being published. */
  readonly severity: 'error' | 'warning';
  /** Where it is: keys and indices from the root of the definition. */
  readonly path: ProblemPath;
  /** The key at the end of the path is at fault, not its value. */
  readonly atKey?: true;
  /** Place inside the expression that the path leads to: first character and the one after the last, from 0. */
  readonly range?: { readonly start: number; readonly end: number };
  readonly message: Localized;
  /** What would be right. */
  readonly remedy: Localized;
  /** The shortest list of events in a resident's journey that leads there. */
  readonly story?: readonly Localized[];
}

type Extra = Partial<Pick<Problem, 'atKey' | 'range' | 'story'>>;

/** Texts are given as pairs, Chinese first. */
export function error(
  code: string,
  path: ProblemPath,
  message: Localized,
  remedy: Localized,
  extra: Extra = {},
): Problem {
  return { code, severity: 'error', path, message, remedy, ...extra };
}

export function warning(
  code: string,
  path: ProblemPath,
  message: Localized,
  remedy: Localized,
  extra: Extra = {},
): Problem {
  return { code, severity: 'warning', path, message, remedy, ...extra };
}

/** @returns true when nothing in the list keeps a definition from being published */
export const passes = (problems: readonly Problem[]): boolean =>
  problems.every((problem) => problem.severity !== 'error');
