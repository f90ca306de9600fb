import type { ProblemPath } from '../checker/problem.ts';
import type { Locale } from '../model/localized.ts';
import type { Audience, WordingPart } from './wording.ts';

/** What a wording is checked against. */
export interface WordingCheck {
  /** The template's name, for the sentences. */
  readonly template: string;
  /** Where the wording stands. */
  readonly path: ProblemPath;
  /** Whom it is sent to, as far as is known; empty: not yet anybody. */
  readonly audiences: ReadonlySet<Audience>;
  /** Names of the pathway's facts, which are never variables of a message. */
  readonly facts?: readonly string[];
  readonly clinicalWords: readonly string[];
  /** The signature with which a gateway sends it. */
  readonly signature?: string;
}

/** A text of a wording, in one language. */
export interface TextAt {
  readonly check: WordingCheck;
  readonly part: WordingPart;
  readonly locale: Locale;
  readonly text: string;
  readonly path: ProblemPath;
}
